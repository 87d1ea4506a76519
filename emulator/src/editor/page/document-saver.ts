import type { Schema } from 'prosemirror-model';
import { fetchContent, Refused, type Save, sendSave } from './api.ts';
import type { PageConfig } from './config.ts';
import type { Collected, DocumentStories } from './document-stories.ts';
import { readDocument } from './read-document.ts';

type Said = { kind: 'saved' } | { kind: 'saving' } | { kind: 'failed'; message: string };

/** How saving goes, and what could not be saved so far, in words. */
export type SaveState = Said & { lost: string[] };

const QUIET_MS = 700;
const LONGEST_WAIT_MS = 1000;
/** Whoever paused for so long sees what others made of the paragraph. */
const TYPING_MS = 2000;
const RETRY_MS = [2000, 5000, 10_000, 30_000];

/**
 * Saves what is typed, by itself, brings in what others saved, and says how it goes. Typing is kept in the page until
 * the server has it. Saving and reading never overlap.
 */
export class DocumentSaver {
  readonly #config: PageConfig;
  readonly #schema: Schema;
  readonly #report: (state: SaveState) => void;
  readonly #stories: DocumentStories;
  #sequence = 0;
  #working = false;
  #saveDue = false;
  #newerDue = false;
  #merging = false;
  #failures = 0;
  #shortenRuns = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #typedAt = Number.NEGATIVE_INFINITY;
  /** Others' text of the paragraph at the caret waits until the typing pauses. */
  #isHeld = false;
  #unsavedSince: number | undefined;
  #lost = new Set<string>();
  #state: Said = { kind: 'saved' };

  constructor(config: PageConfig, schema: Schema, stories: DocumentStories, report: (state: SaveState) => void) {
    this.#config = config;
    this.#schema = schema;
    this.#stories = stories;
    this.#report = report;
  }

  /** To be called after every change of the document. */
  noticeChange(): void {
    if (this.#merging || !this.#stories.isDirty) return;
    this.#typedAt = performance.now();
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
    if (tag === this.#stories.newestTag) return;
    this.#newerDue = true;
    void this.#work();
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
    if (!this.#stories.isDirty) this.#say({ kind: 'saved' });
    else this.noticeChange();
  }

  async #sendChanges(): Promise<void> {
    this.#saveDue = false;
    const changes = this.#collect();
    this.#unsavedSince = undefined;
    if (changes.isEmpty) {
      this.#stories.adoptShown(changes);
      this.#failures = 0;
      return;
    }
    this.#say({ kind: 'saving' });
    try {
      const save = this.#saveOf(changes);
      const answer = await sendSave(this.#config, save);
      this.#stories.noteSaved(changes, save, answer);
      for (const loss of answer.lost) this.#lost.add(loss);
      if (answer.merged) this.#newerDue = true;
      this.#failures = 0;
    } catch (error) {
      this.#recover(error);
    }
  }

  #saveOf(changes: Collected): Save {
    return { ...this.#stories.request(changes), sequence: ++this.#sequence };
  }

  #collect(): Collected {
    this.#stories.discover();
    return this.#stories.collect(this.#shortenRuns);
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
    if (content.tag === this.#stories.tag && !this.#stories.isAhead && !this.#isHeld) return;
    try {
      const newer = await readDocument(content.bytes, this.#schema);
      // From here on nothing waits: no key may come between the comparison and the change.
      this.#merging = true;
      const isTyping = performance.now() - this.#typedAt < TYPING_MS;
      const { isAllShown, isHeld } = this.#stories.bringIn(content.tag, newer, isTyping);
      this.#isHeld = isHeld;
      if (isHeld) this.#readAgainLater();
      if (!isAllShown) this.noteLoss('Somebody added a header or footer; load this page again to see it.');
      const left = this.#collect();
      if (left.isEmpty) this.#stories.adoptShown(left);
    } catch {
      // Saving goes on from the old base: the server merges.
      this.noteLoss('What others changed cannot be shown here; load this page again to see it.');
    } finally {
      this.#merging = false;
    }
  }

  #readAgainLater(): void {
    const wait = this.#typedAt + TYPING_MS - performance.now();
    setTimeout(() => {
      this.#newerDue = true;
      void this.#work();
    }, wait + 10);
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
