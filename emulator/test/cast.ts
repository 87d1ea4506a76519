import { createHash } from 'node:crypto';
import { type Emulator, type EmulatorConfig, type EmulatorOptions, startEmulator } from '../src/index.ts';
import { Person, type Visit } from './playing-a-person.ts';

export const PASSWORD = 'a-password';
export const TENANT_ID = '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11';
export const CLIENT_ID = '6a1f6a44-0c2b-4a53-8f1e-9a2b7c3d4e5f';
export const PUBLIC_CLIENT_ID = 'b7d0c4e2-3f5a-4c6b-9d8e-1a2b3c4d5e6f';
export const SECRET = 'the secret: + & %';
export const REDIRECT_URI = 'http://localhost/callback/';
const SCOPE = 'openid profile offline_access User.Read Files.ReadWrite.All';

/** One hospital with three people, one other tenant, one personal account, a web app and a public client. */
export function aConfig(changes: Partial<EmulatorConfig> = {}): EmulatorConfig {
  const person = (name: string, domain: string) => ({
    userPrincipalName: `${name}@${domain}`,
    displayName: `${name[0]?.toUpperCase()}${name.slice(1)} Example`,
    mail: `${name}@${domain}`,
    password: PASSWORD,
  });
  return {
    tenants: [
      {
        id: TENANT_ID,
        domain: 'hospital.example',
        displayName: 'Hospital',
        users: [
          person('ann', 'hospital.example'),
          person('bob', 'hospital.example'),
          { ...person('chief', 'hospital.example'), admin: true },
        ],
      },
      {
        id: '11111111-2f7d-4a53-9c61-2b8f5a0d1e11',
        domain: 'clinic.example',
        displayName: 'Clinic',
        userConsent: 'block-files',
        users: [person('cleo', 'clinic.example'), { ...person('boss', 'clinic.example'), admin: true }],
      },
    ],
    personalAccounts: [{ userPrincipalName: 'home@outlook.example', displayName: 'Home', password: PASSWORD }],
    applications: [
      {
        clientId: CLIENT_ID,
        displayName: 'Test app',
        secrets: [{ value: SECRET }],
        redirectUris: [REDIRECT_URI],
        permissions: ['User.Read', 'Files.ReadWrite.All'],
      },
      {
        clientId: PUBLIC_CLIENT_ID,
        displayName: 'Public app',
        platform: 'publicClient',
        signInAudience: 'AzureADandPersonalMicrosoftAccount',
        redirectUris: ['http://localhost/'],
      },
    ],
    ...changes,
  };
}

type Listed<Row> = Row extends readonly (infer One)[] | undefined ? Partial<One> : never;

export interface ConfigChanges {
  /** Of each tenant. */
  tenant?: Listed<EmulatorConfig['tenants']>;
  /** Of the test app. */
  app?: Listed<EmulatorConfig['applications']>;
  config?: Partial<EmulatorConfig>;
}

export function aConfigWith({ tenant, app, config }: ConfigChanges): EmulatorConfig {
  const usual = aConfig();
  const applications = usual.applications?.map((one) => (one.clientId === CLIENT_ID ? { ...one, ...app } : one)) ?? [];
  return { ...usual, tenants: usual.tenants?.map((one) => ({ ...one, ...tenant })) ?? [], applications, ...config };
}

export function startTestEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator({ port: 0, config: aConfig(), ...options });
}

/** A clock that stands still until it is moved. */
export function aClock(start = '2026-03-02T10:00:00Z'): { now(): Date } {
  const time = new Date(start);
  return { now: () => new Date(time) };
}

export const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43-characters';

export function authorizeUrl(
  emulator: Emulator,
  changes: Record<string, string | undefined> = {},
  tenant = 'organizations',
): string {
  const url = new URL(`${emulator.url}/${tenant}/oauth2/v2.0/authorize`);
  const params: Record<string, string | undefined> = {
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Signs in, consents if asked, and answers the redirect to the application. */
export async function connect(
  emulator: Emulator,
  login = 'ann@hospital.example',
  changes: Record<string, string | undefined> = {},
  person = new Person(),
): Promise<Visit> {
  const first = await person.open(authorizeUrl(emulator, changes));
  const page = first.location === undefined ? await person.signIn(first, login, PASSWORD) : first;
  return page.text.includes('value="consent"') ? person.submit(page, 'consent', { decision: 'accept' }) : page;
}

export function paramsOf(visit: Visit): URLSearchParams {
  if (visit.location === undefined) throw new Error(`No redirect: ${visit.text}`);
  return new URL(visit.location).searchParams;
}

export interface TokenReply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  body: any;
}

export async function requestToken(
  emulator: Emulator,
  fields: Record<string, string | undefined>,
  tenant = 'organizations',
  headers: Record<string, string> = {},
): Promise<TokenReply> {
  const all = { client_id: CLIENT_ID, client_secret: SECRET, ...fields };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) body.set(name, value);
  const response = await fetch(`${emulator.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.json() };
}

export function redeem(
  emulator: Emulator,
  code: string | null,
  changes: Record<string, string | undefined> = {},
): Promise<TokenReply> {
  return requestToken(emulator, {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    ...changes,
  });
}

/** An access token and a refresh token of that person for the test app. */
export async function tokensFor(emulator: Emulator, login?: string): Promise<{ access: string; refresh: string }> {
  const visit = await connect(emulator, login);
  const { body } = await redeem(emulator, paramsOf(visit).get('code'));
  return { access: body.access_token, refresh: body.refresh_token };
}

/** The test app, but for personal accounts too. */
export function personalConfig(): EmulatorConfig {
  const { applications = [], ...config } = aConfig();
  const forAll = applications.map((app) => ({
    ...app,
    signInAudience: 'AzureADandPersonalMicrosoftAccount' as const,
  }));
  return { ...config, applications: forAll };
}

/** An access token of the personal account; the config must be `personalConfig()`. */
export async function personalToken(emulator: Emulator): Promise<string> {
  const person = new Person();
  const asked = await person.open(authorizeUrl(emulator, {}, 'common'));
  const page = await person.signIn(asked, 'home@outlook.example', PASSWORD);
  const code = paramsOf(await person.submit(page, 'consent', { decision: 'accept' })).get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
  return (await requestToken(emulator, fields, 'common')).body.access_token;
}

export interface GraphReply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  body: any;
}

/** Calls Graph as one person. */
export function graphFor(emulator: Emulator, token: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<GraphReply> => {
    const isBytes = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(path.startsWith('http') ? path : `${emulator.url}/v1.0${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}
