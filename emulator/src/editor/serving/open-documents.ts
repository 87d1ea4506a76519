import type { EditorHost, EditorItemRef, EditorUser } from '../../world/editor-host.ts';
import { applyBlocks, type SavedBlock } from '../blocks/apply-blocks.ts';
import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import { EditorError } from '../errors.ts';
import { composeBase, type StaleParts } from '../merging/compose-base.ts';
import { keepCopies } from '../merging/keep-copies.ts';
import { mergeDocuments } from '../merging/merge-documents.ts';
import { changedTexts } from '../merging/paragraph-lines.ts';
import { addTargets, type NewTargets, renameTargets } from '../package/add-parts.ts';
import { type WordPackage, writeWordPackage } from '../package/word-package.ts';
import { editingMode } from './editing-mode.ts';
import { type PreparedVersion, VersionHistory } from './version-history.ts';

const KEPT_DOCUMENTS = 32;
const ATTEMPTS = 5;

export interface SaveRequest {
  base: string;
  stale: StaleParts;
  tab: string;
  /** Counts up with every save that the tab sends, repeats included. */
  sequence: number;
  blocks: SavedBlock[];
  deleted: string[];
  targets: NewTargets;
}

export interface SaveAnswer {
  tag: string;
  lost: string[];
  /** The stored document holds more than what this page knows: it has to read it before it goes on. */
  merged: boolean;
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
    const composed = composeBase(base.preparedXml, request.stale, (tag) => history.find(tag)?.preparedXml);
    const change = { author: user.displayName, at: this.#host.now() };
    const names = new Map(history.targetNames);
    const target = addTargets(current.package, request.targets, names);
    const blocks = request.blocks.map((block) => renameInBlock(block, names));
    const applied = applyBlocks(composed.applyTo, blocks, request.deleted, target.references, change);
    const { documentXml, conflicts } = mergeDocuments({
      base: composed.compareWith,
      mine: applied.documentXml,
      theirs: current.preparedXml,
      isOwn: (key) => history.lines.isOwn(key, request.tab),
    });
    const losses = conflicts.map((conflict) => ({
      ...conflict,
      author: history.lines.authorOf(conflict.key) ?? current.author,
      goesOnFrom: history.lines.goesOnFrom(conflict.key),
    }));
    const mergedXml = addParagraphIds(keepCopies(documentXml, losses, history.copies));
    return { base: composed.compareWith, mine: applied.documentXml, mergedXml, lost: applied.lost, target, names };
  }

  async #store(
    known: KnownDocument,
    ref: EditorItemRef,
    user: EditorUser,
    request: SaveRequest,
    current: PreparedVersion,
    { base, mine, mergedXml, lost, target, names }: Merge,
  ): Promise<SaveAnswer | 'tag-changed'> {
    const merged = mergedXml !== mine;
    if (mergedXml === current.preparedXml) {
      known.lastSequences.set(request.tab, request.sequence);
      return { tag: current.tag, lost, merged };
    }
    known.savingTab = request.tab;
    const bytes = writeWordPackage(target, mergedXml);
    const saved = await this.#host.replaceContent(ref, user, bytes, current.tag).finally(() => {
      known.savingTab = undefined;
    });
    if (saved === 'tag-changed') return saved;
    known.lastSequences.set(request.tab, request.sequence);
    known.history.targetNames = names;
    known.history.lines.record(changedTexts(base, mine), user.displayName, request.tab);
    known.history.remember({
      tag: saved.tag,
      package: { ...target, documentXml: mergedXml },
      preparedXml: mergedXml,
      author: user.displayName,
    });
    return { tag: saved.tag, lost, merged };
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

interface Merge {
  base: string;
  mine: string;
  mergedXml: string;
  lost: string[];
  target: WordPackage;
  names: ReadonlyMap<string, string>;
}

function renameInBlock(block: SavedBlock, names: ReadonlyMap<string, string>): SavedBlock {
  const { xml, was } = block;
  return {
    ...block,
    xml: xml === null ? null : renameTargets(xml, names),
    ...(was === undefined ? {} : { was: renameTargets(was, names) }),
  };
}

/** The bytes that the page edits: the stored ones unless ids had to be added. */
export function preparedContent(version: PreparedVersion): Uint8Array {
  return writeWordPackage(version.package, version.preparedXml);
}
