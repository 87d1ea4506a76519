import type { Role } from '@megdocs/contract';

const words: Record<Role, string> = {
  'document-controller': 'document controller',
  'institution-admin': 'institution admin',
};

export const roleWord = (role: Role): string => words[role];

/** Everybody is a reader; the word stands where there is nothing more. */
export const roleWords = (held: Role[]): string => (held.length === 0 ? 'reader' : held.map(roleWord).join(', '));
