const LONGEST_NAME = 200;
const LONGEST_TITLE = 200;
// Control characters, and those that turn the direction of writing or have no width: with them `exe.cod` reads `doc.exe`.
const INVISIBLE = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** The name as a person gave it, without its path and what can not be seen. Never used as a path. */
export function cleanFileName(given: string): string {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const seen = base.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  const dot = seen.lastIndexOf('.');
  const ending = dot >= 0 && seen.length - dot <= 12 ? seen.slice(dot) : '';
  const stem = seen.slice(0, seen.length - ending.length).trim();
  const short = [...(stem || 'Document')].slice(0, LONGEST_NAME - ending.length).join('');
  return `${short}${ending}`;
}

/** "SOP-1 Hand_hygiene.docx" → "SOP-1 Hand hygiene" */
export function titleFromFileName(fileName: string): string {
  const stem = fileName.replace(/\.[^.]*$/, '');
  const words = stem.replaceAll('_', ' ').replace(/\s+/g, ' ').trim();
  return [...words].slice(0, LONGEST_TITLE).join('') || 'Document';
}

/**
 * A header that carries any name: plain for old programs, UTF-8 for the rest.
 * @see https://www.rfc-editor.org/rfc/rfc6266#appendix-D
 */
export function contentDisposition(kind: 'attachment' | 'inline', fileName: string): string {
  const plain = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(/['()*]/g, percentOf);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
