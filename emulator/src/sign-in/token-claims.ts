import { createHash } from 'node:crypto';
import type { Application, User } from '../world/directory.ts';
import type { Grant } from '../world/grants.ts';
import type { World } from '../world/world.ts';

/** Pairwise: another one for each application. */
export function subjectOf(user: User, app: { clientId: string }): string {
  return createHash('sha256').update(`${user.tenantId} ${user.id} ${app.clientId}`).digest('base64url');
}

type ReadClaim = (context: { world: World; app: Application; user: User; grant: Grant }) => unknown;

/**
 * Claims that are there only if a registration, or a request by `claims`, names them.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference
 */
const OPTIONAL: Record<string, ReadClaim> = {
  // 0: a member of the tenant, 1: a guest.
  acct: ({ user }) => (user.homeId === undefined ? 0 : 1),
  acrs: ({ grant }) => (grant.contexts.length > 0 ? grant.contexts : undefined),
  auth_time: ({ grant }) => Math.floor(grant.authTime / 1000),
  email: ({ user }) => user.mail ?? undefined,
  family_name: ({ user }) => user.displayName.split(' ').slice(1).join(' ') || undefined,
  given_name: ({ user }) => user.displayName.split(' ')[0],
  idtyp: () => 'user',
  login_hint: ({ user }) => Buffer.from(`O.${user.id}.${user.userPrincipalName}`).toString('base64url'),
  sid: ({ grant }) => grant.sessionId,
  tenant_region_scope: ({ user }) => (user.personal ? undefined : 'EU'),
  upn: ({ user }) => (user.personal ? undefined : user.userPrincipalName),
  verified_primary_email: ({ user }) => (user.mail === null ? [] : [user.mail]),
  xms_cc: ({ grant }) => (grant.capable ? ['cp1'] : undefined),
};

function optionalClaims(
  names: readonly string[],
  context: { world: World; app: Application; user: User; grant: Grant },
): Record<string, unknown> {
  const known = names.flatMap((name) => {
    const read = Object.hasOwn(OPTIONAL, name) ? OPTIONAL[name] : undefined;
    const value = read?.(context);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

export function idTokenExtras(world: World, app: Application, user: User, grant: Grant): Record<string, unknown> {
  const names = [...app.optionalClaims.idToken, ...grant.idTokenClaims];
  return optionalClaims(names, { world, app, user, grant });
}

export function accessTokenExtras(world: World, app: Application, user: User, grant: Grant): Record<string, unknown> {
  const names = [...app.optionalClaims.accessToken, 'acrs', 'xms_cc'];
  return {
    ...optionalClaims(names, { world, app, user, grant }),
    amr: grant.mfa ? ['pwd', 'mfa'] : ['pwd'],
  };
}
