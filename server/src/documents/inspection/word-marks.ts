import type { XmlElement } from './xml.ts';

/** What is still to be accepted, rejected or answered in a Word document. */
export interface Marks {
  trackedChanges: number;
  comments: number;
  authorsOfChanges: Set<string>;
  protected: boolean;
}

export function newMarks(): Marks {
  return { trackedChanges: 0, comments: 0, authorsOfChanges: new Set(), protected: false };
}

const WORD = new Set([
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  'http://purl.oclc.org/ooxml/wordprocessingml/main',
]);
const STORY =
  /^application\/vnd\.openxmlformats-officedocument\.wordprocessingml\.(document\.main|header|footer|footnotes|endnotes|comments)\+xml$/;
/** Each stands for one change that Word shows; the …RangeStart and …RangeEnd around moves only bracket them. */
const CHANGES = new Set([
  'ins',
  'del',
  'moveFrom',
  'moveTo',
  'cellIns',
  'cellDel',
  'cellMerge',
  'numberingChange',
  'rPrChange',
  'pPrChange',
  'sectPrChange',
  'tblPrChange',
  'tblGridChange',
  'tblPrExChange',
  'trPrChange',
  'tcPrChange',
]);
const AUTHORS_AT_MOST = 100;
const LONGEST_AUTHOR = 200;

/** Text that Word shows as the document's own: body, headers and footers, notes, comments. */
export function isStory(contentType: string): boolean {
  return STORY.test(contentType);
}

export function readStory(element: XmlElement, marks: Marks): void {
  if (!WORD.has(element.namespace)) return;
  if (element.name === 'comment') marks.comments += 1;
  if (!CHANGES.has(element.name)) return;
  marks.trackedChanges += 1;
  const author = element.attribute('author')?.trim().slice(0, LONGEST_AUTHOR);
  if (author && marks.authorsOfChanges.size < AUTHORS_AT_MOST) marks.authorsOfChanges.add(author);
}

export function readSettings(element: XmlElement, marks: Marks): void {
  if (!WORD.has(element.namespace) || element.name !== 'documentProtection') return;
  marks.protected ||= ['1', 'true', 'on'].includes(element.attribute('enforcement') ?? '');
}
