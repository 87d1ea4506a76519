import { createHash } from 'node:crypto';
import type { Application, User } from '../world/directory.ts';
import { newGuid, newSecret } from '../world/ids.ts';
import { opaqueToken } from '../world/signing-keys.ts';
import type { World } from '../world/world.ts';
import { OIDC_SCOPES } from './scopes.ts';

const GRAPH_AUDIENCE = '00000003-0000-0000-c000-000000000000';

export interface TokenAnswer {
  token_type: 'Bearer';
  scope?: string;
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  client_info?: string;
}

export interface IssueOptions {
  app: Application;
  user: User;
  /** All that the grant covers; a refresh may ask for fewer. */
  granted: string[];
  asked: string[];
  mfa: boolean;
  sessionId: string;
  nonce?: string | undefined;
  wantsClientInfo: boolean;
  omitRefreshToken: boolean;
  mainOrigin: string;
}

/** What the token endpoint answers for a person. */
export async function issueTokens(world: World, options: IssueOptions): Promise<TokenAnswer> {
  const { app, user, asked, granted } = options;
  const lifetime = accessLifetimeSeconds(world);
  const answer: TokenAnswer = {
    token_type: 'Bearer',
    // `offline_access` is not echoed.
    scope: asked.filter((scope) => scope !== 'offline_access').join(' '),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await issueAccessToken(world, app, user, asked, lifetime, options.mainOrigin),
  };
  if (granted.includes('offline_access') && !options.omitRefreshToken) {
    const grant = { userId: user.id, clientId: app.clientId, scopes: granted, mfa: options.mfa };
    answer.refresh_token = world.grants.issueRefreshToken({ ...grant, sessionId: options.sessionId }, app);
  }
  if (asked.includes('openid')) answer.id_token = await issueIdToken(world, options);
  if (options.wantsClientInfo) {
    answer.client_info = Buffer.from(JSON.stringify({ uid: user.id, utid: user.tenantId })).toString('base64url');
  }
  return answer;
}

/** Between 60 and 90 minutes, at random, as at Microsoft: nobody should rely on one number. */
function accessLifetimeSeconds(world: World): number {
  const [high = 0, low = 0] = world.random(2);
  return 3599 + ((high * 256 + low) % 1801);
}

async function issueAccessToken(
  world: World,
  app: Application,
  user: User | undefined,
  scopes: string[],
  lifetime: number,
  mainOrigin: string,
): Promise<string> {
  const issuedAt = Math.floor(world.clock.now().getTime() / 1000);
  const tenantId = user?.tenantId ?? app.tenantId;
  const resourceScopes = scopes.filter((scope) => !OIDC_SCOPES.includes(scope));
  const person = user && {
    oid: user.id,
    name: user.displayName,
    upn: user.userPrincipalName,
    scp: resourceScopes.join(' '),
    sub: subjectOf(user, app),
    idtyp: 'user',
  };
  const claims = {
    aud: GRAPH_AUDIENCE,
    iss: `${mainOrigin}/${tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + lifetime,
    appid: app.clientId,
    app_displayname: app.displayName,
    tid: tenantId,
    uti: newSecret(world.random, 16),
    ver: '1.0',
    ...(person ?? { roles: app.permissions, sub: app.clientId, oid: app.clientId, idtyp: 'app' }),
  };
  const token = user?.personal ? opaqueToken(world.random) : await world.keys.sign(claims);
  world.grants.rememberAccessToken(token, {
    ...(user === undefined ? {} : { userId: user.id }),
    clientId: app.clientId,
    tenantId,
    scopes: user === undefined ? app.permissions : resourceScopes,
    issuedAt: issuedAt * 1000,
    expiresAt: (issuedAt + lifetime) * 1000,
  });
  return token;
}

function issueIdToken(world: World, { app, user, asked, nonce, sessionId, mainOrigin }: IssueOptions): Promise<string> {
  const now = Math.floor(world.clock.now().getTime() / 1000);
  const profile = { oid: user.id, preferred_username: user.userPrincipalName, name: user.displayName };
  return world.keys.sign({
    aud: app.clientId,
    iss: `${mainOrigin}/${user.tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    aio: newSecret(world.random, 24),
    rh: `1.${newSecret(world.random, 24)}.`,
    sid: sessionId,
    sub: subjectOf(user, app),
    tid: user.tenantId,
    uti: newGuid(world.random),
    ver: '2.0',
    ...(asked.includes('profile') ? profile : {}),
    ...(asked.includes('email') && user.mail !== null ? { email: user.mail } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

/** Pairwise: another one for each application. */
export function subjectOf(user: User, app: { clientId: string }): string {
  return createHash('sha256').update(`${user.tenantId} ${user.id} ${app.clientId}`).digest('base64url');
}

/** An application that acts for itself, with the permissions of its registration. */
export async function issueApplicationToken(world: World, app: Application, mainOrigin: string): Promise<TokenAnswer> {
  const access_token = await issueAccessToken(world, app, undefined, [], 3599, mainOrigin);
  return { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token };
}
