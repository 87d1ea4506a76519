import type { Settling } from '@megdocs/contract';

/** Named in the dialog: how long Microsoft's copy must stay quiet. */
export const QUIET_SECONDS = 10;

export interface SettlingLine {
  /** The same box in each case, so that nothing jumps. */
  icon: 'waiting' | 'here' | 'unchanged' | 'unreachable';
  title: string;
  /** 0 to 1 while waiting: the quiet seconds. */
  progress: number | null;
  mayCheckIn: boolean;
  anyway: boolean;
}

/** What line 1 of the check-in says, from Microsoft's last answer and the seconds that went by since it came. */
export function settlingLine(settling: Settling | undefined, secondsSinceAnswer: number): SettlingLine {
  if (!settling) {
    return { icon: 'waiting', title: 'Asking Microsoft what is saved…', progress: 0, mayCheckIn: false, anyway: false };
  }
  const anyway = settling.mayCheckInAnyway && !settling.settled;
  if (settling.unreachable) {
    return {
      icon: 'unreachable',
      title: 'Microsoft can’t be asked just now',
      progress: null,
      mayCheckIn: settling.mayCheckInAnyway,
      anyway,
    };
  }
  if (!settling.settled) {
    return {
      icon: 'waiting',
      title: 'Waiting for Microsoft to finish saving…',
      progress: quietProgress(settling, secondsSinceAnswer),
      mayCheckIn: anyway,
      anyway,
    };
  }
  if (!settling.changed) {
    return {
      icon: 'unchanged',
      title: 'Nothing was changed in this copy',
      progress: null,
      mayCheckIn: false,
      anyway: false,
    };
  }
  return {
    icon: 'here',
    title: 'Everything saved in Microsoft 365 is here',
    progress: null,
    mayCheckIn: true,
    anyway: settling.recentOther !== null,
  };
}

function quietProgress(settling: Settling, secondsSinceAnswer: number): number {
  const left = Math.max(0, settling.waitSeconds - secondsSinceAnswer);
  return Math.min(1, Math.max(0, 1 - left / Math.max(QUIET_SECONDS, settling.waitSeconds)));
}

/** "Check in 0.3", and "anyway" only when the person passes over something. */
export function checkInLabel(nextVersion: string, line: SettlingLine, goesOn = false): string {
  const anyway = line.anyway ? ' anyway' : '';
  return goesOn ? `Save ${nextVersion}${anyway} and go on` : `Check in ${nextVersion}${anyway}`;
}

/** The hint beside the buttons while the main one can't be used. */
export function whyNotYet(line: SettlingLine, summary: string): string | null {
  if (line.icon === 'unchanged') return null;
  if (!line.mayCheckIn) return 'You can check in as soon as everything is here';
  if (summary.trim() === '') return 'Say what changed: readers see this text';
  return null;
}
