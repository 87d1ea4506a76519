import type { MicrosoftAdministration } from '@megdocs/contract';
import { assertAdmin } from '../people/rights.ts';
import type { SignedIn } from '../room.ts';
import { adminConsentUrl } from './admin-consent-url.ts';
import { personalAccountsPossible } from './change-policy.ts';
import { credentialExpiry, daysLeft } from './credential-expiry.ts';
import { offInLeastPrivilege } from './least-privilege.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { explainPermissions, wantedPermissions } from './permissions.ts';
import { isPersonal } from './policy.ts';
import { readPolicy, tenantsInUse } from './policy-store.ts';

/** What an institution admin and their IT need to know; numbers and names, never a secret. */
export async function presentAdministration(room: MicrosoftRoom, person: SignedIn): Promise<MicrosoftAdministration> {
  assertAdmin(person);
  const { app, endpoints, config } = room;
  const { microsoft } = config;
  const inUse = await tenantsInUse(room.db, person.institutionId);
  return {
    configured: app !== undefined,
    clientId: app?.clientId ?? null,
    tenant: microsoft?.tenant ?? 'organizations',
    cloud: microsoft?.cloud ?? 'global',
    redirectUri: config.redirectUri,
    permissions: explainPermissions(wantedPermissions(app)),
    leastPrivilege: offInLeastPrivilege(microsoft?.filesScope),
    credential: presentCredential(room),
    consentUrl: app ? adminConsentUrl(app).href : null,
    hosts: [...new Set([new URL(endpoints.loginUrl).host, new URL(endpoints.graphUrl).host, ...endpoints.fileHosts])],
    policy: await readPolicy(room.db, person.institutionId),
    personalAccountsPossible: personalAccountsPossible(room),
    tenantsInUse: inUse.map((tenant) => ({ ...tenant, personal: isPersonal(tenant.tid) })),
  };
}

function presentCredential(room: MicrosoftRoom): MicrosoftAdministration['credential'] {
  const { microsoft } = room.config;
  if (!microsoft) return null;
  const { kind, expiresAt } = credentialExpiry(microsoft);
  return {
    kind,
    expiresAt: expiresAt?.toISOString() ?? null,
    daysLeft: expiresAt ? daysLeft(expiresAt, room.clock.now()) : null,
  };
}
