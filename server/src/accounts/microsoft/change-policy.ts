import { type MicrosoftPolicy, pages } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { notify } from '../notifications/notify.ts';
import { findColleague, lockInstitution } from '../people/people-store.ts';
import { assertAdmin } from '../people/rights.ts';
import type { SignedIn } from '../room.ts';
import type { IntegrationRow } from './integration-store.ts';
import { parseLastError } from './last-error.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { isPolicyRefusal, type PolicyRefusal, refusalByPolicy } from './policy.ts';
import { barIntegration, lockLiveIntegrations, readmitIntegration, readPolicy, writePolicy } from './policy-store.ts';

/**
 * Stores which accounts the institution admits. Connections that it admits no longer hand out no token from this
 * transaction on; those that only an earlier policy had barred go on where they were.
 */
export async function changePolicy(room: MicrosoftRoom, by: SignedIn, policy: MicrosoftPolicy): Promise<void> {
  assertAdmin(by);
  if (policy.personalAccounts && !personalAccountsPossible(room))
    throw new Failure(400, 'invalid_request', 'Personal accounts can not be admitted by this MEGDocs.', {
      remedy:
        'The deployment asks Microsoft for accounts of organisations only. A system administrator decides that by MICROSOFT_TENANT and MICROSOFT_CLOUD.',
      fields: { personalAccounts: 'is shut out by the deployment' },
    });
  await inTransaction(room.db, async (tx) => {
    await lockInstitution(tx, by.institutionId);
    const now = await findColleague(tx, by.institutionId, by.personId);
    assertAdmin({ roles: now?.deactivated_at === null ? now.roles : [] });
    const before = await readPolicy(tx, by.institutionId);
    await writePolicy(tx, by.institutionId, policy);
    for (const row of await lockLiveIntegrations(tx, by.institutionId)) await judge(room, tx, row, policy);
    await recordAudit(tx, {
      institutionId: by.institutionId,
      personId: by.personId,
      kind: 'microsoft_policy_changed',
      detail: { from: before, to: policy },
    });
  });
}

/** The tenant of personal accounts exists in the global cloud alone, and `organizations` keeps it out at Microsoft. */
export function personalAccountsPossible(room: MicrosoftRoom): boolean {
  const { microsoft } = room.config;
  return microsoft?.cloud === 'global' && ['common', 'consumers'].includes(microsoft.tenant);
}

async function judge(room: MicrosoftRoom, tx: Tx, row: IntegrationRow, policy: MicrosoftPolicy): Promise<void> {
  const refusal = refusalByPolicy(policy, row.tid);
  const wasBarred = isPolicyRefusal(parseLastError(row.last_error)?.code ?? '');
  if (refusal && !wasBarred) return bar(room, tx, row, refusal);
  if (refusal || !wasBarred) return;
  await readmitIntegration(tx, row.id);
  await notify(tx, room.random, {
    institutionId: row.institution_id,
    personId: row.person_id,
    text: `Your institution admits your Microsoft account ${row.account_address} again; it is connected as before.`,
    link: pages.microsoft,
  });
}

async function bar(room: MicrosoftRoom, tx: Tx, row: IntegrationRow, code: PolicyRefusal): Promise<void> {
  const reference = Buffer.from(room.random.bytes(5)).toString('hex').toUpperCase();
  room.log.warn(
    { problem: code, reference, integration: row.id, person: row.person_id },
    'a Microsoft connection is not admitted any more',
  );
  await barIntegration(tx, row.id, code, reference);
  await recordAudit(tx, {
    institutionId: row.institution_id,
    personId: row.person_id,
    kind: 'microsoft_reconnect_needed',
    detail: { integration: row.id, class: 'admin', code, reference },
  });
  await notify(tx, room.random, {
    institutionId: row.institution_id,
    personId: row.person_id,
    text: `Your institution does not admit your Microsoft account ${row.account_address} any more. What you edit waits; nothing is lost.`,
    mail: 'Your institution does not admit your Microsoft account any more',
    link: pages.microsoft,
  });
}
