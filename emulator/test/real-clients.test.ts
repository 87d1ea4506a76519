import { ConfidentialClientApplication } from '@azure/msal-node';
import {
  Client,
  type Context,
  type Middleware,
  MiddlewareFactory,
  OneDriveLargeFileUploadTask,
} from '@microsoft/microsoft-graph-client';
import * as openid from 'openid-client';
import { Agent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfig,
  CLIENT_ID,
  graphFor,
  PASSWORD,
  REDIRECT_URI,
  SECRET,
  startTestEmulator,
  TENANT_ID,
  tokensFor,
} from './cast.ts';
import { Person } from './playing-a-person.ts';
import { startTlsProxy } from './tls-proxy.ts';
import { trustingFetch, trustingNetwork } from './trusting-network.ts';

let emulator: Emulator;
let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
let agent: Agent;

beforeEach(async () => {
  // The Graph client knows hosts without ports: behind one name it sends its token to upload URLs too.
  const config = aConfig({ behaviour: { refuseTokenOnContent: false } });
  emulator = await startTestEmulator({ contentPort: 'same', config });
  proxy = await startTlsProxy(emulator.url);
  agent = new Agent({ connect: { ca: proxy.ca } });
});

afterEach(async () => {
  await agent.close();
  await proxy.close();
  await emulator.close();
});

test('openid-client signs in over a tenant authority, and its refresh token works', async () => {
  const server = new URL(`${emulator.url}/${TENANT_ID}/v2.0`);
  const config = await openid.discovery(server, CLIENT_ID, SECRET, undefined, {
    execute: [openid.allowInsecureRequests],
  });
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedNonce = openid.randomNonce();
  const expectedState = openid.randomState();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile offline_access Files.ReadWrite.All',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
    state: expectedState,
  });
  const callback = await signIn(url.href);

  const tokens = await openid.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier,
    expectedNonce,
    expectedState,
  });
  expect(tokens.claims()).toMatchObject({ tid: TENANT_ID, preferred_username: 'ann@hospital.example' });
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
  const graph = graphFor(emulator, refreshed.access_token);
  expect((await graph('PUT', '/me/drive/root:/by-openid.txt:/content', 'hello')).status).toBe(201);
  expect((await graph('GET', '/me/drive/root/children')).body.value).toHaveLength(1);
});

test('msal-node signs in by code, answers from its cache, and refreshes when the token has run out', async () => {
  const app = new ConfidentialClientApplication({
    auth: {
      clientId: CLIENT_ID,
      clientSecret: SECRET,
      authority: `${proxy.url}/${TENANT_ID}`,
      knownAuthorities: [new URL(proxy.url).host],
    },
    system: { networkClient: trustingNetwork(agent) },
  });
  const scopes = ['Files.ReadWrite.All', 'User.Read'];
  const url = await app.getAuthCodeUrl({ scopes, redirectUri: REDIRECT_URI });
  const code = (await signIn(url.replace(proxy.url, emulator.url))).searchParams.get('code') ?? '';
  const first = await app.acquireTokenByCode({ code, scopes, redirectUri: REDIRECT_URI });
  expect(first.account).toMatchObject({ username: 'ann@hospital.example', tenantId: TENANT_ID });

  const account = first.account ?? undefined;
  if (account === undefined) throw new Error('no account');
  const silent = await app.acquireTokenSilent({ account, scopes });
  expect(silent).toMatchObject({ fromCache: true, accessToken: first.accessToken });
  const refreshed = await app.acquireTokenSilent({ account, scopes, forceRefresh: true });
  expect(refreshed.fromCache).toBe(false);
  expect(refreshed.accessToken).not.toBe(first.accessToken);
  expect((await graphFor(emulator, refreshed.accessToken)('GET', '/me')).body.displayName).toBe('Ann Example');
});

test('the Graph client lists, uploads small and large, and downloads', async () => {
  const { access } = await tokensFor(emulator);
  const client = graphClient(access);
  expect((await client.api('/me').get()).displayName).toBe('Ann Example');

  const item = await client.api('/me/drive/root:/small.txt:/content').put('small content');
  expect(item).toMatchObject({ name: 'small.txt', size: 13 });
  const listed = await client.api('/me/drive/root/children').select(['id', 'name']).get();
  expect(listed.value).toEqual([{ id: item.id, name: 'small.txt' }]);
  const stream: ReadableStream = await client.api(`/me/drive/items/${item.id}/content`).getStream();
  expect(await new Response(stream).text()).toBe('small content');
});

test('the Graph client sends a large file by an upload session', async () => {
  const { access } = await tokensFor(emulator);
  const client = graphClient(access);
  const content = Buffer.alloc(1_000_000, 'large');
  const task = await OneDriveLargeFileUploadTask.create(client, content, {
    path: '/folder',
    fileName: 'large.bin',
    rangeSize: 327_680,
  });

  const { responseBody } = await task.upload();
  expect(responseBody).toMatchObject({ name: 'large.bin', size: content.length });
  const uploads = emulator.control.requests().filter(({ path }) => path.endsWith('uploadSession'));
  expect(uploads.map(({ method, status }) => `${method} ${status}`)).toEqual([
    'PUT 202',
    'PUT 202',
    'PUT 202',
    'PUT 201',
  ]);
});

test('the Graph client’s retry handler waits out a throttled call and a busy service', async () => {
  const { access } = await tokensFor(emulator);
  const client = graphClient(access);
  emulator.control.addFault({ match: { path: '/root/children' }, fault: { throttle: { retryAfter: '1' } } });
  emulator.control.addFault({
    match: { path: '/root/children' },
    fault: { graphError: 'serviceNotAvailable' },
  });
  expect((await client.api('/me/drive/root/children').get()).value).toEqual([]);
  const calls = emulator.control.requests().filter(({ path }) => path.endsWith('/root/children'));
  expect(calls.map(({ status }) => status)).toEqual([429, 503, 200]);
});

test('the Graph client resumes a large file after a fragment that was cut off', async () => {
  const { access } = await tokensFor(emulator);
  const content = Buffer.alloc(1_000_000, 'large');
  const fileObject = { path: '/folder', fileName: 'cut.bin', rangeSize: 327_680 };
  const task = await OneDriveLargeFileUploadTask.create(graphClient(access), content, fileObject);
  const cut = { origin: 'content' as const, method: 'PUT', path: 'uploadSession' };
  emulator.control.addFault({ match: cut, skip: 1, fault: { drop: 'after' } });
  await expect(task.upload()).rejects.toThrow();
  expect(await task.resume()).toMatchObject({ responseBody: { name: 'cut.bin', size: content.length } });
});

async function signIn(url: string): Promise<URL> {
  const person = new Person();
  const page = await person.signIn(await person.open(url), 'ann@hospital.example', PASSWORD);
  const done = await person.submit(page, 'consent', { decision: 'accept' });
  return new URL(done.location ?? 'about:blank');
}

function graphClient(token: string): Client {
  const [authentication, ...rest] = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: async () => token });
  // The last one sends by the global fetch, which does not trust the proxy.
  const chain = [authentication, ...rest.slice(0, -1), new TrustingSender()].filter((one) => one !== undefined);
  chain.forEach((one, i) => {
    const next = chain[i + 1];
    if (next !== undefined) one.setNext?.(next);
  });
  return Client.initWithMiddleware({
    baseUrl: proxy.url,
    customHosts: new Set([new URL(proxy.url).hostname]),
    ...(authentication === undefined ? {} : { middleware: authentication }),
  });
}

class TrustingSender implements Middleware {
  setNext(): void {}

  async execute(context: Context): Promise<void> {
    context.response = await trustingFetch(agent)(String(context.request), context.options ?? {});
  }
}
