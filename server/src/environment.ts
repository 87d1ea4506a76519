import { readFileSync } from 'node:fs';
import { z } from 'zod';

const DEFAULT_TEMPLATE = 'https://audits{SUBDOMAIN}.megsupportools.com';
const SECRETS = ['MICROSOFT_CLIENT_SECRET', 'TOKEN_KEYS', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM'];
/** Plain, or with a name: MEGDocs <megdocs@hospital.example>. */
const SENDER = /^(?:[^<>@\r\n]{1,100} )?<?[^\s<>@]+@[^\s<>@]+>?$/;

/** One thing that is wrong with the environment. */
export interface ConfigProblem {
  /** The variable to look at first. */
  variable: string;
  code: ConfigProblemCode;
  what: string;
  remedy: string;
}

export type ConfigProblemCode =
  | 'setting_not_valid'
  | 'file_unreadable'
  | 'public_url_not_https'
  | 'public_url_disagrees'
  | 'token_keys_missing'
  | 'client_id_missing'
  | 'client_id_not_a_guid'
  | 'credential_missing'
  | 'two_credentials'
  | 'redirect_uri_elsewhere'
  | 'sender_missing';

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, a whole number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'must be a port, a whole number from 0 to 65535');
const number = (most: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/, what)
    .transform(Number)
    .refine((value) => value > 0 && value <= most, what);
const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' });
const environment = z.object({
  PUBLIC_URL: address.optional(),
  SUBDOMAIN: z
    .string()
    .regex(/^[a-z0-9-]*$/, 'must be letters, figures and hyphens')
    .optional(),
  PUBLIC_URL_TEMPLATE: z.string().includes('{SUBDOMAIN}', 'must hold the text {SUBDOMAIN}').default(DEFAULT_TEMPLATE),
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
  MAX_DOCUMENT_MB: number(250, 'must be a number of megabytes, 250 at most').default(250),
  LATE_SAVE_WATCH_MINUTES: number(1440, 'must be a number of minutes, 1440 at most').default(10),
  MICROSOFT_CLIENT_ID: z.uuid('must be the application (client) ID, a GUID').optional(),
  MICROSOFT_CLIENT_SECRET: z.string().optional(),
  MICROSOFT_CLIENT_SECRET_EXPIRES: z.iso.date('must be a day such as 2027-12-31').optional(),
  MICROSOFT_CERTIFICATE_FILE: z.string().optional(),
  MICROSOFT_PRIVATE_KEY_FILE: z.string().optional(),
  MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, 'must be a tenant: its GUID, its domain, or organizations')
    .default('organizations'),
  MICROSOFT_CLOUD: z.enum(['global', 'usgov-l4', 'usgov-l5', 'china']).default('global'),
  MICROSOFT_FILES_SCOPE: z.enum(['Files.ReadWrite.All', 'Files.ReadWrite']).default('Files.ReadWrite.All'),
  MICROSOFT_REDIRECT_URI: address.optional(),
  MICROSOFT_LOGIN_URL: address.optional(),
  MICROSOFT_GRAPH_URL: address.optional(),
  MICROSOFT_FILE_HOSTS: z.string().optional(),
  MICROSOFT_NOTIFICATION_URL: address.optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+/, 'must begin with smtp:// or smtps://')
    .refine((text) => URL.canParse(text), 'must be an address such as smtps://user:password@mail.hospital.example')
    .optional(),
  MAIL_FROM: z.string().regex(SENDER, 'must be a mail address such as megdocs@hospital.example').optional(),
});
export type Environment = z.infer<typeof environment>;

/** An empty variable is one that is not set; a secret can also be named by the file that holds it. */
export function parseEnvironment(variables: NodeJS.ProcessEnv, problems: ConfigProblem[]): Environment {
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
    problems.push({
      variable: name,
      code: name === 'MICROSOFT_CLIENT_ID' ? 'client_id_not_a_guid' : 'setting_not_valid',
      what: `${name} ${issue.message} (it is ${SECRETS.includes(name) ? 'not shown here' : JSON.stringify(set[name])}).`,
      remedy: `Correct ${name}; .env.example says what it is for.`,
    });
    delete set[name];
  }
  // The rest is looked at too, so that all problems are told together.
  return environment.parse(set);
}

export function readSecretFile(name: string, file: string, problems: ConfigProblem[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
    problems.push({
      variable: `${name}_FILE`,
      code: 'file_unreadable',
      what: `${name}_FILE names ${file}, which is empty.`,
      remedy: 'Put the value into it, or leave the variable empty.',
    });
  } catch {
    problems.push({
      variable: `${name}_FILE`,
      code: 'file_unreadable',
      what: `${name}_FILE names ${file}, which can't be read.`,
      remedy: 'Check the path and who may read it.',
    });
  }
  return undefined;
}

/** Plain http never leaves these. */
export const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
