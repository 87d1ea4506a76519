import type { ErrorCode } from '@megdocs/contract';

interface FailureDetails {
  /** Who can mend it, and how. */
  remedy?: string;
  /** A sentence by field, for `invalid_request`. */
  fields?: Record<string, string>;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** What a route answers with when it can't do what was asked. Message and remedy are read by people. */
export class Failure extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly fields: Record<string, string> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: ErrorCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'Failure';
    this.status = status;
    this.code = code;
    this.remedy = details.remedy;
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** The answer for what is not there and for what one may not see: nobody can tell the two apart. */
export function notFound(what = 'This page'): Failure {
  return new Failure(404, 'not_found', `${what} does not exist, or you may not see it.`, {
    remedy: 'Check the address. If a colleague sent it to you, ask them who may see it.',
  });
}

/** Nothing was changed, and the same works again once the database is back. */
export function databaseGone(cause: unknown): Failure {
  return new Failure(503, 'unavailable', 'MEGDocs can not reach its database at the moment.', {
    remedy: 'Try again in a few seconds.',
    retryAfterSeconds: 5,
    cause,
  });
}
