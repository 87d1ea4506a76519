import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type ConfigProblem, type Environment, LOOPBACK, listOf, parseEnvironment } from './environment.ts';
import { type MicrosoftConfig, microsoftOf, redirectUriOf } from './microsoft-config.ts';

export type { ConfigProblem, ConfigProblemCode } from './environment.ts';
export type { MicrosoftConfig } from './microsoft-config.ts';

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
  /** The exact address to register at Microsoft, shown before anything is configured. */
  redirectUri: string;
  /** Undefined: nobody can connect an account yet. */
  microsoft: MicrosoftConfig | undefined;
  /** Undefined: mail is not set up. */
  mail: MailConfig | undefined;
  /** What Node and undici read by themselves; here to be told about. */
  outgoing: OutgoingConfig;
}

interface MailConfig {
  /** smtp:// or smtps://, with name and password where the server wants them. */
  url: string;
  from: string;
}

export interface OutgoingConfig {
  httpsProxy: string | undefined;
  noProxy: string | undefined;
  extraCaCerts: string | undefined;
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

/** What could be read, and everything that is wrong with it. */
export interface InspectedConfig {
  /** With problems: as far as it goes, good enough to look around with, never to serve with. */
  config: Config;
  problems: ConfigProblem[];
}

/** 32 bytes of base64 are 43 characters and a padding that may be left out. */
const TOKEN_KEY = /^[\w-]{1,32}:\s*[\w+/-]{43}=?$/;
const MAKE_A_KEY = 'Make a key: echo "k1:$(openssl rand -base64 32)"';
const MEBIBYTE = 1024 * 1024;

/**
 * Reads the environment. Throws `ConfigProblems` with everything that is missing or unsafe:
 * plain http off this machine, no key for the tokens, a demo key outside the demo.
 */
export function readConfig(variables: NodeJS.ProcessEnv, options: { demo: boolean }): Config {
  const { config, problems } = inspectConfig(variables, options);
  if (problems.length > 0) throw new ConfigProblems(problems.map(({ what, remedy }) => `${what} ${remedy}`));
  return config;
}

/** The same for whoever looks for what is wrong: throws nothing. */
export function inspectConfig(variables: NodeJS.ProcessEnv, options: { demo: boolean }): InspectedConfig {
  const problems: ConfigProblem[] = [];
  const env = parseEnvironment(variables, problems);
  const publicUrl = publicUrlOf(env, problems);
  if (!options.demo) assertNotInTheClear(env, publicUrl, problems);
  const tokenKeys = tokenKeysOf(env, options.demo, problems);
  const trustedProxies = trustedProxiesOf(env, problems);
  const redirectUri = redirectUriOf(env, publicUrl, problems);
  const microsoft = microsoftOf(env, publicUrl, redirectUri, problems);
  const mail = mailOf(env, problems);
  const dataDir = resolve(env.DATA_DIR);
  const config: Config = {
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
    redirectUri,
    microsoft,
    mail,
    outgoing: outgoingOf(variables, problems),
  };
  return { config, problems };
}

/** Either spelling counts, as it does for curl and undici. */
function outgoingOf(variables: NodeJS.ProcessEnv, problems: ConfigProblem[]): OutgoingConfig {
  const httpsProxy = variables.https_proxy || variables.HTTPS_PROXY || undefined;
  if (httpsProxy && !/^https?:\/\/[^\s/]/.test(httpsProxy))
    problems.push({
      variable: 'HTTPS_PROXY',
      code: 'setting_not_valid',
      what: 'HTTPS_PROXY must begin with http:// (it is not shown here, as it may hold a password).',
      remedy: 'Write it like http://proxy.hospital.example:8080.',
    });
  return {
    httpsProxy,
    noProxy: variables.no_proxy || variables.NO_PROXY || undefined,
    extraCaCerts: variables.NODE_EXTRA_CA_CERTS || undefined,
  };
}

function mailOf(env: Environment, problems: ConfigProblem[]): MailConfig | undefined {
  if (env.SMTP_URL === undefined) return undefined;
  if (env.MAIL_FROM === undefined) {
    if (!problems.some(({ variable }) => variable === 'MAIL_FROM'))
      problems.push({
        variable: 'MAIL_FROM',
        code: 'sender_missing',
        what: 'SMTP_URL is set, but not MAIL_FROM.',
        remedy: 'Set MAIL_FROM to the address that mails come from, such as megdocs@hospital.example.',
      });
    return undefined;
  }
  return { url: env.SMTP_URL, from: env.MAIL_FROM };
}

/** Where the embedded database lies; undefined with a database server. For commands that only talk to who holds it. */
export function readDataDir(variables: NodeJS.ProcessEnv): string | undefined {
  if (variables.DATABASE_URL || variables.DATABASE_URL_FILE) return undefined;
  return resolve(variables.DATA_DIR || 'data');
}

function publicUrlOf(env: Environment, problems: ConfigProblem[]): URL {
  const fromTemplate =
    env.SUBDOMAIN === undefined ? undefined : URL.parse(env.PUBLIC_URL_TEMPLATE.replace('{SUBDOMAIN}', env.SUBDOMAIN));
  if (fromTemplate === null)
    problems.push({
      variable: 'PUBLIC_URL_TEMPLATE',
      code: 'setting_not_valid',
      what: 'PUBLIC_URL_TEMPLATE filled with SUBDOMAIN is not an address.',
      remedy: 'Leave PUBLIC_URL_TEMPLATE empty, or write it like https://audits{SUBDOMAIN}.megsupportools.com.',
    });
  const given = env.PUBLIC_URL ? new URL(env.PUBLIC_URL) : undefined;
  if (given && fromTemplate && given.origin !== fromTemplate.origin)
    problems.push({
      variable: 'PUBLIC_URL',
      code: 'public_url_disagrees',
      what: `PUBLIC_URL (${given.origin}) and SUBDOMAIN (${fromTemplate.origin}) disagree.`,
      remedy: 'Set one of them.',
    });
  const url = given ?? fromTemplate ?? new URL(`http://localhost:${env.PORT}`);
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    problems.push({
      variable: env.PUBLIC_URL ? 'PUBLIC_URL' : 'PUBLIC_URL_TEMPLATE',
      code: 'public_url_not_https',
      what: `PUBLIC_URL is ${url.origin}: off this machine it must be https.`,
      remedy: `Put a proxy with a certificate before MEGDocs, and set PUBLIC_URL to https://${url.host}.`,
    });
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    problems.push({
      variable: 'PUBLIC_URL',
      code: 'setting_not_valid',
      what: 'PUBLIC_URL must be an origin without a path, such as https://docs.hospital.example.',
      remedy: `Set it to ${url.origin}.`,
    });
  return url;
}

/** Over plain http, cookies and documents would cross the network readable for everybody. */
function assertNotInTheClear(env: Environment, publicUrl: URL, problems: ConfigProblem[]): void {
  if (publicUrl.protocol === 'https:' || LOOPBACK.has(env.HOST) || env.HOST === '::1') return;
  problems.push({
    variable: 'HOST',
    code: 'public_url_not_https',
    what: `HOST is ${env.HOST}, so other machines would reach this server over plain http.`,
    remedy: 'Leave HOST empty, or put a proxy with https before it and set PUBLIC_URL to that address.',
  });
}

const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function trustedProxiesOf(env: Environment, problems: ConfigProblem[]): string[] {
  const proxies = listOf(env.TRUSTED_PROXIES);
  const wrong = proxies.filter((proxy) => !isNetwork(proxy) && !NAMED_NETWORKS.has(proxy));
  if (wrong.length > 0)
    problems.push({
      variable: 'TRUSTED_PROXIES',
      code: 'setting_not_valid',
      what: `TRUSTED_PROXIES holds ${wrong.join(', ')}:`,
      remedy: 'give IP addresses or networks such as 10.0.0.0/8, separated by commas.',
    });
  return proxies;
}

/** An address, or one with the length of its prefix; a length of 0 would trust everybody. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function tokenKeysOf(env: Environment, demo: boolean, problems: ConfigProblem[]): string {
  const keys = env.TOKEN_KEYS;
  if (!keys) {
    if (!problems.some(({ variable }) => variable.startsWith('TOKEN_KEYS')))
      problems.push({
        variable: 'TOKEN_KEYS',
        code: 'token_keys_missing',
        what: 'TOKEN_KEYS is missing: Microsoft tokens are never stored unsealed.',
        remedy: MAKE_A_KEY,
      });
    return '';
  }
  if (!demo && /(^|,)\s*demo/i.test(keys))
    problems.push({
      variable: 'TOKEN_KEYS',
      code: 'setting_not_valid',
      what: 'TOKEN_KEYS holds a demo key.',
      remedy: MAKE_A_KEY,
    });
  const wrong = keys.split(',').findIndex((entry) => !TOKEN_KEY.test(entry.trim()));
  if (wrong >= 0)
    problems.push({
      variable: 'TOKEN_KEYS',
      code: 'setting_not_valid',
      what: `TOKEN_KEYS: key ${wrong + 1} is not written id:base64 with 32 bytes.`,
      remedy: MAKE_A_KEY,
    });
  return keys;
}
