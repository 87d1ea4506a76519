import type { ErrorBody } from '@megdocs/contract';

type Failed = ErrorBody['error'];

/** A request that did not end well, with the words for the person: what, who mends it and how, the reference. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: Failed['code'];
  readonly remedy: string | undefined;
  readonly reference: string;
  readonly fields: Record<string, string>;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, failed: Failed, options?: ErrorOptions) {
    super(failed.message, options);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = failed.code;
    this.remedy = failed.remedy;
    this.reference = failed.reference;
    this.fields = failed.fields ?? {};
    this.retryAfterSeconds = failed.retryAfterSeconds;
  }

  /** Nobody answered, or a server that is about to come back. */
  get isWorthRetrying(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export function unreachable(cause: unknown): ApiFailure {
  return new ApiFailure(
    0,
    {
      code: 'unavailable',
      message: 'MEGDocs can’t be reached just now.',
      remedy: 'Check this computer’s network, then try again. Nothing you see here is lost.',
      reference: '',
    },
    { cause },
  );
}

export function notUnderstood(status: number, cause?: unknown): ApiFailure {
  return new ApiFailure(
    status,
    {
      code: status >= 500 ? 'unavailable' : 'internal',
      message: 'MEGDocs gave an answer that this page does not understand.',
      remedy: 'Reload the page: MEGDocs may have been updated since you opened it.',
      reference: '',
    },
    { cause },
  );
}
