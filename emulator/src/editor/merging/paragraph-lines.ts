import { readBodyBlocks } from '../blocks/body-blocks.ts';
import { paragraphId } from '../blocks/paragraph-ids.ts';
import { descendants, readXmlTree, sourceOf } from '../blocks/xml-tree.ts';
import { paragraphText } from './paragraph-text.ts';

interface Line {
  author: string;
  tab: string | undefined;
  text: string;
  /** Earlier texts that this one goes on from, so that it stands for them. */
  goesOnFrom: Set<string>;
}

const LONGEST_LINE = 40;

/** Who changed each paragraph last, and which of that page's earlier texts the newest one goes on from. */
export class ParagraphLines {
  readonly #last = new Map<string, Line>();
  readonly #ofTab = new Map<string, Line & { base: string }>();

  isOwn(key: string, tab: string): boolean {
    return this.#last.get(key)?.tab === tab;
  }

  authorOf(key: string): string | undefined {
    return this.#last.get(key)?.author;
  }

  goesOnFrom(key: string): ReadonlySet<string> {
    return this.#last.get(key)?.goesOnFrom ?? new Set();
  }

  /** Records a new version: `texts` are the paragraphs that its author changed, with what each was based on. */
  record(changes: Map<string, { text: string; base: string }>, author: string, tab: string | undefined): void {
    for (const [key, { text, base }] of changes) {
      const known = tab === undefined ? undefined : this.#ofTab.get(`${tab} ${key}`);
      const goesOn = known && (known.text === base || known.base === base || known.goesOnFrom.has(base));
      const earlier = goesOn ? [...known.goesOnFrom, known.text, base] : [base];
      const line = { author, tab, text, goesOnFrom: new Set(earlier.slice(-LONGEST_LINE)) };
      this.#last.set(key, line);
      if (tab !== undefined) this.#ofTab.set(`${tab} ${key}`, { ...line, base });
    }
  }
}

/** The paragraphs whose text differs between two states of a document, or that only the newer one has. */
export function changedTexts(from: string, to: string): Map<string, { text: string; base: string }> {
  const changes = new Map<string, { text: string; base: string }>();
  if (from === to) return changes;
  const olds = new Map(readBodyBlocks(from).blocks.map((block) => [block.key, block.xml]));
  for (const block of readBodyBlocks(to).blocks) {
    const old = olds.get(block.key);
    if (old === block.xml) continue;
    const before = old === undefined ? new Map<string, string>() : textsIn(old);
    for (const [key, text] of textsIn(block.xml)) {
      const base = before.get(key) ?? '';
      if (text !== base || !before.has(key)) changes.set(key, { text, base });
    }
  }
  return changes;
}

function textsIn(blockXml: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const node of descendants(readXmlTree(blockXml))) {
    const key = node.name === 'w:p' ? paragraphId(blockXml, node) : undefined;
    if (key !== undefined) texts.set(key, paragraphText(sourceOf(blockXml, node)));
  }
  return texts;
}
