import type { EditingRoom } from '../room.ts';
import { purgeCalls } from './call-store.ts';

/** So long the log of what was done in OneDrive is kept. */
export const CALLS_KEPT_DAYS = 90;
const PURGE_SECONDS = 3600;

/** From now on every call on somebody's files is written down, and forgotten in time. */
export function keepCallLog(room: EditingRoom): void {
  room.accounts.calls.heard = (integrationId, call) => room.calls.heard(integrationId, call);
  room.jobs.every('purge-onedrive-calls', PURGE_SECONDS, () => purgeCalls(room.db, CALLS_KEPT_DAYS));
}
