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

const MASK = '***';
/** A token in place of a name is longer than any name of Microsoft's, or odd. */
const QUERY_NAME = /^[$@]?[a-z][a-z0-9_.-]{0,39}$/i;
/** Base64 may end in `=`, which looks like a name with an empty value. */
const LONGEST_EMPTY = 24;

/** A sharing link in a path opens what it was made for. */
export function withoutSecrets(path: string): string {
  return path.replace(/^((?:\/v[12]\.0)?\/shares\/)[^/]+/i, `$1${MASK}`);
}

/** Something without a value is no name but may be a token. */
export function queryNamesOf(query: string): string[] {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return [...new Set(pairs.map(shownName))];
}

function shownName(pair: string): string {
  const at = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, at)).replace(/^%24/, '$').replace(/^%40/, '@');
  const isEmpty = /^=*$/.test(pair.slice(at));
  return QUERY_NAME.test(name) && !(isEmpty && name.length > LONGEST_EMPTY) ? name : MASK;
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
