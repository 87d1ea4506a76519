import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createSealing, type MicrosoftApp, sealTokens } from '@megdocs/microsoft365';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { revokeGrant } from './revoke-grant.ts';

const received: string[] = [];
let metadata: object;
const authority = createServer(async (request, answer) => {
  const isDiscovery = request.url?.endsWith('/openid-configuration');
  if (!isDiscovery) received.push(`${request.url} ${await text(request)}`);
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isDiscovery ? metadata : {}));
});
beforeAll(() => new Promise<void>((resolve) => authority.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => authority.close(resolve)));

function appAt(more: object): MicrosoftApp {
  const url = `http://127.0.0.1:${(authority.address() as AddressInfo).port}`;
  metadata = {
    issuer: `${url}/{tenantid}/v2.0`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/keys`,
    ...('revocation' in more ? { revocation_endpoint: `${url}/revoke` } : {}),
  };
  return {
    clientId: '11111111-1111-4111-8111-111111111111',
    credential: { kind: 'secret', secret: 'secret' },
    tenant: 'organizations',
    redirectUri: 'http://localhost/callback',
    filesScope: 'Files.ReadWrite.All',
    endpoints: { loginUrl: url, graphUrl: url, fileHosts: [] },
    now: () => new Date(),
  };
}

const sealing = createSealing([{ id: 'k1', key: new Uint8Array(32).map((_, at) => at) }]);
const tokens = { accessToken: 'a', refreshToken: 'the-grant', expiresInSeconds: 60, scopes: [] };
const { sealedRefreshToken } = sealTokens(sealing, { table: 'oauth2_integration', id: 'i1' }, tokens);
const ended = { id: 'i1', sealed_refresh_token: sealedRefreshToken };
const log = createLog('silent');

it('S64: a disconnect takes the grant back where the authority offers that, and asks nothing else of it', async () => {
  await revokeGrant({ app: appAt({}), sealing, log }, ended);
  expect(received).toEqual([]);
  await revokeGrant({ app: appAt({ revocation: true }), sealing, log }, ended);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatch(/^\/revoke .*token=the-grant/);
});

it('S64: one that can not be taken back, or not be read, fails nobody', async () => {
  received.length = 0;
  await revokeGrant({ app: undefined, sealing, log }, ended);
  await revokeGrant({ app: appAt({ revocation: true }), sealing, log }, { ...ended, id: 'another row' });
  expect(received).toEqual([]);
});
