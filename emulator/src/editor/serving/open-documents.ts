import type { EditorHost, EditorItemRef, EditorUser } from '../../world/editor-host.ts';
import { EditorError } from '../errors.ts';
import { changedTexts } from '../merging/paragraph-lines.ts';
import { putPart } from '../package/package-parts.ts';
import { writeWordPackage } from '../package/word-package.ts';
import { editingMode } from './editing-mode.ts';
import { type Merge, mergeSave, type SaveContent } from './merge-save.ts';
import { type PreparedVersion, VersionHistory } from './version-history.ts';

const KEPT_DOCUMENTS = 32;
const ATTEMPTS = 5;

export interface SaveRequest extends SaveContent {
  base: string;
  tab: string;
  /** Counts up with every save that the tab sends, repeats included. */
  sequence: number;
}

export interface SaveAnswer {
  tag: string;
  lost: string[];
  /** The stored document holds more than what this page knows: it has to read it before it goes on. */
  merged: boolean;
  /** The ids of new headers and footers by the names that the page gave them. */
  stories: Record<string, string>;
}

interface KnownDocument {
  history: VersionHistory;
  lastSequences: Map<string, number>;
  closedTabs: Set<string>;
  savingTab: string | undefined;
  /** Saves of one document happen one after the other. */
  queue: Promise<unknown>;
}

/** The documents that pages have open: their past, and the saves that are on their way. */
export class OpenDocuments {
  readonly #host: EditorHost;
  readonly #documents = new Map<string, KnownDocument>();

  constructor(host: EditorHost) {
    this.#host = host;
  }

  async read(ref: EditorItemRef): Promise<PreparedVersion> {
    const known = this.#find(ref);
    // What is being saved is about to be the newest version.
    await known.queue;
    return this.#readStored(known, ref);
  }

  save(ref: EditorItemRef, user: EditorUser, request: SaveRequest): Promise<SaveAnswer> {
    const known = this.#find(ref);
    const saved = known.queue.then(() => this.#saveNext(known, ref, user, request));
    // A save that failed must not stop the next one.
    known.queue = saved.catch(() => undefined);
    return saved;
  }

  /** The tab whose save is being stored at this moment. */
  savingTab(ref: EditorItemRef): string | undefined {
    return this.#find(ref).savingTab;
  }

  /** A tab's last save may arrive after the word that it closed; it must not hold the document open again. */
  noticeClosed(ref: EditorItemRef, tab: string): void {
    this.#find(ref).closedTabs.add(tab);
  }

  noticeOpen(ref: EditorItemRef, tab: string): void {
    this.#find(ref).closedTabs.delete(tab);
  }

  isClosed(ref: EditorItemRef, tab: string): boolean {
    return this.#find(ref).closedTabs.has(tab);
  }

  async #saveNext(
    known: KnownDocument,
    ref: EditorItemRef,
    user: EditorUser,
    request: SaveRequest,
  ): Promise<SaveAnswer> {
    for (let attempt = 1; ; attempt++) {
      const current = await this.#readStored(known, ref);
      if (request.sequence <= (known.lastSequences.get(request.tab) ?? 0))
        throw new EditorError('save-is-superseded', 'A later save of this tab has arrived already.');
      const merge = this.#merge(known, current, user, request);
      const answer = await this.#store(known, ref, user, request, current, merge);
      // Somebody saved by another way between the reading and the writing: their words are merged too.
      if (answer !== 'tag-changed') return answer;
      if (attempt === ATTEMPTS) throw new EditorError('base-is-older', 'The document keeps being saved by others.');
    }
  }

  #merge(known: KnownDocument, current: PreparedVersion, user: EditorUser, request: SaveRequest): Merge {
    const { history } = known;
    const base = request.base === current.tag ? current : history.find(request.base);
    if (!base) throw new EditorError('base-is-older', 'The version that this page knows is too old.');
    const mode = editingMode(current.package);
    if (mode.readOnlyBecause) throw new EditorError('protected', mode.readOnlyBecause);
    const change = { author: user.displayName, at: this.#host.now() };
    return mergeSave(request, { history, base, current, tab: request.tab, change });
  }

  async #store(
    known: KnownDocument,
    ref: EditorItemRef,
    user: EditorUser,
    request: SaveRequest,
    current: PreparedVersion,
    merge: Merge,
  ): Promise<SaveAnswer | 'tag-changed'> {
    const { lost, merged, names } = merge;
    const added = Object.keys(request.stories).flatMap((key) => {
      const id = names.get(key);
      return id === undefined ? [] : [[key, id]];
    });
    const answer = { lost, merged, stories: Object.fromEntries(added) };
    if (!merge.isChanged) {
      known.lastSequences.set(request.tab, request.sequence);
      return { ...answer, tag: current.tag };
    }
    known.savingTab = request.tab;
    const bytes = writeWordPackage(merge.package, merge.documentXml);
    const saved = await this.#host.replaceContent(ref, user, bytes, current.tag).finally(() => {
      known.savingTab = undefined;
    });
    if (saved === 'tag-changed') return saved;
    known.lastSequences.set(request.tab, request.sequence);
    known.history.targetNames = names;
    for (const { base, mine } of merge.written)
      known.history.lines.record(changedTexts(base, mine), user.displayName, request.tab);
    known.history.remember({
      tag: saved.tag,
      package: merge.package,
      preparedXml: merge.documentXml,
      stories: merge.stories,
      author: user.displayName,
    });
    return { ...answer, tag: saved.tag };
  }

  async #readStored(known: KnownDocument, ref: EditorItemRef): Promise<PreparedVersion> {
    const { content, tag, savedBy } = await this.#host.readContent(ref);
    return known.history.prepare(content, tag, savedBy ?? 'somebody else');
  }

  #find(ref: EditorItemRef): KnownDocument {
    const key = `${ref.driveId}/${ref.itemId}`;
    const known = this.#documents.get(key) ?? {
      history: new VersionHistory(),
      lastSequences: new Map(),
      closedTabs: new Set(),
      savingTab: undefined,
      queue: Promise.resolve(),
    };
    // The least recently used document stands first.
    this.#documents.delete(key);
    this.#documents.set(key, known);
    const oldest = this.#documents.keys().next().value;
    if (this.#documents.size > KEPT_DOCUMENTS && oldest !== undefined) this.#documents.delete(oldest);
    return known;
  }
}

/** The bytes that the page edits: the stored ones unless ids had to be added. */
export function preparedContent({ package: source, preparedXml, stories }: PreparedVersion): Uint8Array {
  const parts = new Map(source.entries.map((entry) => [entry.name, entry]));
  for (const { part, xml } of stories.values()) putPart(parts, part, Buffer.from(xml));
  return writeWordPackage({ ...source, entries: [...parts.values()] }, preparedXml);
}
