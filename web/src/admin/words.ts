import type { FolderRight } from '@megdocs/contract';

/** What a rule gives, for the list of choices. */
export const rightWords: Record<FolderRight, string> = {
  view: 'may view what is published',
  edit: 'may edit drafts',
  approve: 'may review and approve',
  manage: 'may manage the folder',
};
