import type { Role } from '@megdocs/contract';

const words: Record<Role, string> = {
  'document-controller': 'Document controller',
  'institution-admin': 'Institution admin',
};

export const roleWord = (role: Role): string => words[role];

/** Everybody is a reader; the word stands where there is nothing more. "Document controller, institution admin". */
export function roleWords(held: Role[]): string {
  const [first, ...others] = held.map(roleWord);
  return [first ?? 'Reader', ...others.map((word) => word.toLowerCase())].join(', ');
}
