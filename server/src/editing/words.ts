import { extname } from 'node:path';

/** The Office application that opens a file, by its extension. */
export function appOf(fileName: string): 'Word' | 'Excel' | 'PowerPoint' {
  switch (extname(fileName).toLowerCase()) {
    case '.xlsx':
      return 'Excel';
    case '.pptx':
      return 'PowerPoint';
    default:
      return 'Word';
  }
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

export function contentTypeOf(fileName: string): string {
  const kind = {
    Word: 'wordprocessingml.document',
    Excel: 'spreadsheetml.sheet',
    PowerPoint: 'presentationml.presentation',
  };
  return `${OFFICE}.${kind[appOf(fileName)]}`;
}

/** Why a session was closed in which nobody had changed anything; a late save then follows its base. */
export const NOBODY_CHANGED = 'Nobody changed anything';

/** "Clare Whitcombe and Tomas Novelli" */
export function listNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
