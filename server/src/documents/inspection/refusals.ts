import { Failure } from '../../platform/failures.ts';

/** What a person reads when a file is not taken: what is wrong with it, and the way out. */
export const refusals = {
  empty: () =>
    new Failure(422, 'file_empty', 'The file is empty.', {
      remedy: 'If it lies in OneDrive or on a network drive, open it once, so that it is really there; then try again.',
    }),
  encrypted: () =>
    new Failure(422, 'file_encrypted', 'It has a password, so nobody could read or approve it here.', {
      remedy: 'Remove it in Word, Excel or PowerPoint (File, Info, Protect), save, then upload again.',
    }),
  rightsManaged: () =>
    new Failure(
      422,
      'file_encrypted',
      "It is encrypted by a sensitivity label or by your organisation's rights management.",
      {
        remedy:
          'Choose a label without encryption (Home, Sensitivity), or ask your IT to allow it, save, then upload again.',
      },
    ),
  damaged: (cause?: unknown) =>
    new Failure(422, 'file_damaged', "It is damaged: a part of it is missing or can't be read.", {
      remedy: 'Open it in its program; if that offers to repair it, let it, save under a new name and upload that.',
      cause,
    }),
  macros: () =>
    new Failure(422, 'file_has_macros', 'It holds macros. Programs inside documents are not taken.', {
      remedy: 'Save it without macros (File, Save as: .docx, .xlsx or .pptx), then upload that.',
    }),
  unsafe: (what: string) =>
    new Failure(422, 'file_unsafe', `It is not safe to keep: ${what}.`, {
      remedy: 'If it comes from somebody else, ask them. Else copy its content into a new document, and upload that.',
    }),
  program: () =>
    new Failure(422, 'file_unsafe', 'It is a program, whatever its name says.', {
      remedy: 'Only documents are kept here. If you expected a document, tell your IT where the file came from.',
    }),
  olderOffice: (saveAs: string) =>
    new Failure(422, 'file_type_not_taken', 'It is in the format of Office 97–2003.', {
      remedy: `Open it and save it as .${saveAs} (File, Save as), then upload that.`,
    }),
  template: (saveAs: string) =>
    new Failure(422, 'file_type_not_taken', 'It is a template or a slide show, not a document.', {
      remedy: `Open it and save it as .${saveAs} (File, Save as), then upload that.`,
    }),
  liesAboutItself: (ending: string, really: string, remedy: string) =>
    new Failure(422, 'file_type_not_taken', `Its name ends in .${ending}, but it is ${really}.`, { remedy }),
  unknownType: (ending: string) =>
    new Failure(
      422,
      'file_type_not_taken',
      ending ? `Files that end in .${ending} are not taken.` : 'Its name has no ending, so nobody knows what it is.',
      { remedy: 'Save it as .docx, .xlsx, .pptx or .pdf, then upload that.' },
    ),
};
