import type { FolderRule } from '@megdocs/contract';

export const subjectName = (rule: FolderRule): string => rule.subject.name ?? 'somebody who is no longer here';

/** Whether two lists grant the same, in whatever order. */
export function isSameRules(one: readonly FolderRule[], other: readonly FolderRule[]): boolean {
  const key = (rule: FolderRule) => `${rule.subject.kind} ${rule.subject.id} ${rule.right}`;
  return one.map(key).sort().join() === other.map(key).sort().join();
}
