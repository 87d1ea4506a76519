import type { ConnectionProblem, MicrosoftIntegration } from '@megdocs/contract';
import { consentManagementUrl } from '@megdocs/microsoft365';
import { isAdmin } from '../people/rights.ts';
import type { SignedIn } from '../room.ts';
import { describeProblem, isProblemCode } from './describe-problem.ts';
import { heldAccount } from './held-account.ts';
import { findNewestIntegration, type IntegrationRow } from './integration-store.ts';
import { parseLastError } from './last-error.ts';
import { offInLeastPrivilege } from './least-privilege.ts';
import type { MicrosoftRoom, WorkingCopy } from './microsoft-room.ts';
import { findHeldOf } from './pending-store.ts';
import { explainPermissions, missingPermissions, wantedPermissions } from './permissions.ts';
import { isPolicyRefusal } from './policy.ts';
import { whoAdmits } from './who-admits.ts';

/** An allow-list of what pages may know: tokens have no way into it. */
export async function presentIntegration(room: MicrosoftRoom, person: SignedIn): Promise<MicrosoftIntegration> {
  const row = await findNewestIntegration(room.db, person.personId);
  const live = row && row.status !== 'ended' ? row : undefined;
  const copies = live ? await room.workingCopies.list(room.db, live.id) : [];
  const wanted = wantedPermissions(room.app);
  return {
    status: statusOf(live),
    configured: room.app !== undefined,
    account: live ? { name: live.account_name, address: live.account_address, organisation: live.organisation } : null,
    permissions: explainPermissions(live ? live.scopes : wanted),
    missingPermissions: live ? missingPermissions(wanted, live.scopes) : [],
    connectedAt: live?.connected_at.toISOString() ?? null,
    renewedAt: live?.renewed_at?.toISOString() ?? null,
    lastUsedAt: live?.used_at?.toISOString() ?? null,
    problem: live?.status === 'reconnect_needed' ? await problemOf(room, live) : null,
    renewalTrouble: live ? await renewalTroubleOf(room, live) : null,
    notAllowed: live ? isPolicyRefusal(parseLastError(live.last_error)?.code ?? '') : false,
    held: await heldOf(room, person),
    leastPrivilege: offInLeastPrivilege(room.config.microsoft?.filesScope),
    waiting: copies.map(({ document }) => document),
    cleanUpDoneAbout: doneAbout(copies)?.toISOString() ?? null,
    disconnectWhenCleanedUp: live?.disconnect_when_cleaned_up ?? false,
    consentUrl: row ? consentManagementUrl(row.tid, room.endpoints).href : null,
    redirectUri: isAdmin(person) ? room.config.redirectUri : '',
  };
}

function statusOf(live: IntegrationRow | undefined): MicrosoftIntegration['status'] {
  if (!live) return 'not-connected';
  return live.status === 'reconnect_needed' ? 'reconnect-needed' : 'connected';
}

/** Unknown as long as one copy is still being edited. */
function doneAbout(copies: WorkingCopy[]): Date | undefined {
  const times = copies.map(({ goneAbout }) => goneAbout?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...times);
  return Number.isFinite(last) ? new Date(last) : undefined;
}

async function problemOf(room: MicrosoftRoom, live: IntegrationRow): Promise<ConnectionProblem> {
  const error = parseLastError(live.last_error);
  const code = error && isProblemCode(error.code) ? error.code : 'grant_refused';
  const barred = isPolicyRefusal(code);
  return describeProblem(
    { ...error, code, ...(barred ? { tid: live.tid } : {}) },
    {
      reference: error?.reference ?? 'unknown',
      at: error?.at ?? room.clock.now(),
      publicUrl: room.config.publicUrl,
      app: room.app,
      more: barred ? await whoAdmits(room.db, live.institution_id) : undefined,
    },
  );
}

async function renewalTroubleOf(
  room: MicrosoftRoom,
  live: IntegrationRow,
): Promise<MicrosoftIntegration['renewalTrouble']> {
  if (live.status !== 'connected' || live.failures === 0) return null;
  return { problem: await problemOf(room, live), nextAttemptAt: live.next_attempt_at?.toISOString() ?? null };
}

async function heldOf(room: MicrosoftRoom, person: SignedIn): Promise<MicrosoftIntegration['held']> {
  const row = await findHeldOf(room.db, person.personId);
  const account = heldAccount.safeParse(row?.held_account).data;
  if (!row?.held_until || !account) return null;
  const { name, address, organisation } = account;
  return { outcomeId: row.id, account: { name, address, organisation }, until: row.held_until.toISOString() };
}
