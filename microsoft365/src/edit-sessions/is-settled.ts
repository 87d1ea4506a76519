import type { DriveItem } from '../files/drive-item.ts';

/** Two equal reads must lie this far apart. */
export const SETTLE_GAP_SECONDS = 3;
/** The last save must be this long ago, by the answer's own clock. */
export const QUIET_SECONDS = 10;
/** After this much quiet one read is enough. */
export const LONG_QUIET_SECONDS = 60;
/** After this long the person may check in although Word goes on saving. */
export const GIVE_UP_SECONDS = 120;

/** Whether Microsoft has done with a file, and if not for how long to wait. */
export type Settled =
  | { settled: true }
  | {
      settled: false;
      /** Since the last save. */
      quietForSeconds: number;
      /** Until another read can settle it. */
      waitSeconds: number;
    };

/** Has Microsoft stopped changing the file? Judged by two reads; times are those of Microsoft's own answers. */
export function isSettled(previous: DriveItem | undefined, current: DriveItem): Settled {
  const quietForSeconds = secondsBetween(current.lastModifiedAt, current.readAt);
  if (quietForSeconds > LONG_QUIET_SECONDS) return { settled: true };
  const untilQuiet = QUIET_SECONDS - quietForSeconds;
  const gap = previous && hasSameTags(previous, current) ? secondsBetween(previous.readAt, current.readAt) : 0;
  const untilGap = SETTLE_GAP_SECONDS - gap;
  if (untilQuiet <= 0 && untilGap <= 0) return { settled: true };
  return { settled: false, quietForSeconds, waitSeconds: Math.max(1, untilQuiet, untilGap) };
}

function hasSameTags(one: DriveItem, other: DriveItem): boolean {
  return one.eTag === other.eTag && one.cTag === other.cTag;
}

function secondsBetween(earlier: Date, later: Date): number {
  return Math.max(0, (later.getTime() - earlier.getTime()) / 1000);
}
