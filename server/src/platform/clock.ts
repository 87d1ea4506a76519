/** The time of this process. What rows hold is timed by the database (`app_now()`), never by this. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
