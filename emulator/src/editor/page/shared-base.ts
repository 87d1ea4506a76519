import type { Node } from 'prosemirror-model';
import type { Save } from './api.ts';
import type { Changes } from './collect-changes.ts';
import type { StaleKeys } from './merge-node.ts';

/**
 * What the server has, as far as this page knows. Mostly that is one version; parts that were being typed in when a
 * newer one arrived stay compared with the version that they are based on.
 */
export class SharedBase {
  #tag: string;
  #doc: Node;
  #staleParagraphs = new Map<string, string>();
  #staleBlocks = new Map<string, string>();
  /** The answer to a save that was merged with what others saved, until the merged version is read. */
  #answered: { tag: string; doc: Node; keys: Set<string> } | undefined;

  constructor(tag: string, doc: Node) {
    this.#tag = tag;
    this.#doc = doc;
  }

  get tag(): string {
    return this.#tag;
  }

  get doc(): Node {
    return this.#doc;
  }

  /** The newest version of which this page has heard. */
  get newestTag(): string {
    return this.#answered?.tag ?? this.#tag;
  }

  get isAhead(): boolean {
    return this.#answered !== undefined;
  }

  /** What a newer version is to be compared with: this page's own saved changes are no news. */
  get compared(): Node {
    return this.#answered?.doc ?? this.#doc;
  }

  staleParts(): Pick<Save, 'stale' | 'staleBlocks'> {
    return {
      stale: Object.fromEntries(this.#staleParagraphs),
      staleBlocks: Object.fromEntries(this.#staleBlocks),
    };
  }

  /** A save was stored as it was sent. */
  replace(tag: string, doc: Node): void {
    this.#tag = tag;
    this.#doc = doc;
    this.#staleParagraphs.clear();
    this.#staleBlocks.clear();
    this.#answered = undefined;
  }

  /** A save was merged. Until the merged version is read, a repeated save still refers to the old base. */
  noteAnswer(tag: string, doc: Node, { blocks }: Changes): void {
    const keys = blocks.filter(({ xml }) => xml !== null).map(({ key }) => key);
    this.#answered = { tag, doc, keys: new Set(keys) };
  }

  /** A newer version was brought into the page. */
  adopt(tag: string, doc: Node, stale: StaleKeys): void {
    const [paragraphs, blocks] = [stale.paragraphs, stale.blocks].map((keys) =>
      keys.map((key) => [key, this.#tagOf(key)] as const),
    );
    this.#tag = tag;
    this.#doc = doc;
    this.#staleParagraphs = new Map(paragraphs);
    this.#staleBlocks = new Map(blocks);
    this.#answered = undefined;
  }

  /** What is shown is the base, only written in other nodes: comparing gets quick again. */
  adoptShown(doc: Node): void {
    this.#doc = doc;
  }

  #tagOf(key: string): string {
    if (this.#answered?.keys.has(key)) return this.#answered.tag;
    return this.#staleParagraphs.get(key) ?? this.#staleBlocks.get(key) ?? this.#tag;
  }
}
