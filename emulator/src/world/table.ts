import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One kind of record by id, in memory; every change is handed to the journal. */
export class Table<Row extends object> {
  readonly #name: string;
  readonly #journal: Journal;
  readonly #rows: Map<string, Row>;

  constructor(name: string, journal: Journal) {
    this.#name = name;
    this.#journal = journal;
    this.#rows = new Map(journal.load(name) as Iterable<[string, Row]>);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** In the order in which the rows were last put under a new id. */
  entries(): IterableIterator<[string, Row]> {
    return this.#rows.entries();
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** Must be called after every change of a row, also one made in place. */
  put(id: string, row: Row): Row {
    this.#rows.set(id, row);
    this.#journal.record(this.#name, id, row);
    return row;
  }

  delete(id: string): void {
    if (this.#rows.delete(id)) this.#journal.record(this.#name, id, null);
  }

  clear(): void {
    for (const id of [...this.#rows.keys()]) this.delete(id);
  }
}

/** Where changes of tables are kept. */
export interface Journal {
  load(table: string): Iterable<[string, object]>;
  record(table: string, id: string, row: object | null): void;
  flush(): void;
}

/** Keeps nothing: the state ends with the process. */
export const FORGETFUL_JOURNAL: Journal = { load: () => [], record: () => {}, flush: () => {} };

type Change = [table: string, id: string, row: object | null];

/**
 * A file of one JSON line a step: all changes of one synchronous step are one line, appended before any answer that
 * tells of them can leave. A killed process loses nothing that it has acknowledged, and leaves no step half done.
 */
export class FileJournal implements Journal {
  readonly #path: string;
  readonly #loaded = new Map<string, Map<string, object>>();
  #pending: string[] = [];

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#path = join(directory, 'state.jsonl');
    if (existsSync(this.#path)) this.#read(readFileSync(this.#path, 'utf8'));
    this.#compact();
  }

  load(table: string): Iterable<[string, object]> {
    return this.#loaded.get(table)?.entries() ?? [];
  }

  record(table: string, id: string, row: object | null): void {
    if (this.#pending.length === 0) queueMicrotask(() => this.flush());
    const change: Change = [table, id, row];
    this.#pending.push(JSON.stringify(change));
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    appendFileSync(this.#path, `[${this.#pending.join()}]\n`);
    this.#pending = [];
  }

  #read(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      for (const [table, id, row] of parseLine(line)) {
        const rows = this.#loaded.get(table) ?? new Map<string, object>();
        this.#loaded.set(table, rows);
        if (row === null) rows.delete(id);
        else rows.set(id, row);
      }
    }
  }

  #compact(): void {
    const lines: string[] = [];
    for (const [table, rows] of this.#loaded) {
      for (const [id, row] of rows) lines.push(JSON.stringify([[table, id, row]]));
    }
    writeFileSync(`${this.#path}.new`, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}

/** The last line of a killed process may be cut off: it was never acknowledged, so it is left out. */
function parseLine(line: string): Change[] {
  try {
    return JSON.parse(line) as Change[];
  } catch {
    return [];
  }
}
