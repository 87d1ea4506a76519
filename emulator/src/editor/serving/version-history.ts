import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import type { KeptCopy } from '../merging/keep-copies.ts';
import { changedTexts, ParagraphLines } from '../merging/paragraph-lines.ts';
import { readWordPackage, type WordPackage } from '../package/word-package.ts';

const MOST_VERSIONS = 100;
const MOST_CHARACTERS = 100_000_000;

/** A version of a document with an id on every paragraph, as pages get it. */
export interface PreparedVersion {
  tag: string;
  package: WordPackage;
  preparedXml: string;
  author: string;
}

/** What a merge needs to know of a document's past: its last versions, who wrote what, which copies were kept. */
export class VersionHistory {
  readonly lines = new ParagraphLines();
  readonly copies = new Map<string, KeptCopy>();
  /** The relationships that stand for what pages named themselves. */
  targetNames: ReadonlyMap<string, string> = new Map();
  readonly #versions = new Map<string, PreparedVersion>();
  #newest: PreparedVersion | undefined;

  find(tag: string): PreparedVersion | undefined {
    return this.#versions.get(tag);
  }

  /** The stored content as a version; one that came from elsewhere is remembered with what its author changed. */
  prepare(content: Uint8Array, tag: string, author: string): PreparedVersion {
    const known = this.#versions.get(tag);
    if (known) return known;
    const wordPackage = readWordPackage(content);
    const version = { tag, package: wordPackage, preparedXml: addParagraphIds(wordPackage.documentXml), author };
    if (this.#newest) this.lines.record(changedTexts(this.#newest.preparedXml, version.preparedXml), author, undefined);
    this.remember(version);
    return version;
  }

  remember(version: PreparedVersion): void {
    this.#newest = version;
    this.#versions.set(version.tag, version);
    let characters = 0;
    for (const { preparedXml } of this.#versions.values()) characters += preparedXml.length;
    for (const [tag, { preparedXml }] of this.#versions) {
      if (this.#versions.size <= 2) break;
      if (this.#versions.size <= MOST_VERSIONS && characters <= MOST_CHARACTERS) break;
      this.#versions.delete(tag);
      characters -= preparedXml.length;
    }
  }
}
