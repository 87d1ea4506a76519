import { stat } from 'node:fs/promises';
import { endingOf, type FileKind, fileTypeOf, isOffice, type OfficeKind } from '../file-kinds.ts';
import { inspectOfficeFile } from './office-file.ts';
import {
  assertBeginsAsNamed,
  isCompoundFile,
  isPdf,
  isProgram,
  isZip,
  readStart,
  refuseCompoundFile,
} from './other-files.ts';
import { refusals } from './refusals.ts';

/** What a look into a file told. */
export interface InspectedFile {
  kind: FileKind;
  contentType: string;
  /** Insertions, deletions, moves and changes of format that nobody accepted or rejected yet (Word). */
  trackedChanges: number;
  comments: number;
  authorsOfChanges: string[];
  /** Word shows it as protected against editing. */
  protected: boolean;
  /** Holds a digital signature, which any edit breaks. */
  signed: boolean;
}

const MACRO_ENDINGS = new Set(['docm', 'dotm', 'xlsm', 'xltm', 'xlam', 'xlsb', 'pptm', 'potm', 'ppsm', 'ppam', 'sldm']);
const OLDER: Record<string, string> = {
  doc: 'docx',
  dot: 'docx',
  xls: 'xlsx',
  xlt: 'xlsx',
  ppt: 'pptx',
  pps: 'pptx',
  pot: 'pptx',
};
const TEMPLATES: Record<string, string> = { dotx: 'docx', xltx: 'xlsx', potx: 'pptx', ppsx: 'pptx' };

/**
 * Looks into a file before it may become a version, streaming and within bounds.
 * Throws `Failure` 422 with what is wrong and the way out.
 */
export async function inspectFile(path: string, fileName: string): Promise<InspectedFile> {
  const ending = endingOf(fileName);
  if ((await stat(path)).size === 0) throw refusals.empty();
  const start = await readStart(path);
  if (isProgram(start)) throw refusals.program();
  if (MACRO_ENDINGS.has(ending)) throw refusals.macros();
  const older = Object.hasOwn(OLDER, ending) ? OLDER[ending] : undefined;
  if (older) return isCompoundFile(start) ? refuseCompoundFile(path, older) : refuse(refusals.olderOffice(older));
  const template = Object.hasOwn(TEMPLATES, ending) ? TEMPLATES[ending] : undefined;
  if (template) throw refusals.template(template);
  const type = fileTypeOf(fileName);
  if (!type) throw refusals.unknownType(ending);
  if (isOffice(type.kind)) return inspectOffice(path, ending, type.kind, type.contentType, start);
  assertBeginsAsNamed(start, fileName);
  return { kind: type.kind, contentType: type.contentType, ...NO_MARKS };
}

const NO_MARKS = { trackedChanges: 0, comments: 0, authorsOfChanges: [], protected: false, signed: false };

async function inspectOffice(
  path: string,
  ending: string,
  kind: OfficeKind,
  contentType: string,
  start: Buffer,
): Promise<InspectedFile> {
  if (isCompoundFile(start)) return refuseCompoundFile(path, ending);
  if (isPdf(start))
    throw refusals.liesAboutItself(ending, 'a PDF', 'Rename it, so that it ends in .pdf, then upload it again.');
  if (!isZip(start)) throw refusals.damaged();
  const found = await inspectOfficeFile(path, kind);
  return { ...found, kind, contentType, authorsOfChanges: [...found.authorsOfChanges] };
}

function refuse(failure: Error): never {
  throw failure;
}
