import { cancelUpload } from '@megdocs/microsoft365';
import { graphOf } from '../graph-of.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { anyUpload, forgetUpload } from './upload-store.ts';

/**
 * Nobody goes on with the upload: Microsoft need not keep for days what was sent. Whether Microsoft hears of it or not,
 * its address is forgotten.
 */
export async function letUploadGo(room: EditingRoom, session: SessionRow): Promise<void> {
  const url = await anyUpload(room.db, room.accounts.sealing, session.id);
  await forgetUpload(room.db, session.id);
  if (!url) return;
  await cancelUpload(graphOf(room, session.integration_id), url).catch((error: unknown) => {
    room.log.info({ err: error, session: session.id }, 'an upload that was given up ends by itself');
  });
}
