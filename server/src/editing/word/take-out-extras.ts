import type { Readable } from 'node:stream';
import { removeExtras } from '@megdocs/microsoft365';
import type { ReceivedFile } from '../../platform/blobs.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { findPreparation, type PreparationRow } from './preparation-store.ts';

/**
 * What was fetched, as people wrote it: without our stamp, tracking as the base had it. Takes over the file that it is
 * given. A copy from which nothing can be taken out is kept as it came: a stamp is better than a lost sentence.
 */
export async function takeOutExtras(
  room: EditingRoom,
  session: SessionRow,
  fetched: ReceivedFile,
): Promise<ReceivedFile> {
  const preparation = await findPreparation(room.db, session.id);
  if (!preparation || !(preparation.stamped || preparation.tracking_switched_on)) return fetched;
  try {
    const content = await contentWithout(fetched.path, preparation);
    if (!content) return fetched;
    const file = await room.blobs.receive(content, { maxBytes: Number.POSITIVE_INFINITY });
    await fetched.discard();
    return file;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    room.log.error({ err: error, session: session.id }, 'stamp and tracking could not be taken out of a copy');
    return fetched;
  }
}

function contentWithout(path: string, preparation: PreparationRow): Promise<Readable | undefined> {
  return removeExtras(path, {
    stamped: preparation.stamped,
    trackingSwitchedOn: preparation.tracking_switched_on,
    baseTracking: preparation.base_tracking,
  });
}
