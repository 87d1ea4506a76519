import { randomUUID } from 'node:crypto';
import {
  ConfidentialClientApplication,
  DistributedCachePlugin,
  type ICacheClient,
  type INetworkModule,
} from '@azure/msal-node';
import pg from 'pg';
import { aToken } from './identity-provider.ts';

const TENANT = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
const CLIENT_ID = '0f0f0f0f-1111-4222-8333-444444444444';
const SCOPES = ['User.Read', 'Files.ReadWrite.All'];

/** msal-node as its pages set up web apps: one cache entry a user in the database, a new client for each request. */
export async function msalReader(url: string, people: number) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query('create table msal_cache (key text primary key, value text not null)');
  const client: ICacheClient = {
    async get(key) {
      return (await pool.query({ name: 'get', text: 'select value from msal_cache where key = $1', values: [key] }))
        .rows[0]?.value;
    },
    async set(key, value) {
      await pool.query('insert into msal_cache values ($1, $2) on conflict (key) do update set value = $2', [
        key,
        value,
      ]);
      return value;
    },
  };
  const first = `${randomUUID()}.${TENANT}`;
  const cache = await signedInCache(client, first);
  const users = await addPeople(pool, first, cache, people);
  return {
    read: async () => {
      const user = users[Math.floor(Math.random() * users.length)] ?? first;
      const application = applicationOf(client, user);
      const account = await application.getTokenCache().getAccountByHomeId(user);
      if (!account) throw new Error('msal-node does not know the account.');
      const answer = await application.acquireTokenSilent({ account, scopes: SCOPES });
      if (!answer.fromCache) throw new Error('msal-node asked Microsoft.');
    },
    close: () => pool.end(),
  };
}

function applicationOf(client: ICacheClient, user: string): ConfidentialClientApplication {
  const partition = { getKey: async () => user, extractKey: async () => user };
  return new ConfidentialClientApplication({
    auth: {
      clientId: CLIENT_ID,
      clientSecret: 'bench',
      authority: `https://login.microsoftonline.com/${TENANT}`,
      authorityMetadata: JSON.stringify(metadata()),
      cloudDiscoveryMetadata: JSON.stringify(cloud()),
    },
    cache: { cachePlugin: new DistributedCachePlugin(client, partition) },
    system: { networkClient: cannedAnswers(user) },
  });
}

/** What msal-node itself stores for one user after signing in. */
async function signedInCache(client: ICacheClient, user: string): Promise<string> {
  await applicationOf(client, user).acquireTokenByCode({
    code: 'code',
    redirectUri: 'http://localhost/',
    scopes: SCOPES,
  });
  return client.get(user);
}

/** The same for everyone else, under their own names. */
async function addPeople(pool: pg.Pool, first: string, cache: string, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, () => `${randomUUID()}.${TENANT}`);
  const [firstOid = ''] = first.split('.');
  const values = users.map((user) => cache.replaceAll(firstOid, user.split('.')[0] ?? ''));
  for (let from = 0; from < count; from += 500)
    await pool.query('insert into msal_cache select * from unnest($1::text[], $2::text[])', [
      users.slice(from, from + 500),
      values.slice(from, from + 500),
    ]);
  await pool.query('analyze msal_cache');
  return users;
}

/** Microsoft's answers without Microsoft: only signing in asks for one. */
function cannedAnswers(user: string): INetworkModule {
  const [oid, tid] = user.split('.');
  const body = () => ({
    token_type: 'Bearer',
    scope: SCOPES.join(' '),
    expires_in: 3600,
    ext_expires_in: 3600,
    access_token: aToken(),
    refresh_token: aToken(1200),
    client_info: encode({ uid: oid, utid: tid }),
    id_token: `${encode({ alg: 'none' })}.${encode({ oid, tid, sub: 's', aud: CLIENT_ID, iss: issuer(), preferred_username: 'a@x', name: 'A', exp: 4102444800, iat: 1, ver: '2.0' })}.`,
  });
  const answer = async <T>() => ({ headers: {}, body: body() as T, status: 200 });
  return { sendGetRequestAsync: answer, sendPostRequestAsync: answer };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function issuer(): string {
  return `https://login.microsoftonline.com/${TENANT}/v2.0`;
}

function metadata() {
  const at = `https://login.microsoftonline.com/${TENANT}`;
  return {
    issuer: issuer(),
    authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
    token_endpoint: `${at}/oauth2/v2.0/token`,
    end_session_endpoint: `${at}/oauth2/v2.0/logout`,
    jwks_uri: `${at}/discovery/v2.0/keys`,
  };
}

function cloud() {
  const host = 'login.microsoftonline.com';
  return {
    tenant_discovery_endpoint: `${issuer()}/.well-known/openid-configuration`,
    metadata: [{ preferred_network: host, preferred_cache: 'login.windows.net', aliases: [host, 'login.windows.net'] }],
  };
}
