/** How often the right of somebody who joined is compared with what they may do in MEGDocs. */
export const RIGHTS_LOOK_SECONDS = 10;
/** Whoever could not be let in for so long is told so. */
export const JOIN_GIVES_UP_SECONDS = 600;
/** After a check-in, colleagues' rights are withdrawn when nobody has saved for so long … */
export const QUIET_BEFORE_WITHDRAWAL_SECONDS = 60;
/** … and at the latest after so long. */
export const WITHDRAWAL_LATEST_SECONDS = 300;
/** A right that waits for its withdrawal is looked at so often. */
export const WITHDRAWAL_LOOK_SECONDS = 5;
