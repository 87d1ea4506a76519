import type { Tx } from '../../platform/database.ts';

/** True once for each credential and number of days, however many instances ask. */
export async function claimWarning(
  tx: Tx,
  warning: { institution_id: string; credential: string; days: number },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('credential_warning')
    .values(warning)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}
