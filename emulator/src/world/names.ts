import type { DriveKind } from './ids.ts';

const FORBIDDEN_CHARACTERS = /["*:<>?/\\|]/;
const RESERVED = /^(\.lock|con|prn|aux|nul|com[0-9]|lpt[0-9]|desktop\.ini)$/i;
const NAME_LIMIT = 255;
/** Of the whole decoded path, folders and name. */
export const PATH_LIMIT = 400;

/**
 * Whether OneDrive takes this as the name of a file or folder.
 * @see https://support.microsoft.com/office/64883a5d-228e-48f5-b3d2-eb39e07630fa
 */
export function isAllowedName(name: string, kind: DriveKind): boolean {
  if (name === '' || name.length > NAME_LIMIT || name === '.' || name === '..') return false;
  if (FORBIDDEN_CHARACTERS.test(name) || hasControlCharacter(name)) return false;
  if (name !== name.trim() || name.endsWith('.')) return false;
  if (kind === 'personal') return true;
  return !name.startsWith('~') && !RESERVED.test(name) && !name.toLowerCase().includes('_vti_');
}

function hasControlCharacter(name: string): boolean {
  return [...name].some((character) => character < ' ' || character === '\u007f');
}

/** Names differ only if they differ by more than case. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** `report.docx` → `report 1.docx`, as OneDrive does for `conflictBehavior=rename`. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} ${number}${name.slice(dot)}` : `${name} ${number}`;
}

const MIME_TYPES: Record<string, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  docm: 'application/vnd.ms-word.document.macroEnabled.12',
  dotx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
  doc: 'application/msword',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xlsm: 'application/vnd.ms-excel.sheet.macroEnabled.12',
  xls: 'application/vnd.ms-excel',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ppt: 'application/vnd.ms-powerpoint',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  zip: 'application/zip',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
};

export type OfficeKind = 'word' | 'excel' | 'powerpoint' | 'other';

export function mimeTypeOf(name: string): string {
  return MIME_TYPES[extensionOf(name)] ?? 'application/octet-stream';
}

/** Which Office app of the browser opens a file of this name. */
export function officeKindOf(name: string): OfficeKind {
  const extension = extensionOf(name);
  if (['docx', 'docm', 'doc', 'dotx', 'odt', 'rtf'].includes(extension)) return 'word';
  if (['xlsx', 'xlsm', 'xlsb', 'xls', 'ods'].includes(extension)) return 'excel';
  if (['pptx', 'pptm', 'ppsx', 'ppt', 'odp'].includes(extension)) return 'powerpoint';
  return 'other';
}

/** Open XML packages, into which SharePoint writes its properties. */
export function isOpenXml(name: string): boolean {
  return ['docx', 'docm', 'dotx', 'xlsx', 'xlsm', 'pptx', 'pptm', 'ppsx'].includes(extensionOf(name));
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}
