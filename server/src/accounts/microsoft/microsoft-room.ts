import type { GraphCall, MicrosoftApp, MicrosoftEndpoints, Sealing } from '@megdocs/microsoft365';
import type { Db, Tx } from '../../platform/database.ts';
import type { AccountsRoom } from '../room.ts';

/** What the connection's operations work with. */
export interface MicrosoftRoom extends AccountsRoom {
  /** Undefined while the deployment has no client id. */
  app: MicrosoftApp | undefined;
  endpoints: MicrosoftEndpoints;
  sealing: Sealing;
  workingCopies: WorkingCopies;
  calls: Calls;
}

/** Filled by editing at boot: hears of every call that is made with somebody's connection. */
export interface Calls {
  heard(integrationId: string, call: GraphCall): void;
}

export interface WorkingCopy {
  document: { documentId: string; number: string; title: string };
  /** Undefined while it is open: nobody knows when it will be checked in. */
  goneAbout: Date | undefined;
}

/** Filled by editing at boot: what lies in an account's OneDrive. */
export interface WorkingCopies {
  list(q: Db | Tx, integrationId: string): Promise<WorkingCopy[]>;
  /** Collects everything, deletes what is done with, says what stays; before the tokens are erased. */
  leave(integrationId: string): Promise<void>;
}

export const INTEGRATION_TABLE = 'oauth2_integration';
export const PENDING_TABLE = 'pending_authorization';
