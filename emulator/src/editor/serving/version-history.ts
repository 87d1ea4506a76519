import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import type { KeptCopy } from '../merging/keep-copies.ts';
import { changedTexts, ParagraphLines } from '../merging/paragraph-lines.ts';
import { readStories, type Story } from '../package/story-parts.ts';
import { readWordPackage, type WordPackage } from '../package/word-package.ts';

const MOST_VERSIONS = 100;
const MOST_CHARACTERS = 100_000_000;

/** A version of a document with an id on every paragraph, as pages get it. */
export interface PreparedVersion {
  tag: string;
  package: WordPackage;
  preparedXml: string;
  /** Headers, footers and notes, as pages get them. */
  stories: ReadonlyMap<string, Story>;
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
    const parts = new Map(wordPackage.entries.map((entry) => [entry.name, entry]));
    const version = {
      tag,
      package: wordPackage,
      preparedXml: addParagraphIds(wordPackage.documentXml),
      stories: readStories(parts, wordPackage.documentPart),
      author,
    };
    this.#recordChanges(version);
    this.remember(version);
    return version;
  }

  #recordChanges({ preparedXml, stories, author }: PreparedVersion): void {
    if (!this.#newest) return;
    const texts: [string, string][] = [[this.#newest.preparedXml, preparedXml]];
    for (const [key, { xml }] of stories) texts.push([this.#newest.stories.get(key)?.xml ?? xml, xml]);
    for (const [from, to] of texts) this.lines.record(changedTexts(from, to), author, undefined);
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
