import type { EditingPolicy } from '@megdocs/contract';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';

/** Until an institution decides otherwise: the copy says what it is, and nobody's typing is marked. */
const DEFAULT_POLICY: EditingPolicy = { trackChanges: false, stamp: true };

export async function readEditingPolicy(q: Db | Tx, institutionId: string): Promise<EditingPolicy> {
  const row = await q
    .selectFrom('editing_policy')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .executeTakeFirst();
  return row ? { trackChanges: row.track_changes, stamp: row.stamp } : DEFAULT_POLICY;
}

export async function writeEditingPolicy(tx: Tx, institutionId: string, policy: EditingPolicy): Promise<void> {
  const row = { track_changes: policy.trackChanges, stamp: policy.stamp };
  await tx
    .insertInto('editing_policy')
    .values({ institution_id: institutionId, ...row })
    .onConflict((conflict) => conflict.column('institution_id').doUpdateSet({ ...row, changed_at: sqlNow }))
    .execute();
}
