import type { Accounts } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import type { Blobs } from '../platform/blobs.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { DocumentGuard, Presence } from './facts.ts';

export interface DocumentsDeps {
  db: Db;
  clock: Clock;
  random: Random;
  blobs: Blobs;
  config: Config;
  log: Log;
  accounts: Accounts;
}

/** What every operation of this room works with. */
export interface DocumentsRoom extends DocumentsDeps {
  guards: DocumentGuard[];
  presence: Presence;
}
