import type { Role } from '@megdocs/contract';
import type { Sealing } from '@megdocs/microsoft365';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

export interface AccountsDeps {
  db: Db;
  clock: Clock;
  random: Random;
  config: Config;
  log: Log;
  jobs: Jobs;
}

/** What every operation of this room works with. */
export interface AccountsRoom extends AccountsDeps {
  sealing: Sealing;
  signedIn(request: FastifyRequest): Promise<SignedIn>;
}

/** Who sent a request. */
export interface SignedIn {
  personId: string;
  institutionId: string;
  name: string;
  email: string;
  roles: Role[];
  sessionId: string;
}
