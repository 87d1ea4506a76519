import type { Role } from '@megdocs/contract';

const words: Record<Role, string> = {
  'document-controller': 'document controller',
  'institution-admin': 'institution admin',
};

export const roleWord = (role: Role): string => words[role];

/** Everybody is a reader; the word stands where there is nothing more. "Document controller, institution admin". */
export function roleWords(held: Role[]): string {
  const list = held.length === 0 ? 'reader' : held.map(roleWord).join(', ');
  return list.charAt(0).toUpperCase() + list.slice(1);
}
