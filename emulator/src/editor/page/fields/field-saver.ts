import { Refused } from '../api.ts';
import type { PageConfig } from '../config.ts';
import { type FieldContent, fetchFields, sendFields } from './field-api.ts';

export type SaveState = { kind: 'saved' } | { kind: 'saving' } | { kind: 'failed'; message: string };

/** What the page shows: the newest content that it knows, and over it what was changed here. */
export interface Shown<View, Value> {
  view: View;
  mayWrite: boolean;
  values: ReadonlyMap<string, Value>;
}

interface Change<Value> {
  value: Value;
  edit: number;
  isSaved: boolean;
}

export interface SaverReports<View, Value> {
  onShown(shown: Shown<View, Value>): void;
  onState(state: SaveState): void;
  /** Something that the person should know, in words. */
  onNote(note: string): void;
  /** The words for a field's key, e.g. `B2`. */
  nameField(key: string, view: View): string;
}

const QUIET_MS = 700;
const LONGEST_WAIT_MS = 1000;
const LOOK_MS = 1000;
const RETRY_MS = [2000, 5000, 10_000, 30_000];

/** Saves changed fields by itself, and shows what others saved. A change is kept in the page until the server has it. */
export class FieldSaver<View, Value> {
  readonly #config: PageConfig;
  readonly #reports: SaverReports<View, Value>;
  readonly #changes = new Map<string, Change<Value>>();
  #content: FieldContent<View> & { view: View };
  #base: string;
  #edits = 0;
  #isSending = false;
  #failures = 0;
  #unsavedSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setInterval>;

  constructor(config: PageConfig, content: FieldContent<View> & { view: View }, reports: SaverReports<View, Value>) {
    this.#config = config;
    this.#content = content;
    this.#base = content.tag;
    this.#reports = reports;
    this.#looking = setInterval(() => document.visibilityState === 'visible' && void this.look(), LOOK_MS);
  }

  change(key: string, value: Value): void {
    this.#changes.set(key, { value, edit: ++this.#edits, isSaved: false });
    this.#show();
    if (this.#failures > 0) return;
    this.#reports.onState({ kind: 'saving' });
    this.#unsavedSince ??= performance.now();
    const waited = performance.now() - this.#unsavedSince;
    this.#schedule(Math.max(0, Math.min(QUIET_MS, LONGEST_WAIT_MS - waited)));
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    const changes = this.#unsaved();
    if (this.#isSending || changes.length === 0) return;
    this.#isSending = true;
    this.#unsavedSince = undefined;
    this.#reports.onState({ kind: 'saving' });
    let hasLost = false;
    try {
      const answer = await sendFields(this.#config, { base: this.#base, changes });
      this.#base = answer.tag;
      this.#failures = 0;
      hasLost = answer.lost.length > 0;
      for (const { key, edit } of changes) this.#markSaved(key, edit);
      for (const words of answer.lost) this.#reports.onNote(words);
      for (const { key, by } of answer.overwritten)
        this.#reports.onNote(
          `${this.#reports.nameField(key, this.#content.view)} now has your text; ${by} had changed it too.`,
        );
    } catch (error) {
      this.#isSending = false;
      return this.#fail(error);
    }
    this.#isSending = false;
    if (this.#unsaved().length > 0) this.#schedule(QUIET_MS);
    else this.#reports.onState({ kind: 'saved' });
    // What was refused must be shown as it still is, though nothing is newer.
    await this.#look(hasLost ? undefined : this.#content.tag);
  }

  /** Fetches what was saved meanwhile, by anybody. */
  look(): Promise<void> {
    return this.#look(this.#content.tag);
  }

  async #look(after: string | undefined): Promise<void> {
    if (this.#isSending) return;
    const settled = [...this.#changes].filter(([, { isSaved }]) => isSaved);
    const content = await fetchFields<View>(this.#config, after).catch(() => undefined);
    if (!content?.view) return;
    this.#content = { ...content, view: content.view };
    this.#base = content.tag;
    // These are in what came; later ones may not be.
    for (const [key, change] of settled) if (this.#changes.get(key) === change) this.#changes.delete(key);
    this.#show();
  }

  /** Sends what is not saved yet as the page goes away. */
  flush(): void {
    const changes = this.#unsaved();
    // Nobody is left to hear of a failure; should the page come back, the changes are still unsaved.
    if (changes.length > 0) void sendFields(this.#config, { base: this.#base, changes }).catch(() => undefined);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
  }

  #unsaved(): { key: string; value: Value; edit: number }[] {
    return [...this.#changes].flatMap(([key, { value, edit, isSaved }]) => (isSaved ? [] : [{ key, value, edit }]));
  }

  #markSaved(key: string, edit: number): void {
    const change = this.#changes.get(key);
    if (change?.edit === edit) this.#changes.set(key, { ...change, isSaved: true });
  }

  #fail(error: unknown): void {
    const reason = error instanceof Refused ? error.message : 'The server cannot be reached.';
    this.#failures++;
    const message = `Not saved yet. ${reason} What you typed is kept in this window.`;
    this.#reports.onState({ kind: 'failed', message });
    this.#schedule(RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 2000);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), delay);
  }

  #show(): void {
    const { view, mayWrite } = this.#content;
    const values = new Map([...this.#changes].map(([key, { value }]) => [key, value]));
    this.#reports.onShown({ view, mayWrite, values });
  }
}
