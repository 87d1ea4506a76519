import type { Node } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { fetchContent, Refused, sendSave } from './api.ts';
import { collectChanges } from './collect-changes.ts';
import type { PageConfig } from './config.ts';
import { mergeNewer, readDocument } from './merge-newer.ts';

type Said = { kind: 'saved' } | { kind: 'saving' } | { kind: 'failed'; message: string };

/** How saving goes, and what could not be saved so far, in words. */
export type SaveState = Said & { lost: string[] };

const QUIET_MS = 700;
const LONGEST_WAIT_MS = 1000;
const RETRY_MS = [2000, 5000, 10_000, 30_000];

/** Saves what is typed, by itself, and says how it goes. Typing is kept in the page until the server has it. */
export class DocumentSaver {
  readonly #config: PageConfig;
  readonly #view: EditorView;
  readonly #report: (state: SaveState) => void;
  #base: { tag: string; doc: Node };
  #sequence = 0;
  #saving = false;
  #failures = 0;
  #shortenRuns = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsavedSince: number | undefined;
  #lost = new Set<string>();
  #state: Said = { kind: 'saved' };
  #lastSeen: Node | undefined;

  constructor(config: PageConfig, view: EditorView, tag: string, report: (state: SaveState) => void) {
    this.#config = config;
    this.#view = view;
    this.#report = report;
    this.#base = { tag, doc: view.state.doc };
  }

  /** To be called after every change of the document. */
  noticeChange(): void {
    if (this.#view.state.doc === this.#base.doc) return;
    if (this.#unsavedSince === undefined && this.#failures === 0) this.#say({ kind: 'saving' });
    this.#unsavedSince ??= performance.now();
    if (this.#saving || this.#failures > 0) return;
    // Timers starve while somebody types without a pause in a long document, so the clock is looked at here too.
    const waited = performance.now() - this.#unsavedSince;
    if (waited >= LONGEST_WAIT_MS) void this.save();
    else this.#schedule(Math.min(QUIET_MS, LONGEST_WAIT_MS - waited));
  }

  /** To be called after every change of anything in the window; one that is not in the text cannot be saved. */
  noticeOtherChange(): void {
    const doc = this.#view.state.doc;
    if (doc === this.#lastSeen) this.noteLoss('A change outside the text, such as page set-up, was not saved.');
    this.#lastSeen = doc;
  }

  noteLoss(loss: string): void {
    if (this.#lost.has(loss)) return;
    this.#lost.add(loss);
    this.#say(this.#state);
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#saving) return;
    const doc = this.#view.state.doc;
    const changes = collectChanges(this.#base.doc, doc, this.#shortenRuns);
    if (changes.isEmpty) {
      this.#unsavedSince = undefined;
      this.#failures = 0;
      return this.#say({ kind: 'saved' });
    }
    this.#saving = true;
    this.#unsavedSince = undefined;
    this.#say({ kind: 'saving' });
    try {
      const { tag, lost } = await sendSave(this.#config, {
        base: this.#base.tag,
        sequence: ++this.#sequence,
        blocks: changes.blocks,
        deleted: changes.deleted,
      });
      this.#base = { tag, doc };
      this.#failures = 0;
      for (const loss of lost) this.#lost.add(loss);
      this.#saving = false;
      if (this.#view.state.doc === doc) this.#say({ kind: 'saved' });
      else this.noticeChange();
    } catch (error) {
      this.#saving = false;
      await this.#recover(error);
    }
  }

  /** Sends what is not saved yet as the page goes away. */
  flush(): void {
    const changes = collectChanges(this.#base.doc, this.#view.state.doc);
    if (changes.isEmpty) return;
    const save = { base: this.#base.tag, sequence: ++this.#sequence, blocks: changes.blocks, deleted: changes.deleted };
    // Nobody is left to hear of a failure; should the page come back, the base is still the old one.
    void sendSave(this.#config, save).catch(() => undefined);
  }

  async #recover(error: unknown): Promise<void> {
    const code = error instanceof Refused ? error.code : 'unreachable';
    this.#failures++;
    try {
      if (code === 'base-is-older' && this.#failures < RETRY_MS.length) {
        await this.#mergeNewer();
        return await this.save();
      }
      if (code === 'malformed-blocks' && this.#shortenRuns) {
        this.#shortenRuns = false;
        return await this.save();
      }
    } catch (later) {
      return this.#fail(later);
    }
    this.#fail(error);
  }

  async #mergeNewer(): Promise<void> {
    const content = await fetchContent(this.#config);
    const newer = await readDocument(content.bytes, this.#view.state.schema);
    const base = this.#base.doc;
    this.#base = { tag: content.tag, doc: newer };
    mergeNewer(this.#view, base, newer);
  }

  #fail(error: unknown): void {
    const reason = error instanceof Refused ? error.message : 'The server cannot be reached.';
    this.#say({ kind: 'failed', message: `Not saved yet. ${reason} What you typed is kept in this window.` });
    this.#schedule(RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 2000);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), delay);
  }

  #say(state: Said): void {
    this.#state = state;
    this.#report({ ...state, lost: [...this.#lost] });
  }
}
