import type { Application, User } from '../world/directory.ts';
import type { Grant, RefreshToken } from '../world/grants.ts';
import { newSecret } from '../world/ids.ts';
import { opaqueToken } from '../world/signing-keys.ts';
import type { World } from '../world/world.ts';
import { issueIdToken } from './issue-id-token.ts';
import { OIDC_SCOPES } from './scopes.ts';
import { accessTokenExtras, subjectOf } from './token-claims.ts';

export { issueIdToken } from './issue-id-token.ts';
export { subjectOf } from './token-claims.ts';

const GRAPH_AUDIENCE = '00000003-0000-0000-c000-000000000000';
const HOUR_SECONDS = 3600;

export interface TokenAnswer {
  token_type: 'Bearer';
  scope?: string;
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
  refresh_token?: string;
  refresh_token_expires_in?: number;
  refresh_in?: number;
  id_token?: string;
  client_info?: string;
}

export interface IssueOptions {
  app: Application;
  user: User;
  /** All that the person granted; a refresh may ask for fewer. */
  grant: Grant;
  asked: string[];
  nonce?: string | undefined;
  /** The refresh token that was shown for this answer. */
  replaces?: RefreshToken;
  wantsClientInfo: boolean;
  omitRefreshToken: boolean;
  mainOrigin: string;
}

/** What the token endpoint answers for a person. */
export async function issueTokens(world: World, options: IssueOptions): Promise<TokenAnswer> {
  const { app, user, asked, grant } = options;
  const lifetime = accessLifetimeSeconds(world, grant.capable);
  const answer: TokenAnswer = {
    token_type: 'Bearer',
    // `offline_access` is not echoed.
    scope: asked.filter((scope) => scope !== 'offline_access').join(' '),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    // Long tokens are renewed long before their end.
    ...(grant.capable ? { refresh_in: Math.floor(lifetime / 2) } : {}),
    access_token: await issueAccessToken(world, { ...options, lifetime }),
  };
  if (grant.scopes.includes('offline_access') && !options.omitRefreshToken) {
    const issued = world.grants.issueRefreshToken(user, grant, app, options.replaces);
    answer.refresh_token = issued.token;
    if (issued.expiresInSeconds !== undefined) answer.refresh_token_expires_in = issued.expiresInSeconds;
  }
  if (asked.includes('openid')) answer.id_token = await issueIdToken(world, options);
  if (options.wantsClientInfo) answer.client_info = clientInfoOf(world, user);
  return answer;
}

/** Who the account is: at home, and in this tenant. */
export function clientInfoOf(world: World, user: User): string {
  const home = user.homeId === undefined ? user : (world.directory.findUser(user.homeId) ?? user);
  return Buffer.from(JSON.stringify({ uid: home.id, utid: home.tenantId })).toString('base64url');
}

/** Between 60 and 90 minutes at random, as at Microsoft, or up to 28 hours: nobody should rely on one number. */
function accessLifetimeSeconds(world: World, capable: boolean): number {
  const [high = 0, low = 0] = world.random(2);
  const random = high * 256 + low;
  return capable ? 24 * HOUR_SECONDS + (random % (4 * HOUR_SECONDS)) : HOUR_SECONDS - 1 + (random % 1801);
}

interface AccessTokenOptions {
  app: Application;
  user?: User;
  grant?: Grant;
  asked: string[];
  lifetime: number;
  mainOrigin: string;
}

async function issueAccessToken(world: World, options: AccessTokenOptions): Promise<string> {
  const { app, user, grant, asked, lifetime, mainOrigin } = options;
  const now = world.clock.now().getTime();
  const issuedAt = Math.floor(now / 1000);
  const tenantId = user?.tenantId ?? app.tenantId;
  const scopes = asked.filter((scope) => !OIDC_SCOPES.includes(scope));
  const person = user && {
    oid: user.id,
    name: user.displayName,
    upn: user.userPrincipalName,
    scp: scopes.join(' '),
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
    ...(user && grant ? accessTokenExtras(world, app, user, grant) : {}),
  };
  const token = user?.personal ? opaqueToken(world.random) : await world.keys.sign(claims);
  world.grants.rememberAccessToken(token, {
    ...(user === undefined ? {} : { userId: user.id }),
    clientId: app.clientId,
    tenantId,
    scopes: user === undefined ? app.permissions : scopes,
    issuedAt: now,
    expiresAt: (issuedAt + lifetime) * 1000,
    capable: grant?.capable ?? false,
  });
  return token;
}

/** An application that acts for itself, with the permissions of its registration. */
export async function issueApplicationToken(world: World, app: Application, mainOrigin: string): Promise<TokenAnswer> {
  const lifetime = HOUR_SECONDS - 1;
  const access_token = await issueAccessToken(world, { app, asked: [], lifetime, mainOrigin });
  return { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token };
}
