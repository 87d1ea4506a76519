import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** What the environment says, read once. Everything that can be set has its name and purpose in `.env.example`. */
export interface Config {
  publicUrl: URL;
  host: string;
  port: number;
  trustedProxies: string[];
  logLevel: string;
  dataDir: string;
  /** Undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  blobFolder: string;
  /** `id:base64, …`; the first one seals, all of them open. */
  tokenKeys: string;
  maxDocumentBytes: number;
  lateSaveWatchMinutes: number;
  /** Undefined: nobody can connect an account yet. */
  microsoft: MicrosoftConfig | undefined;
}

export interface MicrosoftConfig {
  clientId: string;
  credential:
    | { kind: 'secret'; secret: string }
    | { kind: 'certificate'; certificatePem: string; privateKeyPem: string };
  secretExpires: string | undefined;
  tenant: string;
  cloud: 'global' | 'usgov-l4' | 'usgov-l5' | 'china';
  filesScope: 'Files.ReadWrite.All' | 'Files.ReadWrite';
  redirectUri: string;
  loginUrl: URL | undefined;
  graphUrl: URL | undefined;
  fileHosts: string[] | undefined;
}

/** All that is wrong with the environment, in one go. */
export class ConfigProblems extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigProblems';
    this.problems = problems;
  }
}

const CALLBACK = '/auth/oauth2/microsoft/callback/';
const DEFAULT_TEMPLATE = 'https://audits{SUBDOMAIN}.megsupportools.com';
const MEBIBYTE = 1024 * 1024;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SECRETS = ['MICROSOFT_CLIENT_SECRET', 'TOKEN_KEYS', 'DATABASE_URL'];

const port = z.coerce.number().int().min(0).max(65_535);
const environment = z.object({
  PUBLIC_URL: z.url().optional(),
  SUBDOMAIN: z
    .string()
    .regex(/^[a-z0-9-]*$/, 'must be letters, figures and hyphens')
    .optional(),
  PUBLIC_URL_TEMPLATE: z.string().includes('{SUBDOMAIN}').default(DEFAULT_TEMPLATE),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  TRUSTED_PROXIES: z.string().default(''),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  BLOB_STORE: z.string().optional(),
  TOKEN_KEYS: z.string().optional(),
  MAX_DOCUMENT_MB: z.coerce.number().positive().max(250).default(250),
  LATE_SAVE_WATCH_MINUTES: z.coerce.number().positive().max(1440).default(10),
  MICROSOFT_CLIENT_ID: z.uuid('must be the application (client) ID, a GUID').optional(),
  MICROSOFT_CLIENT_SECRET: z.string().optional(),
  MICROSOFT_CLIENT_SECRET_EXPIRES: z.iso.date().optional(),
  MICROSOFT_CERTIFICATE_FILE: z.string().optional(),
  MICROSOFT_PRIVATE_KEY_FILE: z.string().optional(),
  MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/)
    .default('organizations'),
  MICROSOFT_CLOUD: z.enum(['global', 'usgov-l4', 'usgov-l5', 'china']).default('global'),
  MICROSOFT_FILES_SCOPE: z.enum(['Files.ReadWrite.All', 'Files.ReadWrite']).default('Files.ReadWrite.All'),
  MICROSOFT_REDIRECT_URI: z.url().optional(),
  MICROSOFT_LOGIN_URL: z.url().optional(),
  MICROSOFT_GRAPH_URL: z.url().optional(),
  MICROSOFT_FILE_HOSTS: z.string().optional(),
});
type Environment = z.infer<typeof environment>;

/**
 * Reads the environment. Throws `ConfigProblems` with everything that is missing or unsafe:
 * plain http off this machine, no key for the tokens, a demo key outside the demo.
 */
export function readConfig(variables: NodeJS.ProcessEnv, options: { demo: boolean }): Config {
  const problems: string[] = [];
  const env = parseEnvironment(variables, problems);
  const publicUrl = publicUrlOf(env, problems);
  const tokenKeys = tokenKeysOf(env, options.demo, problems);
  const microsoft = microsoftOf(env, publicUrl, problems);
  if (problems.length > 0) throw new ConfigProblems(problems);
  const dataDir = resolve(env.DATA_DIR);
  return {
    publicUrl,
    host: env.HOST,
    port: env.PORT,
    trustedProxies: listOf(env.TRUSTED_PROXIES),
    logLevel: env.LOG_LEVEL,
    dataDir,
    databaseUrl: env.DATABASE_URL,
    blobFolder: env.BLOB_STORE ? resolve(env.BLOB_STORE) : resolve(dataDir, 'blobs'),
    tokenKeys,
    maxDocumentBytes: env.MAX_DOCUMENT_MB * MEBIBYTE,
    lateSaveWatchMinutes: env.LATE_SAVE_WATCH_MINUTES,
    microsoft,
  };
}

/** An empty variable is one that is not set; a secret can also be named by the file that holds it. */
function parseEnvironment(variables: NodeJS.ProcessEnv, problems: string[]): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  for (const name of SECRETS) {
    const file = set[`${name}_FILE`];
    if (file === undefined) continue;
    const text = readSecretFile(name, file, problems);
    if (text !== undefined) set[name] = text;
  }
  const parsed = environment.safeParse(set);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0]);
    problems.push(
      `${name} ${issue.message} (it is ${SECRETS.includes(name) ? 'not shown here' : JSON.stringify(set[name])}).`,
    );
    delete set[name];
  }
  // The rest is looked at too, so that all problems are told together.
  return environment.parse(set);
}

function readSecretFile(name: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE names ${file}, which can't be read. Check the path and who may read it.`);
    return undefined;
  }
}

function publicUrlOf(env: Environment, problems: string[]): URL {
  const fromTemplate =
    env.SUBDOMAIN === undefined ? undefined : URL.parse(env.PUBLIC_URL_TEMPLATE.replace('{SUBDOMAIN}', env.SUBDOMAIN));
  if (fromTemplate === null) problems.push('PUBLIC_URL_TEMPLATE filled with SUBDOMAIN is not an address.');
  const given = env.PUBLIC_URL ? new URL(env.PUBLIC_URL) : undefined;
  if (given && fromTemplate && given.origin !== fromTemplate.origin)
    problems.push(`PUBLIC_URL (${given.origin}) and SUBDOMAIN (${fromTemplate.origin}) disagree. Set one of them.`);
  const url = given ?? fromTemplate ?? new URL(`http://localhost:${env.PORT}`);
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    problems.push(`PUBLIC_URL is ${url.origin}: off this machine it must be https.`);
  if (url.pathname !== '/' || url.search || url.hash)
    problems.push('PUBLIC_URL must be an origin without a path, such as https://docs.hospital.example.');
  return url;
}

function tokenKeysOf(env: Environment, demo: boolean, problems: string[]): string {
  const keys = env.TOKEN_KEYS;
  if (keys === undefined) {
    problems.push(
      'TOKEN_KEYS is missing: Microsoft tokens are never stored unsealed. Make a key: echo "k1:$(openssl rand -base64 32)"',
    );
    return '';
  }
  if (!demo && /(^|,)\s*demo/i.test(keys))
    problems.push('TOKEN_KEYS holds a demo key. Make one of your own: echo "k1:$(openssl rand -base64 32)"');
  return keys;
}

function microsoftOf(env: Environment, publicUrl: URL, problems: string[]): MicrosoftConfig | undefined {
  if (env.MICROSOFT_CLIENT_ID === undefined) {
    if (env.MICROSOFT_CLIENT_SECRET || env.MICROSOFT_CERTIFICATE_FILE)
      problems.push(
        'MICROSOFT_CLIENT_ID is missing, though a credential is set. It is the application (client) ID of the app registration.',
      );
    return undefined;
  }
  const credential = credentialOf(env, problems);
  const redirectUri = env.MICROSOFT_REDIRECT_URI ?? new URL(CALLBACK, publicUrl).href;
  if (!redirectUri.startsWith(`${publicUrl.origin}/`))
    problems.push(`MICROSOFT_REDIRECT_URI (${redirectUri}) does not lie under the public address ${publicUrl.origin}.`);
  if (!credential) return undefined;
  return {
    clientId: env.MICROSOFT_CLIENT_ID,
    credential,
    secretExpires: env.MICROSOFT_CLIENT_SECRET_EXPIRES,
    tenant: env.MICROSOFT_TENANT,
    cloud: env.MICROSOFT_CLOUD,
    filesScope: env.MICROSOFT_FILES_SCOPE,
    redirectUri,
    loginUrl: microsoftAddress('MICROSOFT_LOGIN_URL', env.MICROSOFT_LOGIN_URL, problems),
    graphUrl: microsoftAddress('MICROSOFT_GRAPH_URL', env.MICROSOFT_GRAPH_URL, problems),
    fileHosts: env.MICROSOFT_FILE_HOSTS ? listOf(env.MICROSOFT_FILE_HOSTS) : undefined,
  };
}

function credentialOf(env: Environment, problems: string[]): MicrosoftConfig['credential'] | undefined {
  const {
    MICROSOFT_CLIENT_SECRET: secret,
    MICROSOFT_CERTIFICATE_FILE: certificate,
    MICROSOFT_PRIVATE_KEY_FILE: key,
  } = env;
  if (secret && (certificate || key)) {
    problems.push(
      'MICROSOFT_CLIENT_SECRET and a certificate are both set. Keep one: the certificate is the better one.',
    );
    return undefined;
  }
  if (secret) return { kind: 'secret', secret };
  if (!certificate || !key) {
    problems.push(
      'MICROSOFT_CLIENT_ID is set, but no credential: set MICROSOFT_CLIENT_SECRET, or MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE.',
    );
    return undefined;
  }
  const certificatePem = readSecretFile('MICROSOFT_CERTIFICATE', certificate, problems);
  const privateKeyPem = readSecretFile('MICROSOFT_PRIVATE_KEY', key, problems);
  return certificatePem && privateKeyPem ? { kind: 'certificate', certificatePem, privateKeyPem } : undefined;
}

function microsoftAddress(name: string, value: string | undefined, problems: string[]): URL | undefined {
  if (value === undefined) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    problems.push(`${name} is ${url.origin}: off this machine it must be https.`);
  return url;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
