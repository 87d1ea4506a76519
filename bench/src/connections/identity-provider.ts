import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the token endpoint answers from now on. */
export type Mood = { answerAfterMs: number } | { hang: true } | { status: number } | { reset: true };

/** A bare token endpoint that counts: the emulator's own work would be measured with ours otherwise. */
export async function startIdentityProvider() {
  let mood: Mood = { answerAfterMs: 0 };
  let calls = 0;
  let nonce: string | undefined;
  let lastSeconds = 0;
  const server = createServer((request, response) => {
    request.resume();
    const origin = `http://${request.headers.host}`;
    if (request.url?.endsWith('/openid-configuration')) return void json(response, 200, metadata(origin));
    if (request.url?.endsWith('/keys'))
      return void json(response, 200, { keys: [{ ...PUBLIC_JWK, kid: 'k', use: 'sig' }] });
    calls += 1;
    if ('hang' in mood) return;
    if ('reset' in mood) return void request.socket.destroy();
    if ('status' in mood) return void json(response, mood.status, { error: 'temporarily_unavailable' });
    const received = performance.now();
    const answer = () => {
      json(response, 200, { ...tokens(), ...(nonce ? { id_token: idToken(origin, nonce) } : {}) });
      lastSeconds = (performance.now() - received) / 1000;
    };
    if (mood.answerAfterMs === 0) answer();
    else setTimeout(answer, mood.answerAfterMs);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    /** How long its last answer took it. */
    lastSeconds: () => lastSeconds,
    /** From now on a code is worth an id token with that nonce. */
    signIn(next: string) {
      nonce = next;
    },
    be(next: Mood) {
      mood = next;
      calls = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC_JWK = publicKey.export({ format: 'jwk' });
const TENANT = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
export const CLIENT_ID = '0f0f0f0f-1111-4222-8333-444444444444';

function idToken(origin: string, nonce: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ aud: CLIENT_ID, iss: `${origin}/${TENANT}/v2.0`, iat: now, nbf: now, exp: now + 3600, nonce },
    ...{ tid: TENANT, oid: '11111111-2222-4333-8444-555555555555', sub: 's', ver: '2.0' },
    ...{ name: 'Ada Author', preferred_username: 'author@stmarys.example' },
  };
  const input = [{ typ: 'JWT', alg: 'RS256', kid: 'k' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url')}`;
}

/** As large as Entra's. */
export function aToken(bytes = 2048): string {
  return randomBytes((bytes * 3) / 4).toString('base64url');
}

function tokens() {
  return {
    token_type: 'Bearer',
    access_token: aToken(),
    refresh_token: aToken(1200),
    expires_in: 3600,
    scope: 'User.Read Files.ReadWrite.All',
  };
}

function metadata(origin: string) {
  const at = `${origin}/organizations`;
  return {
    issuer: `${origin}/{tenantid}/v2.0`,
    authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
    token_endpoint: `${at}/oauth2/v2.0/token`,
    jwks_uri: `${at}/discovery/v2.0/keys`,
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
