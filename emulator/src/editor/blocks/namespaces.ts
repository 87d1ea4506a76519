import { findAttribute } from './xml-tree.ts';

const COMPATIBILITY = 'http://schemas.openxmlformats.org/markup-compatibility/2006';

/** The prefixes that the page's editor writes, and what they stand for. */
const NAMESPACES: Record<string, string> = {
  w: 'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  w14: 'http://schemas.microsoft.com/office/word/2010/wordml',
  w15: 'http://schemas.microsoft.com/office/word/2012/wordml',
  r: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  m: 'http://schemas.openxmlformats.org/officeDocument/2006/math',
  mc: COMPATIBILITY,
  v: 'urn:schemas-microsoft-com:vml',
  o: 'urn:schemas-microsoft-com:office:office',
  w10: 'urn:schemas-microsoft-com:office:word',
  wp: 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing',
  wp14: 'http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing',
  wps: 'http://schemas.microsoft.com/office/word/2010/wordprocessingShape',
  wpg: 'http://schemas.microsoft.com/office/word/2010/wordprocessingGroup',
  wpc: 'http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas',
  a: 'http://schemas.openxmlformats.org/drawingml/2006/main',
  pic: 'http://schemas.openxmlformats.org/drawingml/2006/picture',
};

// Readers older than a namespace must be told that they may skip it.
const IGNORABLE = new Set(['w14', 'w15', 'wp14']);

/** Declares those prefixes on the root of a part that it lacks; unknown prefixes are left for the caller to refuse. */
export function declareNamespaces(xml: string, prefixes: Iterable<string>): string {
  const start = xml.search(/<w:(?:document|hdr|ftr|footnotes|endnotes|comments)[\s>]/);
  const end = xml.indexOf('>', start);
  let tag = xml.slice(start, end);
  for (const prefix of prefixes) {
    const uri = NAMESPACES[prefix];
    if (!uri) continue;
    if (findAttribute(tag, `xmlns:${prefix}`) === undefined) tag += ` xmlns:${prefix}="${uri}"`;
    if (IGNORABLE.has(prefix)) tag = markIgnorable(tag, prefix);
  }
  return xml.slice(0, start) + tag + xml.slice(end);
}

/** The prefixes that a piece of XML uses without declaring them itself. */
export function usedPrefixes(xml: string): Set<string> {
  const used = new Set<string>();
  for (const match of xml.matchAll(/<([A-Za-z][\w]*):|\s([A-Za-z][\w]*):[\w]+\s*=/g)) {
    const prefix = match[1] ?? match[2];
    if (prefix && prefix !== 'xml' && prefix !== 'xmlns') used.add(prefix);
  }
  return used;
}

function markIgnorable(tag: string, prefix: string): string {
  const current = findAttribute(tag, 'mc:Ignorable');
  if (current === undefined) {
    const declared = findAttribute(tag, 'xmlns:mc') === undefined ? ` xmlns:mc="${COMPATIBILITY}"` : '';
    return `${tag}${declared} mc:Ignorable="${prefix}"`;
  }
  if (current.split(/\s+/).includes(prefix)) return tag;
  return tag.replace(/(\smc:Ignorable\s*=\s*["'])/, `$1${prefix} `);
}
