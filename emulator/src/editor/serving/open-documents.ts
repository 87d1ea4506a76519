import type { EditorHost, EditorItemRef, EditorUser } from '../../world/editor-host.ts';
import { applyBlocks, type SavedBlock } from '../blocks/apply-blocks.ts';
import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import { EditorError } from '../errors.ts';
import { readWordPackage, type WordPackage, writeWordPackage } from '../package/word-package.ts';

const KEPT_VERSIONS = 6;
const KEPT_DOCUMENTS = 32;

/** A version of a document with an id on every paragraph, as pages get it. */
export interface PreparedVersion {
  tag: string;
  package: WordPackage;
  preparedXml: string;
  /** The tab that saved it and what it replaced; absent for versions that came from elsewhere. */
  saved?: { tab: string; replaced: string };
}

export interface SaveRequest {
  base: string;
  tab: string;
  /** Counts up with every save that the tab sends, repeats included. */
  sequence: number;
  blocks: SavedBlock[];
  deleted: string[];
}

interface KnownDocument {
  versions: Map<string, PreparedVersion>;
  lastSequences: Map<string, number>;
  closedTabs: Set<string>;
  /** Saves of one document happen one after the other. */
  queue: Promise<unknown>;
}

/** The documents that pages have open: their last versions, by tag, and the saves that are on their way. */
export class OpenDocuments {
  readonly #host: EditorHost;
  readonly #documents = new Map<string, KnownDocument>();

  constructor(host: EditorHost) {
    this.#host = host;
  }

  async read(ref: EditorItemRef): Promise<PreparedVersion> {
    const { content, tag } = await this.#host.readContent(ref);
    return this.#prepare(this.#find(ref), content, tag);
  }

  save(ref: EditorItemRef, user: EditorUser, request: SaveRequest): Promise<{ tag: string; lost: string[] }> {
    const known = this.#find(ref);
    const saved = known.queue.then(() => this.#saveNext(known, ref, user, request));
    // A save that failed must not stop the next one.
    known.queue = saved.catch(() => undefined);
    return saved;
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

  async #saveNext(known: KnownDocument, ref: EditorItemRef, user: EditorUser, request: SaveRequest) {
    const { content, tag } = await this.#host.readContent(ref);
    const current = this.#prepare(known, content, tag);
    if (request.sequence <= (known.lastSequences.get(request.tab) ?? 0))
      throw new EditorError('save-is-superseded', 'A later save of this tab has arrived already.');
    const base = findBase(known, current, request);
    const mode = editingMode(base.package);
    if (mode.readOnlyBecause) throw new EditorError('protected', mode.readOnlyBecause);
    const { documentXml, lost } = applyBlocks(
      base.preparedXml,
      request.blocks,
      request.deleted,
      base.package.references,
      { author: user.displayName, at: this.#host.now() },
    );
    known.lastSequences.set(request.tab, request.sequence);
    if (documentXml === current.preparedXml) return { tag: current.tag, lost };
    const bytes = writeWordPackage(base.package, documentXml);
    const saved = await this.#host.saveContent(ref, user, bytes);
    remember(known, {
      tag: saved.tag,
      package: { ...base.package, documentXml },
      preparedXml: documentXml,
      saved: { tab: request.tab, replaced: current.tag },
    });
    return { tag: saved.tag, lost };
  }

  #find(ref: EditorItemRef): KnownDocument {
    const key = `${ref.driveId}/${ref.itemId}`;
    const known = this.#documents.get(key) ?? {
      versions: new Map(),
      lastSequences: new Map(),
      closedTabs: new Set(),
      queue: Promise.resolve(),
    };
    // The least recently used document stands first.
    this.#documents.delete(key);
    this.#documents.set(key, known);
    const oldest = this.#documents.keys().next().value;
    if (this.#documents.size > KEPT_DOCUMENTS && oldest !== undefined) this.#documents.delete(oldest);
    return known;
  }

  #prepare(known: KnownDocument, content: Uint8Array, tag: string): PreparedVersion {
    const version = known.versions.get(tag);
    if (version) return version;
    const wordPackage = readWordPackage(content);
    const prepared = { tag, package: wordPackage, preparedXml: addParagraphIds(wordPackage.documentXml) };
    remember(known, prepared);
    return prepared;
  }
}

/** The bytes that the page edits: the stored ones unless ids had to be added. */
export function preparedContent(version: PreparedVersion): Uint8Array {
  return writeWordPackage(version.package, version.preparedXml);
}

export interface EditingMode {
  mode: 'editing' | 'suggesting' | 'viewing';
  readOnlyBecause?: string;
}

/** How Word would let people type into this document. */
export function editingMode({ protection, tracksRevisions }: WordPackage): EditingMode {
  if (protection === 'trackedChanges') return { mode: 'suggesting' };
  if (protection !== undefined && protection !== 'none') {
    const allowed =
      protection === 'comments' ? 'only comments' : protection === 'forms' ? 'only filling in forms' : 'only reading';
    return { mode: 'viewing', readOnlyBecause: `This document is protected: its author allows ${allowed}.` };
  }
  return { mode: tracksRevisions ? 'suggesting' : 'editing' };
}

// The newest version is a base like any other. An older one is good too while every save since came from the same tab:
// then the answer to one of its saves was lost, or its last words overtook an answer as it closed.
function findBase(known: KnownDocument, current: PreparedVersion, { base, tab }: SaveRequest): PreparedVersion {
  let version: PreparedVersion | undefined = current;
  while (version && version.tag !== base)
    version = version.saved?.tab === tab ? known.versions.get(version.saved.replaced) : undefined;
  if (!version) throw new EditorError('base-is-older', 'The document has been saved by somebody else meanwhile.');
  return version;
}

function remember(known: KnownDocument, version: PreparedVersion): void {
  known.versions.set(version.tag, version);
  const oldest = known.versions.keys().next().value;
  if (known.versions.size > KEPT_VERSIONS && oldest !== undefined) known.versions.delete(oldest);
}
