import type { EditorHost, EditorItemRef, EditorUser } from '../../world/editor-host.ts';
import { EditorError } from '../errors.ts';

const KEPT_FILES = 32;
const KEPT_TABS = 200;
const KEPT_SAVES = 50;

/** One place in a file whose text somebody changed: a cell, a text box. */
export interface FieldChange<Value> {
  key: string;
  value: Value;
}

/** A kind of file that is changed field by field. */
export interface FieldFormat<View extends FileView, Value> {
  read(content: Uint8Array): View;
  /** Answers no content when nothing had to change, and what could not be changed, in words. */
  change(content: Uint8Array, changes: FieldChange<Value>[]): { content: Uint8Array | undefined; lost: string[] };
}

export interface FileView {
  /** Why nobody can change this file, in words. */
  readOnlyBecause?: string;
}

export interface SaveRequest<Value> {
  base: string;
  tab: string;
  /** `edit` counts up with every change in the tab: what was taken in once is not taken in again. */
  changes: (FieldChange<Value> & { edit: number })[];
}

export interface Saved {
  tag: string;
  lost: string[];
  /** Fields that others had changed since the base, and who: the later save stays. */
  overwritten: { key: string; by: string }[];
}

interface KnownFile<View> {
  view?: { tag: string; view: View };
  lastEdits: Map<string, number>;
  closedTabs: Set<string>;
  /** The last saves, the newest last. */
  saves: { base: string; tab: string; by: string; keys: Set<string> }[];
  /** Saves of one file happen one after the other. */
  queue: Promise<unknown>;
}

/**
 * The files of one kind that pages have open. A save changes the fields that it names in the newest content, so that
 * saves of different fields all survive and of two saves of one field the later stays.
 */
export class OpenFiles<View extends FileView, Value> {
  readonly #host: EditorHost;
  readonly #format: FieldFormat<View, Value>;
  readonly #files = new Map<string, KnownFile<View>>();

  constructor(host: EditorHost, format: FieldFormat<View, Value>) {
    this.#host = host;
    this.#format = format;
  }

  /** The newest content as the page shows it; no view when `knownTag` is still the newest. */
  async read(ref: EditorItemRef, knownTag?: string): Promise<{ tag: string; view?: View }> {
    const { content, tag } = await this.#host.readContent(ref);
    if (tag === knownTag) return { tag };
    return { tag, view: this.#view(this.#find(ref), content, tag) };
  }

  save(ref: EditorItemRef, user: EditorUser, request: SaveRequest<Value>): Promise<Saved> {
    const known = this.#find(ref);
    const saved = known.queue.then(() => this.#saveNext(known, ref, user, request));
    // A save that failed must not stop the next one.
    known.queue = saved.catch(() => undefined);
    return saved;
  }

  /** A tab's last save may arrive after the word that it closed; it must not hold the file open again. */
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
    known: KnownFile<View>,
    ref: EditorItemRef,
    user: EditorUser,
    { base, tab, changes }: SaveRequest<Value>,
  ): Promise<Saved> {
    const taken = known.lastEdits.get(tab) ?? 0;
    const fresh = changes.filter(({ edit }) => edit > taken);
    const { tag, replaced, lost } = await this.#write(known, ref, user, fresh);
    known.lastEdits.delete(tab);
    known.lastEdits.set(tab, Math.max(taken, ...fresh.map(({ edit }) => edit)));
    forgetOldest(known.lastEdits, KEPT_TABS);
    const keys = new Set(fresh.map(({ key }) => key));
    const overwritten = findOverwritten(known, base, tab, keys);
    known.saves = [...known.saves.slice(1 - KEPT_SAVES), { base: replaced, tab, by: user.displayName, keys }];
    return { tag, lost, overwritten };
  }

  async #write(known: KnownFile<View>, ref: EditorItemRef, user: EditorUser, changes: FieldChange<Value>[]) {
    for (;;) {
      const { content, tag } = await this.#host.readContent(ref);
      const { readOnlyBecause } = this.#view(known, content, tag);
      if (readOnlyBecause) throw new EditorError('protected', readOnlyBecause);
      const changed = this.#format.change(content, changes);
      if (!changed.content) return { tag, replaced: tag, lost: changed.lost };
      const saved = await this.#host.replaceContent(ref, user, changed.content, tag);
      // Somebody outside the pages saved in between: the changes go into what they left.
      if (saved !== 'tag-changed') return { tag: saved.tag, replaced: tag, lost: changed.lost };
    }
  }

  #view(known: KnownFile<View>, content: Uint8Array, tag: string): View {
    if (known.view?.tag !== tag) known.view = { tag, view: this.#format.read(content) };
    return known.view.view;
  }

  #find(ref: EditorItemRef): KnownFile<View> {
    const key = `${ref.driveId}/${ref.itemId}`;
    const known = this.#files.get(key) ?? {
      lastEdits: new Map(),
      closedTabs: new Set(),
      saves: [],
      queue: Promise.resolve(),
    };
    // The least recently used file stands first.
    this.#files.delete(key);
    this.#files.set(key, known);
    forgetOldest(this.#files, KEPT_FILES);
    return known;
  }
}

function findOverwritten(
  { saves }: Pick<KnownFile<unknown>, 'saves'>,
  base: string,
  ownTab: string,
  keys: Set<string>,
): Saved['overwritten'] {
  const since = saves.findIndex((save) => save.base === base);
  const others = since === -1 ? [] : saves.slice(since).filter(({ tab }) => tab !== ownTab);
  return others.flatMap((save) => [...save.keys].filter((key) => keys.has(key)).map((key) => ({ key, by: save.by })));
}

function forgetOldest(map: Map<string, unknown>, kept: number): void {
  const oldest = map.keys().next().value;
  if (map.size > kept && oldest !== undefined) map.delete(oldest);
}
