/** How long things may take and how often we look, in seconds. */

/** Whoever works on a session holds it so long without a sign of life. */
export const LEASE_SECONDS = 20;
export const LEASE_RENEWAL_SECONDS = 6;
/** A request that finds the session held by the sweeper waits so long for its turn. */
export const CLAIM_WAIT_SECONDS = 10;

/** No request waits longer, whatever hangs: what it has begun goes on by itself. */
export const REQUEST_SECONDS = 14;

/** A sweeper looks for sessions that are due so often. */
export const TEND_SECONDS = 2;
/** The next round of the sweeper begins after so long, also when some session still hangs. */
export const ROUND_SECONDS = 5;
export const DISCONNECT_ROUND_SECONDS = 5;
/** Idle sessions are counted in days. */
export const EXPIRE_SECONDS = 900;
export const LOOK_WHILE_BUSY_SECONDS = 4;
export const LOOK_WHILE_CALM_SECONDS = 15;
const LOOK_WHILE_QUIET_SECONDS = 60;
/** A drive in which nothing happens is asked no more often. */
export const DRIVE_QUIET_SECONDS = LOOK_WHILE_QUIET_SECONDS;
/**
 * Delta may be late or lie, so each copy is read by itself after so long, one a round: at the latest after half an hour
 * and two minutes for each session of that drive.
 */
export const SAFETY_READ_SECONDS = 1800;
/** A copy whose drive delta tells of is looked at by itself after so long, whatever becomes of the rounds. */
export const LAST_RESORT_SECONDS = 7200;
/** Copies that are due do not wait longer for drives that hang. */
export const DRIVES_WAIT_SECONDS = 3;
const BUSY_FOR_SECONDS = 120;
const CALM_FOR_SECONDS = 1800;

/** Between two looks at a copy that nobody saved, at most so much counts as observed. */
export const OBSERVED_GAP_SECONDS = 60;
export const WATCH_LOOK_SECONDS = 10;
/** A check-in that waits is looked at so often. */
export const LOOK_AGAIN_SECONDS = 3;
/** A check-in that nobody waits for any more goes back to editing. */
export const CHECK_IN_GIVES_UP_SECONDS = 600;
/** After so long without Microsoft settling, the person may check in what is there. */
export const SETTLING_MAY_SKIP_SECONDS = 120;
/** Microsoft says that the copy is not there: said again after so long, it is believed. */
export const MISSING_CONFIRMED_SECONDS = 10;
/** A whole OneDrive out of reach for so long needs somebody who decides. */
export const DRIVE_AWAY_SECONDS = 3600;
/** Somebody else's save in so many seconds is worth a warning. */
export const RECENT_OTHER_SECONDS = 600;
/** A copy whose session was given up may arrive so long after: Microsoft finishes what it had received. */
export const COPY_MAY_ARRIVE_SECONDS = 600;
export const LEFT_BEHIND_AFTER_SECONDS = 7 * 86_400;
const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 600;

/** The more lately somebody saved, the sooner the next look. */
export function nextLookSeconds(savedAt: Date | null, now: Date): number {
  return lookAgainAfter(savedAt ? (now.getTime() - savedAt.getTime()) / 1000 : 0);
}

export function lookAgainAfter(quiet: number): number {
  if (quiet < BUSY_FOR_SECONDS) return LOOK_WHILE_BUSY_SECONDS;
  return quiet < CALM_FOR_SECONDS ? LOOK_WHILE_CALM_SECONDS : LOOK_WHILE_QUIET_SECONDS;
}

/** Checkpoints that nobody will miss are looked for so often. */
export const THIN_SECONDS = 3_600;

/** Doubles from five seconds to ten minutes. */
export function retrySeconds(failures: number): number {
  return Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(failures, 12));
}
