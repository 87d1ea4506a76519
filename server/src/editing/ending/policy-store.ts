import type { EndingPolicy } from '@megdocs/contract';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';

/** What holds as long as an institution has not said otherwise. */
export const DEFAULT_POLICY: EndingPolicy = {
  remindAfterDays: 3,
  abandonAfterDays: 14,
  deletePermanently: false,
  desktopApps: false,
};

export async function endingPolicyOf(q: Db | Tx, institutionId: string): Promise<EndingPolicy> {
  const row = await q
    .selectFrom('ending_policy')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .executeTakeFirst();
  if (!row) return DEFAULT_POLICY;
  return {
    remindAfterDays: row.remind_after_days,
    abandonAfterDays: row.abandon_after_days,
    deletePermanently: row.delete_permanently,
    desktopApps: row.desktop_apps,
  };
}

export async function putEndingPolicy(tx: Tx, institutionId: string, policy: EndingPolicy): Promise<void> {
  const values = {
    remind_after_days: policy.remindAfterDays,
    abandon_after_days: policy.abandonAfterDays,
    delete_permanently: policy.deletePermanently,
    desktop_apps: policy.desktopApps,
    changed_at: sqlNow,
  };
  await tx
    .insertInto('ending_policy')
    .values({ institution_id: institutionId, ...values })
    .onConflict((conflict) => conflict.column('institution_id').doUpdateSet(values))
    .execute();
}

export async function institutionsWithDesktopApps(q: Db | Tx): Promise<Set<string>> {
  const rows = await q.selectFrom('ending_policy').select('institution_id').where('desktop_apps', '=', true).execute();
  return new Set(rows.map((row) => row.institution_id));
}
