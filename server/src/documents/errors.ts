import { Failure } from '../platform/failures.ts';
import type { VersionFacts } from './facts.ts';

export function notAllowed(message: string, remedy: string): Failure {
  return new Failure(403, 'not_allowed', message, { remedy });
}

export function wrongState(message: string, remedy: string): Failure {
  return new Failure(409, 'wrong_state', message, { remedy });
}

export function changedMeanwhile(newest: VersionFacts): Failure {
  return new Failure(409, 'changed_meanwhile', `Meanwhile ${newest.madeByName} made version ${newest.number}.`, {
    remedy: 'Look at it, then decide again.',
  });
}

export function numberInUse(number: string): Failure {
  return new Failure(409, 'number_in_use', `Another document has the number ${number}.`, {
    remedy: 'Choose another number, or leave it empty to get the next free one.',
  });
}

export function tooLarge(maxBytes: number): Failure {
  return new Failure(413, 'too_large', `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`, {
    remedy: 'Make its pictures smaller (in Word: File, Compress Pictures), or split the document.',
  });
}

export function invalidField(name: string, why: string): Failure {
  return new Failure(400, 'invalid_request', why, { fields: { [name]: why } });
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Two people did it at once, and the database let one of them. */
export function violates(error: unknown, kind: 'unique' | 'foreign-key', constraint?: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const code = kind === 'unique' ? UNIQUE_VIOLATION : FOREIGN_KEY_VIOLATION;
  if (error.code !== code) return false;
  return constraint === undefined || ('constraint' in error && error.constraint === constraint);
}

/** A value that its column's type does not take: the codes of PostgreSQL's class 22. */
export function isUnreadableValue(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('22');
}
