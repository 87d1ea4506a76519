import { createHash } from 'node:crypto';
import { isWord } from './word-names.ts';
import { escapeXml, parseXml, type Replacement, replacePlaces, walk, type XmlElement } from './xml-tree.ts';

const TAG = 'megdocs-working-copy';

/** The document's text with a line on top that says what this copy is: a content control that Word keeps locked. */
export function addStamp(documentXml: string, words: string): string {
  const { root, text } = parseXml(documentXml);
  const body = root.children.find((child) => isWord(child, 'body'));
  if (!body || body.innerStart === body.innerEnd) throw new Error('The document has no body.');
  const by = stampXml(root.namespace, words);
  return replacePlaces(text, [{ start: body.innerStart, end: body.innerStart, by }]);
}

/** Undefined when there is none. What people wrote into the stamp stays, as paragraphs of the document. */
export function removeStamp(documentXml: string): string | undefined {
  if (!documentXml.includes(TAG)) return undefined;
  const { root, text } = parseXml(documentXml);
  const stamps = [...walk(root)].filter(isStamp);
  if (stamps.length === 0) return undefined;
  return replacePlaces(
    text,
    stamps.map((stamp) => withoutStamp(text, stamp)),
  );
}

function withoutStamp(text: string, stamp: XmlElement): Replacement {
  const content = stamp.children.find((child) => isWord(child, 'sdtContent'));
  const kept = (content?.children ?? []).filter((child) => hashOf(wordsOf(child)) !== hashInTag(stamp));
  return { start: stamp.start, end: stamp.end, by: kept.map(({ start, end }) => text.slice(start, end)).join('') };
}

function isStamp(element: XmlElement): boolean {
  return isWord(element, 'sdt') && tagOf(element)?.startsWith(`${TAG}:`) === true;
}

function tagOf(control: XmlElement): string | undefined {
  const properties = control.children.find((child) => isWord(child, 'sdtPr'));
  return properties?.children.find((child) => isWord(child, 'tag'))?.attribute('val');
}

function hashInTag(stamp: XmlElement): string {
  return tagOf(stamp)?.slice(TAG.length + 1) ?? '';
}

/** The tag knows the words, so that an untouched stamp is told from one that somebody wrote into. */
function hashOf(words: string): string {
  return createHash('sha256').update(words).digest('hex').slice(0, 16);
}

function wordsOf(element: XmlElement): string {
  const runs = [...walk(element)].filter((child) => isWord(child, 't') || isWord(child, 'delText'));
  return runs.map(({ text }) => text).join('');
}

/** The prefix is declared on the control itself: what the document calls its own is not relied on. */
function stampXml(namespace: string, words: string): string {
  const run = `<w:r><w:rPr><w:b/><w:color w:val="8A3707"/><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">${escapeXml(words)}</w:t></w:r>`;
  const paragraph = `<w:p><w:pPr><w:shd w:val="clear" w:color="auto" w:fill="FFF4E5"/><w:jc w:val="center"/></w:pPr>${run}</w:p>`;
  const properties = `<w:sdtPr><w:alias w:val="MEGDocs"/><w:tag w:val="${TAG}:${hashOf(words)}"/><w:lock w:val="sdtContentLocked"/></w:sdtPr>`;
  return `<w:sdt xmlns:w="${escapeXml(namespace)}">${properties}<w:sdtContent>${paragraph}</w:sdtContent></w:sdt>`;
}
