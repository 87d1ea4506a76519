import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Environment, parseEnvironment, readSecretFile } from './environment.ts';

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
/** 32 bytes of base64 are 43 characters and a padding that may be left out. */
const TOKEN_KEY = /^[\w-]{1,32}:\s*[\w+/-]{43}=?$/;
const MEBIBYTE = 1024 * 1024;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Reads the environment. Throws `ConfigProblems` with everything that is missing or unsafe:
 * plain http off this machine, no key for the tokens, a demo key outside the demo.
 */
export function readConfig(variables: NodeJS.ProcessEnv, options: { demo: boolean }): Config {
  const problems: string[] = [];
  const env = parseEnvironment(variables, problems);
  const publicUrl = publicUrlOf(env, problems);
  if (!options.demo) assertNotInTheClear(env, publicUrl, problems);
  const tokenKeys = tokenKeysOf(env, options.demo, problems);
  const trustedProxies = trustedProxiesOf(env, problems);
  const microsoft = microsoftOf(env, publicUrl, problems);
  if (problems.length > 0) throw new ConfigProblems(problems);
  const dataDir = resolve(env.DATA_DIR);
  return {
    publicUrl,
    host: env.HOST,
    port: env.PORT,
    trustedProxies,
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

/** Where the embedded database lies; undefined with a database server. For commands that only talk to who holds it. */
export function readDataDir(variables: NodeJS.ProcessEnv): string | undefined {
  if (variables.DATABASE_URL || variables.DATABASE_URL_FILE) return undefined;
  return resolve(variables.DATA_DIR || 'data');
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
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    problems.push('PUBLIC_URL must be an origin without a path, such as https://docs.hospital.example.');
  return url;
}

/** Over plain http, cookies and documents would cross the network readable for everybody. */
function assertNotInTheClear(env: Environment, publicUrl: URL, problems: string[]): void {
  if (publicUrl.protocol === 'https:' || LOOPBACK.has(env.HOST) || env.HOST === '::1') return;
  problems.push(
    `HOST is ${env.HOST}, so other machines would reach this server over plain http. Leave HOST empty, or put a proxy with https before it and set PUBLIC_URL to that address.`,
  );
}

const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function trustedProxiesOf(env: Environment, problems: string[]): string[] {
  const proxies = listOf(env.TRUSTED_PROXIES);
  const wrong = proxies.filter((proxy) => !isNetwork(proxy) && !NAMED_NETWORKS.has(proxy));
  if (wrong.length > 0)
    problems.push(
      `TRUSTED_PROXIES holds ${wrong.join(', ')}: give IP addresses or networks such as 10.0.0.0/8, separated by commas.`,
    );
  return proxies;
}

/** An address, or one with the length of its prefix; a length of 0 would trust everybody. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function tokenKeysOf(env: Environment, demo: boolean, problems: string[]): string {
  const keys = env.TOKEN_KEYS;
  if (!keys) {
    problems.push(
      'TOKEN_KEYS is missing: Microsoft tokens are never stored unsealed. Make a key: echo "k1:$(openssl rand -base64 32)"',
    );
    return '';
  }
  if (!demo && /(^|,)\s*demo/i.test(keys))
    problems.push('TOKEN_KEYS holds a demo key. Make one of your own: echo "k1:$(openssl rand -base64 32)"');
  const wrong = keys.split(',').findIndex((entry) => !TOKEN_KEY.test(entry.trim()));
  if (wrong >= 0)
    problems.push(
      `TOKEN_KEYS: key ${wrong + 1} is not written id:base64 with 32 bytes. Make one: echo "k1:$(openssl rand -base64 32)"`,
    );
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
  else if (new URL(redirectUri).href.replace(/\/?$/, '/') !== new URL(CALLBACK, publicUrl).href)
    problems.push(`MICROSOFT_REDIRECT_URI (${redirectUri}) must end in ${CALLBACK}: MEGDocs answers nowhere else.`);
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
