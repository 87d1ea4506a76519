import type { MicrosoftPolicy } from '@megdocs/contract';
import { sql } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { IntegrationRow } from './integration-store.ts';
import { DEFAULT_POLICY, type PolicyRefusal } from './policy.ts';

export async function readPolicy(q: Db | Tx, institutionId: string): Promise<MicrosoftPolicy> {
  const row = await q
    .selectFrom('microsoft_policy')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .executeTakeFirst();
  return row ? { tenants: row.tenants, personalAccounts: row.personal_accounts } : DEFAULT_POLICY;
}

/** Held until the transaction ends: no account is stored by a policy that is just being changed. */
export async function readPolicyFirmly(tx: Tx, institutionId: string): Promise<MicrosoftPolicy> {
  await tx.selectFrom('institution').select('id').where('id', '=', institutionId).forShare().execute();
  return readPolicy(tx, institutionId);
}

export async function writePolicy(tx: Tx, institutionId: string, policy: MicrosoftPolicy): Promise<void> {
  const row = { tenants: policy.tenants, personal_accounts: policy.personalAccounts };
  await tx
    .insertInto('microsoft_policy')
    .values({ institution_id: institutionId, ...row })
    .onConflict((conflict) => conflict.column('institution_id').doUpdateSet({ ...row, changed_at: sqlNow }))
    .execute();
}

export function lockLiveIntegrations(tx: Tx, institutionId: string): Promise<IntegrationRow[]> {
  return tx
    .selectFrom('oauth2_integration')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .where('status', '!=', 'ended')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** From now on the vault hands out no token of it; the sealed ones stay, for the day the policy admits it again. */
export async function barIntegration(tx: Tx, id: string, code: PolicyRefusal, reference: string): Promise<void> {
  const error = JSON.stringify({ kind: 'admin', code, reference });
  await tx
    .updateTable('oauth2_integration')
    .set({
      status: 'reconnect_needed',
      version: sql<number>`version + 1`,
      last_error: sql`${error}::jsonb || jsonb_build_object('at', app_now())`,
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', id)
    .execute();
}

export async function readmitIntegration(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('oauth2_integration')
    .set({
      status: 'connected',
      version: sql<number>`version + 1`,
      last_error: null,
      failures: 0,
      next_attempt_at: null,
    })
    .where('id', '=', id)
    .execute();
}

export function tenantsInUse(
  db: Db,
  institutionId: string,
): Promise<{ tid: string; organisation: string | null; accounts: number }[]> {
  return db
    .selectFrom('oauth2_integration')
    .select(['tid'])
    .select((row) => [row.fn.max('organisation').as('organisation'), row.fn.countAll<number>().as('accounts')])
    .where('institution_id', '=', institutionId)
    .where('status', '!=', 'ended')
    .groupBy('tid')
    .orderBy('tid')
    .execute();
}
