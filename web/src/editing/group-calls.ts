import type { OnedriveCall } from '@megdocs/contract';

/** Calls of the same kind that followed one another: routine looks are one line, however many they were. */
export interface CallGroup {
  /** The newest of them. */
  call: OnedriveCall;
  count: number;
  /** The time of the oldest. */
  since: string;
}

export function groupCalls(calls: readonly OnedriveCall[]): CallGroup[] {
  const groups: CallGroup[] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last && isSame(last.call, call)) {
      last.count += 1;
      last.since = call.at;
    } else groups.push({ call, count: 1, since: call.at });
  }
  return groups;
}

/** What went wrong stands for itself, with Microsoft's own number of the call. */
function isSame(one: OnedriveCall, other: OnedriveCall): boolean {
  return (
    one.ok &&
    other.ok &&
    one.what === other.what &&
    one.file === other.file &&
    one.by.id === other.by.id &&
    one.owner.id === other.owner.id
  );
}
