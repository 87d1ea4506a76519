import { createHash } from 'node:crypto';
import { PERSONAL_TENANT_ID } from '../config.ts';
import type { Application, User } from '../world/directory.ts';
import type { Grant } from '../world/grants.ts';
import { newSecret } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { idTokenExtras, subjectOf } from './token-claims.ts';

export interface IdTokenOptions {
  app: Application;
  user: User;
  grant: Grant;
  asked: string[];
  nonce?: string | undefined;
  /** Sent beside it on the redirect: the token then vouches for it. */
  code?: string | undefined;
  mainOrigin: string;
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference */
export function issueIdToken(world: World, options: IdTokenOptions): Promise<string> {
  const { app, user, asked, nonce, grant, code, mainOrigin } = options;
  const now = Math.floor(world.clock.now().getTime() / 1000);
  return world.keys.sign({
    aud: app.clientId,
    iss: `${mainOrigin}/${user.tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    aio: newSecret(world.random, 24),
    sub: subjectOf(user, app),
    tid: user.tenantId,
    uti: newSecret(world.random, 16),
    ver: '2.0',
    ...(user.personal ? {} : { rh: `1.${newSecret(world.random, 24)}.`, sid: grant.sessionId }),
    ...homeOf(world, user, mainOrigin),
    ...(asked.includes('profile') ? profileOf(user) : {}),
    ...(asked.includes('email') && user.mail !== null ? { email: user.mail } : {}),
    ...(nonce === undefined ? {} : { nonce }),
    ...(code === undefined ? {} : { c_hash: halfHash(code) }),
    ...idTokenExtras(world, app, user, grant),
  });
}

function profileOf(user: User): { oid: string; preferred_username: string; name: string } {
  return {
    oid: user.id,
    preferred_username: user.homeId === undefined ? user.userPrincipalName : (user.mail ?? user.userPrincipalName),
    name: user.displayName,
  };
}

/** Only for guests: who vouches for them. */
function homeOf(world: World, user: User, mainOrigin: string): { idp?: string } {
  const home = user.homeId === undefined ? undefined : world.directory.findUser(user.homeId);
  if (home === undefined) return {};
  return { idp: home.tenantId === PERSONAL_TENANT_ID ? 'live.com' : `${mainOrigin}/${home.tenantId}/` };
}

/** OpenID Connect 3.3.2.11: the left half of the hash. */
function halfHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
