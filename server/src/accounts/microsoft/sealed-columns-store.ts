import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** The beginning of each sealed value, where its key id stands, once for each that occurs. */
export async function readSealed(db: Db, { table, column }: SealedColumn): Promise<Uint8Array[]> {
  const found = await sql<{ head: Uint8Array }>`
    select distinct on (substring(${sql.ref(column)} from 1 for 2 + get_byte(${sql.ref(column)}, 1)))
      ${sql.ref(column)} as head
    from ${sql.table(table)} where ${sql.ref(column)} is not null and length(${sql.ref(column)}) > 2`.execute(db);
  return found.rows.map(({ head }) => head);
}
