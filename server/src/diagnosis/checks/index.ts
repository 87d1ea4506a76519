import { CHECK_IDS, type Check } from '../finding.ts';
import { clock } from './clock.ts';
import { connection } from './connection.ts';
import { credential } from './credential.ts';
import { database } from './database.ts';
import { drive } from './drive.ts';
import { environment } from './environment.ts';
import { files } from './files.ts';
import { jobs } from './jobs.ts';
import { mail } from './mail.ts';
import { network } from './network.ts';
import { redirectUri } from './redirect-uri.ts';
import { refusals } from './refusals.ts';
import { registration } from './registration.ts';
import { start } from './start.ts';
import { tenant } from './tenant.ts';
import { tokenKeys } from './token-keys.ts';

const all: Check[] = [
  environment,
  database,
  tokenKeys,
  files,
  start,
  jobs,
  network,
  clock,
  tenant,
  credential,
  registration,
  redirectUri,
  refusals,
  connection,
  drive,
  mail,
];

export const checks = CHECK_IDS.flatMap((id) => all.filter((check) => check.id === id));
