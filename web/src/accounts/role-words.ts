import type { Role } from '@megdocs/contract';

const words: Record<Role, string> = {
  'document-controller': 'document controller',
  'institution-admin': 'institution admin',
};

export const roleWord = (role: Role): string => words[role];
