import type { Accounts } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import type { Documents } from '../documents/index.ts';
import type { Blobs } from '../platform/blobs.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Live } from '../platform/live.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Waits } from './graph-of.ts';
import type { CallLog } from './log/call-log.ts';

/** What every operation of this room works with. */
export interface EditingRoom {
  db: Db;
  clock: Clock;
  random: Random;
  blobs: Blobs;
  config: Config;
  log: Log;
  jobs: Jobs;
  accounts: Accounts;
  documents: Documents;
  waits: Waits;
  calls: CallLog;
  live: Live;
}
