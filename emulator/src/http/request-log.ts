/** One call, without anything secret: no header values, no query values, no bodies. */
export interface LoggedRequest {
  sequence: number;
  time: string;
  origin: 'main' | 'content';
  method: string;
  path: string;
  queryNames: string[];
  /** Absent while it is under way, and for good if the connection was cut. */
  status?: number;
  bearer: boolean;
  /** A bearer token came to an upload or download URL, where it does not belong. */
  leakedBearer?: boolean;
  bodyLength: number;
  /** A fault met it. */
  fault?: string;
  /** It came before the `Retry-After` of an earlier answer was over. */
  early?: boolean;
  /** The sequence of the batch that it was a part of. */
  partOf?: number;
}

const LOG_LIMIT = 50_000;

/** The calls on both origins, the newest last. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #sequence = 0;

  add(entry: Omit<LoggedRequest, 'sequence'>): LoggedRequest {
    this.#sequence += 1;
    const logged = { sequence: this.#sequence, ...entry };
    this.#entries.push(logged);
    if (this.#entries.length > LOG_LIMIT * 1.1) this.#entries = this.#entries.slice(-LOG_LIMIT);
    return logged;
  }

  since(sequence: number): LoggedRequest[] {
    return this.#entries.filter((entry) => entry.sequence > sequence).map((entry) => structuredClone(entry));
  }

  /** The count goes on, so that `since` never means two things. */
  clear(): void {
    this.#entries = [];
  }
}
