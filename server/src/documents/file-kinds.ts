import type { DocumentRow } from '@megdocs/contract';

export type FileKind = DocumentRow['fileKind'];
export type OfficeKind = Extract<FileKind, 'word' | 'excel' | 'powerpoint'>;

interface FileType {
  kind: FileKind;
  contentType: string;
  /** How a person calls it. */
  name: string;
}

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';

/** What is taken, by the ending of its name. Only the first three can be edited; the rest is for download. */
const TYPES: Record<string, FileType> = {
  docx: { kind: 'word', contentType: `${OPEN_XML}.wordprocessingml.document`, name: 'Word document' },
  xlsx: { kind: 'excel', contentType: `${OPEN_XML}.spreadsheetml.sheet`, name: 'Excel workbook' },
  pptx: { kind: 'powerpoint', contentType: `${OPEN_XML}.presentationml.presentation`, name: 'PowerPoint presentation' },
  pdf: { kind: 'pdf', contentType: 'application/pdf', name: 'PDF' },
  txt: { kind: 'other', contentType: 'text/plain; charset=utf-8', name: 'text file' },
  csv: { kind: 'other', contentType: 'text/csv; charset=utf-8', name: 'table of values' },
  md: { kind: 'other', contentType: 'text/plain; charset=utf-8', name: 'text file' },
  rtf: { kind: 'other', contentType: 'application/rtf', name: 'rich text file' },
  png: { kind: 'other', contentType: 'image/png', name: 'picture' },
  jpg: { kind: 'other', contentType: 'image/jpeg', name: 'picture' },
  jpeg: { kind: 'other', contentType: 'image/jpeg', name: 'picture' },
  gif: { kind: 'other', contentType: 'image/gif', name: 'picture' },
  webp: { kind: 'other', contentType: 'image/webp', name: 'picture' },
  tif: { kind: 'other', contentType: 'image/tiff', name: 'picture' },
  tiff: { kind: 'other', contentType: 'image/tiff', name: 'picture' },
  odt: { kind: 'other', contentType: 'application/vnd.oasis.opendocument.text', name: 'OpenDocument text' },
  ods: { kind: 'other', contentType: 'application/vnd.oasis.opendocument.spreadsheet', name: 'OpenDocument table' },
  odp: { kind: 'other', contentType: 'application/vnd.oasis.opendocument.presentation', name: 'OpenDocument slides' },
};

const APPS: Record<OfficeKind, 'Word' | 'Excel' | 'PowerPoint'> = {
  word: 'Word',
  excel: 'Excel',
  powerpoint: 'PowerPoint',
};

/** The ending of a name, in lower case and without its dot. */
export function endingOf(fileName: string): string {
  return /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
}

export function fileTypeOf(fileName: string): FileType | undefined {
  const ending = endingOf(fileName);
  return Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined;
}

export function fileKindOf(fileName: string): FileKind {
  return fileTypeOf(fileName)?.kind ?? 'other';
}

export function isOffice(kind: FileKind): kind is OfficeKind {
  return Object.hasOwn(APPS, kind);
}

/** The program that edits it in the browser, if any. */
export function appFor(fileName: string): 'Word' | 'Excel' | 'PowerPoint' | null {
  const kind = fileKindOf(fileName);
  return isOffice(kind) ? APPS[kind] : null;
}
