import type { ConnectionProblem, MicrosoftIntegration } from '@megdocs/contract';
import { consentManagementUrl } from '@megdocs/microsoft365';
import { isAdmin } from '../people/rights.ts';
import type { SignedIn } from '../room.ts';
import { describeProblem, isProblemCode } from './describe-problem.ts';
import { findNewestIntegration, type IntegrationRow } from './integration-store.ts';
import { parseLastError } from './last-error.ts';
import type { MicrosoftRoom, WorkingCopy } from './microsoft-room.ts';
import { explainPermissions, missingPermissions } from './permissions.ts';

/** An allow-list of what pages may know: tokens have no way into it. */
export async function presentIntegration(room: MicrosoftRoom, person: SignedIn): Promise<MicrosoftIntegration> {
  const row = await findNewestIntegration(room.db, person.personId);
  const live = row && row.status !== 'ended' ? row : undefined;
  const copies = live ? await room.workingCopies.list(room.db, live.id) : [];
  const wanted = wantedPermissions(room);
  return {
    status: statusOf(live),
    configured: room.app !== undefined,
    account: live ? { name: live.account_name, address: live.account_address, organisation: live.organisation } : null,
    permissions: explainPermissions(live ? live.scopes : wanted),
    missingPermissions: live ? missingPermissions(wanted, live.scopes) : [],
    connectedAt: live?.connected_at.toISOString() ?? null,
    renewedAt: live?.renewed_at?.toISOString() ?? null,
    lastUsedAt: live?.used_at?.toISOString() ?? null,
    problem: live ? problemOf(room, live) : null,
    waiting: copies.map(({ document }) => document),
    cleanUpDoneAbout: doneAbout(copies)?.toISOString() ?? null,
    disconnectWhenCleanedUp: live?.disconnect_when_cleaned_up ?? false,
    consentUrl: row ? consentManagementUrl(row.tid, room.endpoints).href : null,
    redirectUri: isAdmin(person) ? (room.app?.redirectUri ?? '') : '',
  };
}

function wantedPermissions(room: MicrosoftRoom): string[] {
  return ['User.Read', room.app?.filesScope ?? 'Files.ReadWrite.All'];
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

function problemOf(room: MicrosoftRoom, live: IntegrationRow): ConnectionProblem | null {
  if (live.status !== 'reconnect_needed') return null;
  const error = parseLastError(live.last_error);
  const code = error && isProblemCode(error.code) ? error.code : 'grant_refused';
  return describeProblem(
    { ...error, code },
    {
      reference: error?.reference ?? 'unknown',
      at: error?.at ?? room.clock.now(),
      publicUrl: room.config.publicUrl,
      app: room.app,
    },
  );
}
