import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { SealedColumn } from './sealed-columns.ts';

export interface StaleValue {
  id: string;
  /** Of the row; null where values are not renewed. */
  version: number | null;
  sealed: Uint8Array;
}

/** Sealed by another key than the current one: byte 1 is the length of the key id that follows it. */
function isStale(column: string, keyId: string): RawBuilder<SqlBool> {
  const value = sql.ref(column);
  const key = new Uint8Array(Buffer.from(keyId, 'latin1'));
  return sql<SqlBool>`case when length(${value}) > 2
    then substring(${value} from 3 for get_byte(${value}, 1)) <> ${key} else false end`;
}

/** Whoever renews a token at the moment stores both anew, sealed by the current key. */
const NOT_LEASED = sql<SqlBool>`(lease_until is null or lease_until <= app_now())`;

/** The next values that another key sealed, in the order of their rows' ids. */
export async function readStale(
  db: Db,
  { table, column, fenced }: SealedColumn,
  keyId: string,
  after: string,
  limit: number,
): Promise<StaleValue[]> {
  const found = await sql<StaleValue>`
    select id, ${fenced ? sql.ref('version') : sql`null::int`} as version, ${sql.ref(column)} as sealed
    from ${sql.table(table)}
    where id > ${after}::uuid and ${isStale(column, keyId)} ${fenced ? sql`and ${NOT_LEASED}` : sql``}
    order by id limit ${limit}`.execute(db);
  return found.rows;
}

/** True when nobody changed the row meanwhile. The version stays: for whoever holds it nothing has changed. */
export async function replaceSealed(
  db: Db,
  { table, column, fenced }: SealedColumn,
  read: StaleValue,
  sealed: Uint8Array,
): Promise<boolean> {
  const changed = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
    where id = ${read.id} and ${sql.ref(column)} = ${read.sealed}
    ${fenced ? sql`and version = ${read.version} and ${NOT_LEASED}` : sql``}`.execute(db);
  return changed.numAffectedRows === 1n;
}

/** How many values other keys sealed, by institution and key. Those that a renewal holds are among them. */
export async function countStale(
  q: Db | Tx,
  { table, column }: SealedColumn,
  keyId: string,
): Promise<{ institutionId: string; head: Uint8Array; values: number }[]> {
  const value = sql.ref(column);
  const head = sql`substring(${value} from 1 for 2 + get_byte(${value}, 1))`;
  const counted = await sql<{ institutionId: string; head: Uint8Array; values: number }>`
    select institution_id as "institutionId", ${head} as head, count(*)::int as values
    from ${sql.table(table)} where ${isStale(column, keyId)} group by 1, 2`.execute(q);
  return counted.rows;
}
