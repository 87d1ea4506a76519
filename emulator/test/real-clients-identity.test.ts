import {
  ConfidentialClientApplication,
  type INetworkModule,
  type NodeAuthOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import * as openid from 'openid-client';
import { Agent } from 'undici';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  CLIENT_ID,
  graphFor,
  PASSWORD,
  PUBLIC_CLIENT_ID,
  REDIRECT_URI,
  SECRET,
  startTestEmulator,
  TENANT_ID,
} from './cast.ts';
import { type CertificatePair, makeCertificate, thumbprintOf } from './certificates.ts';
import { Person } from './playing-a-person.ts';
import { startTlsProxy } from './tls-proxy.ts';
import { trustingNetwork } from './trusting-network.ts';

let pair: CertificatePair;
let emulator: Emulator;
let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
let agent: Agent;

beforeAll(() => {
  pair = makeCertificate(30);
});
beforeEach(async () => {
  const app = { secrets: [{ value: SECRET }], certificates: [{ pem: pair.certificate }] };
  emulator = await startTestEmulator({ contentPort: 'same', config: aConfigWith({ app }) });
  proxy = await startTlsProxy(emulator.url);
  agent = new Agent({ connect: { ca: proxy.ca } });
});
afterEach(async () => {
  await agent.close();
  await proxy.close();
  await emulator.close();
});

const SCOPES = ['Files.ReadWrite.All', 'User.Read'];

async function signIn(url: string): Promise<string> {
  const person = new Person();
  const page = await person.signIn(await person.open(url), 'ann@hospital.example', PASSWORD);
  const done = await person.submit(page, 'consent', { decision: 'accept' });
  return new URL(done.location ?? '').searchParams.get('code') ?? '';
}

/** Somebody types the code of a device and says yes to everything. */
async function approveDevice(userCode: string): Promise<void> {
  const person = new Person();
  const body = new URLSearchParams({ otc: userCode });
  const email = await person.open(`${emulator.url}/common/oauth2/deviceauth`, { method: 'POST', body });
  const confirm = await person.signIn(email, 'ann@hospital.example', PASSWORD);
  const consent = await person.submit(confirm, 'device', { decision: 'continue' });
  await person.submit(consent, 'consent', { decision: 'accept' });
}

describe('openid-client', () => {
  const discover = (clientId: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(`${emulator.url}/${TENANT_ID}/v2.0`), clientId, undefined, authentication, {
      execute: [openid.allowInsecureRequests],
    });

  test('signs in by the device flow', async () => {
    const config = await discover(PUBLIC_CLIENT_ID, openid.None());
    const started = await openid.initiateDeviceAuthorization(config, { scope: 'openid offline_access User.Read' });
    await approveDevice(started.user_code);
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...started, interval: 0.05 });
    expect(tokens.claims()?.tid).toBe(TENANT_ID);
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect((await graphFor(emulator, refreshed.access_token)('GET', '/me')).status).toBe(200);
  });

  test('proves the application by HTTP Basic', async () => {
    const config = await discover(CLIENT_ID, openid.ClientSecretBasic(SECRET));
    const scope = 'https://graph.microsoft.com/.default';
    const { access_token } = await openid.clientCredentialsGrant(config, { scope });
    expect(access_token.split('.')).toHaveLength(3);
  });

  test('understands a refusal: its name, its number and its status', async () => {
    const config = await discover(CLIENT_ID, openid.ClientSecretPost('wrong'));
    const refused = await openid.refreshTokenGrant(config, 'x').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(openid.ResponseBodyError);
    expect(refused).toMatchObject({ error: 'invalid_client', status: 401, cause: { error_codes: [7000215] } });
  });
});

describe('msal-node', () => {
  const authority = (tenant: string) => ({
    authority: `${proxy.url}/${tenant}`,
    knownAuthorities: [new URL(proxy.url).host],
  });
  const confidential = (auth: Partial<NodeAuthOptions>) =>
    new ConfidentialClientApplication({
      auth: { clientId: CLIENT_ID, ...authority(TENANT_ID), ...auth },
      system: { networkClient: trustingNetwork(agent) },
    });

  test.each(['sha1', 'sha256'] as const)('proves the application by a certificate, named by %s', async (algorithm) => {
    const thumbprint = Buffer.from(thumbprintOf(pair, algorithm), 'base64url').toString('hex');
    const named = algorithm === 'sha1' ? { thumbprint } : { thumbprintSha256: thumbprint };
    const app = confidential({ clientCertificate: { privateKey: pair.key, ...named } });
    const url = await app.getAuthCodeUrl({ scopes: SCOPES, redirectUri: REDIRECT_URI });
    const code = await signIn(url.replace(proxy.url, emulator.url));
    const { account } = await app.acquireTokenByCode({ code, scopes: SCOPES, redirectUri: REDIRECT_URI });
    if (account === null) throw new Error('no account');
    const renewed = await app.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true });
    expect((await graphFor(emulator, renewed.accessToken)('GET', '/me')).status).toBe(200);
    const own = await app.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
    expect(own?.tokenType).toBe('Bearer');
  });

  test('signs in by the device flow', async () => {
    const app = new PublicClientApplication({
      auth: { clientId: PUBLIC_CLIENT_ID, ...authority('organizations') },
      system: { networkClient: approvingNetwork(trustingNetwork(agent)) },
    });
    let message = '';
    const result = await app.acquireTokenByDeviceCode({
      scopes: ['User.Read'],
      deviceCodeCallback: (started) => {
        message = started.message;
      },
    });
    expect(message).toContain('enter the code');
    expect(result?.account).toMatchObject({ username: 'ann@hospital.example', tenantId: TENANT_ID });
  });

  test('declares that it understands claims challenges, and gets long tokens', async () => {
    const app = confidential({ clientSecret: SECRET, clientCapabilities: ['CP1'] });
    const url = await app.getAuthCodeUrl({ scopes: SCOPES, redirectUri: REDIRECT_URI });
    const code = await signIn(url.replace(proxy.url, emulator.url));
    const { expiresOn } = await app.acquireTokenByCode({ code, scopes: SCOPES, redirectUri: REDIRECT_URI });
    expect((expiresOn?.getTime() ?? 0) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  });

  test('asks for a person when the second factor is missing, and hands on the claims', async () => {
    const app = confidential({ clientSecret: SECRET });
    const url = await app.getAuthCodeUrl({ scopes: SCOPES, redirectUri: REDIRECT_URI });
    const code = await signIn(url.replace(proxy.url, emulator.url));
    const { account } = await app.acquireTokenByCode({ code, scopes: SCOPES, redirectUri: REDIRECT_URI });
    emulator.control.changeUser('ann@hospital.example', { requireMfa: true });
    if (account === null) throw new Error('no account');
    const refused = app.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true });
    await expect(refused).rejects.toMatchObject({
      name: 'InteractionRequiredAuthError',
      errorCode: 'interaction_required',
      subError: 'basic_action',
      claims: expect.stringContaining('capolids'),
    });
  });

  /** The code is typed before MSAL asks for the first time, so that it need not wait for its interval. */
  function approvingNetwork(network: INetworkModule): INetworkModule {
    return {
      ...network,
      sendPostRequestAsync: async (url, options) => {
        const answer = await network.sendPostRequestAsync(url, options);
        if (url.includes('/devicecode')) await approveDevice((answer.body as { user_code: string }).user_code);
        return answer as never;
      },
    };
  }
});
