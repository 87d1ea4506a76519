import type { Selectable } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

export type LinkRow = Selectable<Schema['one_time_link']>;

export async function insertLink(
  tx: Tx,
  row: {
    id: string;
    institution_id: string;
    person_id: string;
    purpose: LinkRow['purpose'];
    token_hash: Uint8Array;
    created_by: string | null;
  },
  lifeSeconds: number,
): Promise<Date> {
  const inserted = await tx
    .insertInto('one_time_link')
    .values({ ...row, expires_at: secondsFromNow(lifeSeconds), used_at: null })
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  return inserted.expires_at;
}

export function findUsableLink(q: Db | Tx, tokenHash: Uint8Array) {
  return q
    .selectFrom('one_time_link as l')
    .innerJoin('person as p', 'p.id', 'l.person_id')
    .innerJoin('institution as i', 'i.id', 'l.institution_id')
    .select(['l.id', 'l.purpose', 'l.person_id', 'l.institution_id', 'p.name', 'p.email', 'i.name as institution'])
    .where('l.token_hash', '=', tokenHash)
    .where('l.used_at', 'is', null)
    .where('l.expires_at', '>', sqlNow)
    .where('p.deactivated_at', 'is', null)
    .executeTakeFirst();
}

/** True for the one who came first. */
export async function useLink(tx: Tx, id: string): Promise<boolean> {
  const used = await tx
    .updateTable('one_time_link')
    .set({ used_at: sqlNow })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sqlNow)
    .executeTakeFirst();
  return used.numUpdatedRows === 1n;
}

/** Links that were not used yet; a used one stays as long as it tells something. */
export async function removeLinksOf(tx: Tx, personId: string): Promise<void> {
  await tx.deleteFrom('one_time_link').where('person_id', '=', personId).where('used_at', 'is', null).execute();
}
