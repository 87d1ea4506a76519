import { isWord } from './word-names.ts';
import { NotReadable, withWordPackage } from './word-package.ts';
import { parseXml, type XmlElement } from './xml-tree.ts';

/** Text that somebody inserted or deleted while changes were tracked, and nobody accepted or rejected yet. */
export interface TrackedChange {
  kind: 'insertion' | 'deletion';
  author: string;
  /** As Word wrote it; some programs write none. */
  date: string;
  words: string;
}

/** In the order of the text; neighbouring runs of one author and kind are one change. Empty for what is no Word file. */
export async function readTrackedChanges(path: string): Promise<TrackedChange[]> {
  try {
    return await withWordPackage(path, async (opened) => {
      const changes: TrackedChange[] = [];
      for (const name of opened.storyParts) collect(parseXml(await opened.read(name)).root, changes);
      return changes.filter(({ words }) => words.trim() !== '');
    });
  } catch (error) {
    if (error instanceof NotReadable) return [];
    throw error;
  }
}

/** Those of `after` that `before` did not have yet. */
export function newTrackedChanges(before: readonly TrackedChange[], after: readonly TrackedChange[]): TrackedChange[] {
  const known = new Map<string, number>();
  for (const change of before) known.set(keyOf(change), (known.get(keyOf(change)) ?? 0) + 1);
  return after.filter((change) => {
    const left = known.get(keyOf(change)) ?? 0;
    if (left > 0) known.set(keyOf(change), left - 1);
    return left === 0;
  });
}

/** Ids are given anew with every save; who, when and what stay. */
function keyOf({ kind, author, date, words }: TrackedChange): string {
  return JSON.stringify([kind, author, date, words]);
}

const KINDS = { ins: 'insertion', moveTo: 'insertion', del: 'deletion', moveFrom: 'deletion' } as const;

function collect(element: XmlElement, changes: TrackedChange[]): void {
  for (const child of element.children) {
    const name = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((local) => isWord(child, local));
    if (name) add(changes, KINDS[name], child, element.children);
    // A deletion inside of an insertion is somebody else's change of their own.
    collect(child, changes);
  }
}

function add(
  changes: TrackedChange[],
  kind: TrackedChange['kind'],
  element: XmlElement,
  siblings: readonly XmlElement[],
): void {
  const author = element.attribute('author') ?? '';
  const words = wordsOf(element, kind);
  const previous = changes.at(-1);
  const neighbour = siblings[siblings.indexOf(element) - 1];
  const goesOn = neighbour?.local === element.local && neighbour.attribute('author') === author;
  if (goesOn && previous?.kind === kind && previous.author === author) previous.words += words;
  else changes.push({ kind, author, date: element.attribute('date') ?? '', words });
}

function wordsOf(element: XmlElement, kind: TrackedChange['kind']): string {
  let words = '';
  for (const child of element.children) {
    if (isWord(child, kind === 'deletion' ? 'delText' : 't') || (kind === 'deletion' && isWord(child, 't')))
      words += child.text;
    else if (isWord(child, 'tab') || isWord(child, 'br')) words += ' ';
    else if (!isWord(child, 'ins') && !isWord(child, 'del')) words += wordsOf(child, kind);
  }
  return words;
}
