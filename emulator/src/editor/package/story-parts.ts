import { posix } from 'node:path';
import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import { addWordPart, freeName, type Parts, readRelationships, readText } from './package-parts.ts';

const KINDS = new Set(['header', 'footer', 'footnotes', 'endnotes']);
const ROOTS: Record<string, string> = { header: 'w:hdr', footer: 'w:ftr' };
// Far from the ids that paragraphs of the body are given.
const FIRST_ID = 1_000_000;

/** Text outside of the body: a header, a footer, all footnotes, all endnotes. */
export interface Story {
  part: string;
  /** With an id on every paragraph. */
  xml: string;
}

/** The stories of a document by the names that pages use: a relationship's id, or `footnotes` and `endnotes`. */
export function readStories(parts: Parts, documentPart: string): Map<string, Story> {
  const stories = new Map<string, Story>();
  const known = new Map<string, Story>();
  for (const { id, kind, target } of readRelationships(parts, documentPart)) {
    if (!KINDS.has(kind)) continue;
    const xml = known.get(target)?.xml ?? prepare(readText(parts, target), known.size + 1);
    if (xml === undefined) continue;
    const story = { part: target, xml };
    known.set(target, story);
    stories.set(kind.endsWith('notes') ? kind : id, story);
  }
  return stories;
}

function prepare(xml: string | undefined, number: number): string | undefined {
  try {
    return xml === undefined ? undefined : addParagraphIds(xml, number * FIRST_ID);
  } catch {
    // A part that cannot be read is kept as it is, and not changed here.
    return undefined;
  }
}

export type NewStoryKind = 'header' | 'footer';

/** Adds an empty header or footer; gives the id of the document's relationship to it. */
export function addStory(parts: Parts, documentPart: string, kind: NewStoryKind): { id: string; story: Story } {
  const root = ROOTS[kind];
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<${root} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"></${root}>`;
  const name = freeName(parts, `${posix.dirname(documentPart)}/${kind}`, 'xml');
  const id = addWordPart(parts, documentPart, { name, kind, type: kind, xml });
  return { id, story: { part: name, xml } };
}
