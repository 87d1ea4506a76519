import { type Sealing, SealingError, type UploadProgress } from '@megdocs/microsoft365';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { SessionRow } from '../store.ts';

const UPLOAD_TABLE = 'edit_upload';
const URL_COLUMN = 'sealed_url';

/** What is uploaded: the same bytes to the same place, or the upload begins anew. */
export interface UploadedContent {
  sha256: string;
  size: number;
}

/** Where the upload of this content goes on, if Microsoft still expects the rest of it. */
export async function findUpload(
  q: Db | Tx,
  sealing: Sealing,
  session: SessionRow,
  { sha256 }: UploadedContent,
): Promise<UploadProgress | undefined> {
  const row = await q
    .selectFrom(UPLOAD_TABLE)
    .selectAll()
    .where('id', '=', session.id)
    .where('folder_key', '=', session.folder_key)
    .where('sha256', '=', sha256)
    .where('expires_at', '>', sqlNow)
    .executeTakeFirst();
  const url = row && openUrl(sealing, row.id, row.sealed_url);
  return url ? { url, expiresAt: row.expires_at, sentBytes: row.sent_bytes } : undefined;
}

/** The address of an upload of this session, whatever is uploaded. */
export async function anyUpload(q: Db | Tx, sealing: Sealing, sessionId: string): Promise<string | undefined> {
  const row = await q.selectFrom(UPLOAD_TABLE).selectAll().where('id', '=', sessionId).executeTakeFirst();
  return row && openUrl(sealing, row.id, row.sealed_url);
}

/** Sealed by a key that is gone: nothing is lost but what was sent. */
function openUrl(sealing: Sealing, id: string, sealed: Uint8Array): string | undefined {
  try {
    return sealing.open(sealed, { table: UPLOAD_TABLE, id, column: URL_COLUMN });
  } catch (error) {
    if (error instanceof SealingError) return undefined;
    throw error;
  }
}

export async function keepUpload(
  q: Db | Tx,
  sealing: Sealing,
  session: SessionRow,
  { sha256, size }: UploadedContent,
  { url, expiresAt, sentBytes }: UploadProgress,
): Promise<void> {
  const { id } = session;
  const row = {
    folder_key: session.folder_key,
    sha256,
    sealed_url: sealing.seal(url, { table: UPLOAD_TABLE, id, column: URL_COLUMN }),
    expires_at: expiresAt,
    sent_bytes: sentBytes,
    total_bytes: size,
  };
  await q
    .insertInto(UPLOAD_TABLE)
    .values({ id, institution_id: session.institution_id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, changed_at: sqlNow }))
    .execute();
}

/** The address is gone with it. */
export async function forgetUpload(q: Db | Tx, sessionId: string): Promise<void> {
  await q.deleteFrom(UPLOAD_TABLE).where('id', '=', sessionId).execute();
}

/** How far an upload has come, for whoever waits for it. */
export async function uploadedSoFar(
  q: Db | Tx,
  sessionId: string,
): Promise<{ sentBytes: number; totalBytes: number } | undefined> {
  const row = await q
    .selectFrom(UPLOAD_TABLE)
    .select(['sent_bytes', 'total_bytes'])
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return row && { sentBytes: row.sent_bytes, totalBytes: row.total_bytes };
}
