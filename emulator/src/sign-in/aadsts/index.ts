import { CLIENT_CODES } from './clients.ts';
import type { AadstsEntry } from './entry.ts';
import { GRANT_CODES } from './grants.ts';
import { PEOPLE_CODES } from './people.ts';
import { REQUEST_CODES } from './requests.ts';

/**
 * The codes that the emulator sends, by itself or by a fault.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export const AADSTS: Readonly<Record<number, AadstsEntry>> = {
  ...REQUEST_CODES,
  ...CLIENT_CODES,
  ...GRANT_CODES,
  ...PEOPLE_CODES,
};
