import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { MicrosoftApp } from '../src/index.ts';
import { json, type LoopbackServer, type Received, type Reply, startLoopbackServer } from './loopback-server.ts';

export const TENANT = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
export const OID = '11111111-2222-4333-8444-555555555555';
export const CLIENT_ID = '0f0f0f0f-1111-4222-8333-444444444444';
/** Words that may never show up in an error or a log. */
export const SECRET = 'canary-client-secret';
export const CODE = 'canary-authorization-code';
export const REFRESH_TOKEN = 'canary-refresh-token';
export const ACCESS_TOKEN = 'canary-access-token';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What a test changes about an authority that is otherwise in order. */
interface AuthoritySwitches {
  metadata?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  tokens?: Record<string, unknown>;
  alg?: string;
  signedByStranger?: boolean;
  revocationReply?: Reply;
  /** Instead of tokens. */
  tokenReply?: Reply | (() => Reply);
}

export interface LoopbackAuthority extends LoopbackServer {
  switches: AuthoritySwitches;
  /** The `nonce` that the next id token carries. */
  nonce: string;
  tokenRequests(): URLSearchParams[];
  app(changes?: Partial<MicrosoftApp>): MicrosoftApp;
}

/** A bare identity platform on loopback, just enough for one account; every wrong answer can be asked of it. */
export async function startLoopbackAuthority(): Promise<LoopbackAuthority> {
  const server = await startLoopbackServer((request) => answer(authority, request));
  const authority: LoopbackAuthority = {
    ...server,
    switches: {},
    nonce: '',
    tokenRequests: () =>
      server.received.filter(({ url }) => url.endsWith('/token')).map(({ body }) => new URLSearchParams(body)),
    app: (changes = {}) => ({
      clientId: CLIENT_ID,
      credential: { kind: 'secret', secret: SECRET },
      tenant: 'organizations',
      redirectUri: 'http://localhost:3000/auth/oauth2/microsoft/callback/',
      filesScope: 'Files.ReadWrite.All',
      endpoints: { loginUrl: server.url, graphUrl: server.url, fileHosts: [] },
      now: () => new Date(),
      ...changes,
    }),
  };
  return authority;
}

function answer(authority: LoopbackAuthority, { url }: Received): Reply {
  const { switches } = authority;
  const tenant = url.split('/')[1] ?? '';
  if (url.endsWith('/.well-known/openid-configuration')) return json(metadata(authority, tenant));
  if (url.endsWith('/keys')) return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] });
  if (url === '/revoke') return switches.revocationReply ?? { status: 404 };
  if (!url.endsWith('/token')) return { status: 404 };
  const { tokenReply } = switches;
  if (tokenReply) return typeof tokenReply === 'function' ? tokenReply() : tokenReply;
  return json({
    token_type: 'Bearer',
    access_token: ACCESS_TOKEN,
    refresh_token: REFRESH_TOKEN,
    expires_in: 3599,
    scope: 'https://graph.microsoft.com/Files.ReadWrite.All openid User.Read profile',
    id_token: idToken(authority),
    ...switches.tokens,
  });
}

function metadata({ url, switches }: LoopbackAuthority, tenant: string) {
  const shared = tenant === 'organizations' || tenant === 'common';
  return {
    issuer: `${url}/${shared ? '{tenantid}' : tenant}/v2.0`,
    authorization_endpoint: `${url}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${url}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${url}/${tenant}/discovery/v2.0/keys`,
    ...switches.metadata,
  };
}

function idToken(authority: LoopbackAuthority): string {
  const now = Math.floor(Date.now() / 1000);
  const { alg = 'RS256', claims, signedByStranger } = authority.switches;
  const payload = {
    aud: CLIENT_ID,
    iss: `${authority.url}/${TENANT}/v2.0`,
    // Entra dates its tokens five minutes back.
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    tid: TENANT,
    oid: OID,
    sub: 'pairwise',
    name: 'Ada Author',
    preferred_username: 'author@stmarys.example',
    nonce: authority.nonce,
    ...claims,
  };
  return signJwt({ typ: 'JWT', alg, kid: 'k1' }, payload, signedByStranger ? stranger.privateKey : privateKey);
}

function signJwt(header: object, payload: object, key: KeyObject): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key, 'base64url')}`;
}
