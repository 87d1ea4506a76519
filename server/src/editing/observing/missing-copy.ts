import { lookForDrive } from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { DRIVE_AWAY_SECONDS, MISSING_CONFIRMED_SECONDS } from '../timing.ts';

/**
 * Microsoft does not find the copy: why, once that is sure, and undefined until then. One 404 may come from a server of
 * Microsoft that has not heard of a change yet, and all of a OneDrive answers 404 while it is moved or without licence.
 */
export async function whyMissing(room: EditingRoom, held: HeldSession): Promise<string | undefined> {
  const { missing_since: since } = held.row;
  if (!since || held.secondsSince(since) < MISSING_CONFIRMED_SECONDS) return undefined;
  const drive = await lookForDrive(room, held.row);
  if (drive === 'there')
    return 'The copy in OneDrive was deleted while it was being edited. It may still be in the recycle bin of OneDrive.';
  if (drive.kind !== 'gone' || held.secondsSince(since) < DRIVE_AWAY_SECONDS) return undefined;
  return 'The OneDrive that holds the copy has been out of reach for an hour. The copy may still be there.';
}
