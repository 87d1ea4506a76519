import type { Node } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { fetchContent, Refused, type Save, sendSave } from './api.ts';
import { type Changes, collectChanges } from './collect-changes.ts';
import type { PageConfig } from './config.ts';
import { mergeNewer, readDocument } from './merge-newer.ts';
import { NewTargets } from './new-targets.ts';
import { SharedBase } from './shared-base.ts';

type Said = { kind: 'saved' } | { kind: 'saving' } | { kind: 'failed'; message: string };

/** How saving goes, and what could not be saved so far, in words. */
export type SaveState = Said & { lost: string[] };

const QUIET_MS = 700;
const LONGEST_WAIT_MS = 1000;
const RETRY_MS = [2000, 5000, 10_000, 30_000];

/**
 * Saves what is typed, by itself, brings in what others saved, and says how it goes. Typing is kept in the page until
 * the server has it. Saving and reading never overlap.
 */
export class DocumentSaver {
  readonly #config: PageConfig;
  readonly #view: EditorView;
  readonly #report: (state: SaveState) => void;
  readonly #base: SharedBase;
  readonly #targets = new NewTargets();
  #sequence = 0;
  #working = false;
  #saveDue = false;
  #newerDue = false;
  #merging = false;
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
    this.#base = new SharedBase(tag, view.state.doc);
  }

  /** To be called after every change of the document. */
  noticeChange(): void {
    if (this.#merging || this.#view.state.doc === this.#base.doc) return;
    if (this.#unsavedSince === undefined && this.#failures === 0) this.#say({ kind: 'saving' });
    this.#unsavedSince ??= performance.now();
    if (this.#working || this.#failures > 0) return;
    // Timers starve while somebody types without a pause in a long document, so the clock is looked at here too.
    const waited = performance.now() - this.#unsavedSince;
    if (waited >= LONGEST_WAIT_MS) void this.save();
    else this.#schedule(Math.min(QUIET_MS, LONGEST_WAIT_MS - waited));
  }

  /** To be called when the server has a version that somebody else saved. */
  noticeNewer(tag: string): void {
    if (tag === this.#base.newestTag) return;
    this.#newerDue = true;
    void this.#work();
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
    this.#saveDue = true;
    await this.#work();
  }

  /** Sends what is not saved yet as the page goes away. */
  flush(): void {
    const changes = this.#collect();
    if (changes.isEmpty) return;
    // Nobody is left to hear of a failure; should the page come back, the base is still the old one.
    void sendSave(this.#config, this.#saveOf(changes)).catch(() => undefined);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#newerDue || this.#saveDue) {
        if (this.#newerDue) await this.#readNewer();
        else await this.#sendChanges();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#working = false;
    }
    if (this.#failures > 0) return;
    if (this.#view.state.doc === this.#base.doc) this.#say({ kind: 'saved' });
    else this.noticeChange();
  }

  async #sendChanges(): Promise<void> {
    this.#saveDue = false;
    const doc = this.#view.state.doc;
    const changes = this.#collect();
    this.#unsavedSince = undefined;
    if (changes.isEmpty) {
      this.#base.adoptShown(doc);
      this.#failures = 0;
      return;
    }
    this.#say({ kind: 'saving' });
    try {
      const save = this.#saveOf(changes);
      const { tag, lost, merged } = await sendSave(this.#config, save);
      this.#targets.noteSaved(save);
      for (const loss of lost) this.#lost.add(loss);
      if (merged) {
        this.#base.noteAnswer(tag, doc, changes);
        this.#newerDue = true;
      } else this.#base.replace(tag, doc);
      this.#failures = 0;
    } catch (error) {
      this.#recover(error);
    }
  }

  #saveOf({ blocks, deleted }: Changes): Save {
    const targets = this.#targets.collect(blocks, this.#view.state.doc);
    return { ...this.#base.asRequest(), ...targets, sequence: ++this.#sequence, blocks, deleted };
  }

  #collect(): Changes {
    const nameLink = (address: string) => this.#targets.nameLink(address);
    return collectChanges(this.#base.doc, this.#view.state.doc, nameLink, this.#shortenRuns);
  }

  #recover(error: unknown): void {
    const code = error instanceof Refused ? error.code : 'unreachable';
    this.#failures++;
    this.#saveDue = true;
    if (code === 'base-is-older' && this.#failures < RETRY_MS.length) this.#newerDue = true;
    else if (code === 'malformed-blocks' && this.#shortenRuns) this.#shortenRuns = false;
    else throw error;
  }

  async #readNewer(): Promise<void> {
    this.#newerDue = false;
    const content = await fetchContent(this.#config).catch((error) => {
      this.#newerDue = true;
      this.#failures++;
      throw error;
    });
    if (content.tag === this.#base.tag && !this.#base.isAhead) return;
    try {
      const newer = await readDocument(content.bytes, this.#view.state.schema);
      // From here on nothing waits: no key may come between the comparison and the change.
      this.#merging = true;
      const { doc, stale } = mergeNewer(this.#view, this.#base.compared, newer);
      this.#base.adopt(content.tag, doc, stale);
      if (this.#collect().isEmpty) this.#base.adoptShown(this.#view.state.doc);
    } catch {
      // Saving goes on from the old base: the server merges.
      this.noteLoss('What others changed cannot be shown here; load this page again to see it.');
    } finally {
      this.#merging = false;
    }
  }

  #fail(error: unknown): void {
    const reason = error instanceof Refused ? error.message : 'The server cannot be reached.';
    this.#say({ kind: 'failed', message: `Not saved yet. ${reason} What you typed is kept in this window.` });
    this.#schedule(RETRY_MS[Math.min(Math.max(this.#failures, 1), RETRY_MS.length) - 1] ?? 2000);
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
