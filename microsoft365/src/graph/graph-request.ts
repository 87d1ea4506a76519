import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { MicrosoftEndpoints } from '../microsoft-endpoints.ts';
import type { TokenSource } from './token-source.ts';

/** The verbs that Graph's drives know. */
export type GraphMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Headers = Record<string, string | string[] | undefined>;
/** A body that may have to be sent again is given as bytes or as a function that opens it anew. */
export type GraphBody = string | Uint8Array | Readable | (() => Readable | Promise<Readable>);

/** What goes with one request. */
export interface GraphRequestOptions {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: GraphBody;
  contentLength?: number;
  /** Sent as JSON instead of `body`. */
  json?: unknown;
  /** Repeat after network faults and 5xx; by default GET, HEAD and DELETE are. A 429 is always waited out, if short. */
  retry?: boolean;
  signal?: AbortSignal;
}

/** One attempt on the wire, for logs and metrics: no query, no header, no token. */
export interface GraphCall {
  method: string;
  /** Without query; `(pre-authenticated)` for download addresses, whose path alone is a secret. */
  path: string;
  /** 0 when no answer came. */
  status: number;
  attempt: number;
  durationMs: number;
  requestId?: string;
  clientRequestId: string;
  retryAfterSeconds?: number;
}

/** What a Graph client works with. */
export interface GraphSettings {
  endpoints: MicrosoftEndpoints;
  tokens: TokenSource;
  /** Default `microsoft365/0.1`; Microsoft wants `ISV|Company|App/1.0`. */
  userAgent?: string;
  /** Told of every attempt on the wire. */
  log?: (call: GraphCall) => void;
  /** Default: honours HTTPS_PROXY and NO_PROXY, never for loopback. */
  dispatcher?: Dispatcher;
  /** How waiting is done; tests pass one that doesn't. */
  pause?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}
