import { createHash, X509Certificate } from 'node:crypto';
import { z } from 'zod';

/** The tenant id under which Microsoft keeps personal accounts. */
export const PERSONAL_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

const guid = z.guid().transform((text) => text.toLowerCase());
const address = z.email();

const certificatePem = z.string().refine((pem) => {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}, 'expected a certificate with an RSA key in PEM');

const userSchema = z.strictObject({
  id: guid.optional(),
  userPrincipalName: address,
  displayName: z.string().min(1),
  mail: address.nullable().optional(),
  password: z.string().min(1),
  oneDrive: z.boolean().default(true),
  admin: z.boolean().default(false),
});

/** In the words of Microsoft Graph's conditionalAccessPolicy; who or what is left out means all. */
const conditionalAccessSchema = z.strictObject({
  displayName: z.string().min(1),
  users: z.array(address).optional(),
  applications: z.array(guid).optional(),
  /** Counts only where the application asks for this context (`acrs`) in its `claims`. */
  authenticationContext: z
    .string()
    .regex(/^c([1-9]|[1-9]\d)$/, 'expected c1 to c99')
    .optional(),
  grant: z.enum(['mfa', 'block', 'compliantDevice', 'domainJoinedDevice', 'approvedApplication']).optional(),
  signInFrequencyHours: z.number().positive().optional(),
});

const siteSchema = z.strictObject({
  /** The last part of its address: `/sites/{name}`. */
  name: z.string().regex(/^[a-z0-9_-]+$/i, 'expected letters, digits, - and _'),
  displayName: z.string().min(1),
  description: z.string().optional(),
  libraries: z.array(z.string().min(1)).min(1).default(['Documents']),
  /** Who may write; everybody of the tenant when left out. */
  members: z.array(address).optional(),
  /** Who may read only. */
  visitors: z.array(address).default([]),
});

const tenantSchema = z.strictObject({
  id: guid,
  domain: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'expected a domain name such as contoso.example'),
  displayName: z.string().min(1),
  userConsent: z.enum(['allow', 'block-files', 'block']).default('allow'),
  /** Whether people may ask an administrator for the consent that they can't give. */
  adminConsentRequests: z.boolean().default(false),
  conditionalAccess: z.array(conditionalAccessSchema).default([]),
  /** A tenant of another cloud is only known, not served. */
  cloud: z.enum(['global', 'usGov', 'china']).default('global'),
  users: z.array(userSchema).default([]),
  /** Addresses of people of other tenants, or of personal accounts, who were invited to this one. */
  guests: z.array(address).default([]),
  /** Whether links may be made that open without signing in. */
  anonymousLinks: z.boolean().default(true),
  /** Without it nobody of the tenant has a drive or a site. */
  sharePointLicense: z.boolean().default(true),
  /** SharePoint sites, besides the root site that each tenant has. */
  sites: z.array(siteSchema).prefault([{ name: 'team', displayName: 'Team site' }]),
});

const personalAccountSchema = z.strictObject({
  id: guid.optional(),
  userPrincipalName: address,
  displayName: z.string().min(1),
  password: z.string().min(1),
  oneDrive: z.boolean().default(true),
});

const applicationSchema = z.strictObject({
  clientId: guid,
  displayName: z.string().min(1),
  signInAudience: z
    .enum(['AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount', 'PersonalMicrosoftAccount'])
    .default('AzureADMultipleOrgs'),
  /** The home tenant, which matters for `AzureADMyOrg`; the first tenant when left out. */
  tenantId: guid.optional(),
  platform: z.enum(['web', 'spa', 'publicClient']).default('web'),
  secrets: z.array(z.strictObject({ value: z.string().min(1), expiresAt: z.iso.datetime().optional() })).default([]),
  certificates: z.array(z.strictObject({ pem: certificatePem })).default([]),
  redirectUris: z.array(z.url()).default([]),
  permissions: z.array(z.string()).default(['User.Read']),
  preConsented: z.boolean().default(false),
  /** Whether `response_type=id_token` is switched on. */
  implicitIdTokens: z.boolean().default(false),
  /** If given, only these people may sign in to the application. */
  assignedUsers: z.array(address).optional(),
  optionalClaims: z
    .strictObject({ idToken: z.array(z.string()).default([]), accessToken: z.array(z.string()).default([]) })
    .prefault({}),
});

const behaviourSchema = z.strictObject({
  rotation: z.enum(['entra', 'strict']).default('entra'),
  rewriteOfficeFiles: z.boolean().default(true),
  touchOnOpen: z.boolean().default(true),
  saveLagMs: z.number().int().min(0).default(0),
  lockMinutesAfterClose: z.number().min(0).default(0),
  latencyMs: z.number().int().min(0).default(0),
  refuseTokenOnContent: z.boolean().default(true),
  /** How long delta takes to tell of a change. */
  deltaLagMs: z.number().int().min(0).default(0),
  /** How long a token of delta is good. */
  deltaTokenDays: z.number().positive().default(30),
  throttling: z
    .strictObject({
      requests: z.number().int().min(1),
      windowSeconds: z.number().positive().default(300),
      retryAfter: z.enum(['seconds', 'fraction', 'date', 'none']).default('seconds'),
    })
    .optional(),
});

const configSchema = z.strictObject({
  tenants: z.array(tenantSchema).default([]),
  personalAccounts: z.array(personalAccountSchema).default([]),
  applications: z.array(applicationSchema).default([]),
  behaviour: behaviourSchema.prefault({}),
});

/** What a config file may hold; everything but ids, names and passwords has a default. */
export type EmulatorConfig = z.input<typeof configSchema>;
export type TenantConfig = z.infer<typeof tenantSchema>;
export type ConditionalAccessPolicy = z.infer<typeof conditionalAccessSchema>;
export type ApplicationConfig = z.infer<typeof applicationSchema>;
export type Behaviour = z.infer<typeof behaviourSchema>;
export type Config = z.infer<typeof configSchema>;

/** Thrown for a config that can't be used; the message lists all that is wrong with it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Checks a config and fills in its defaults. */
export function parseConfig(config: unknown): Config {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw new ConfigError(`The config can't be used:\n${z.prettifyError(parsed.error)}`);
  const { tenants, personalAccounts } = parsed.data;
  const workUsers = tenants.flatMap((tenant) => tenant.users);
  // One address may be both: Microsoft then asks which account is meant.
  assertUnique('user', workUsers);
  assertUnique('personal account', personalAccounts);
  assertGuestsExist(tenants, [...workUsers, ...personalAccounts]);
  return parsed.data;
}

function assertUnique(kind: string, users: { userPrincipalName: string }[]): void {
  const seen = new Set<string>();
  for (const { userPrincipalName } of users) {
    const key = userPrincipalName.toLowerCase();
    if (seen.has(key)) throw new ConfigError(`The config names the ${kind} ${userPrincipalName} twice.`);
    seen.add(key);
  }
}

function assertGuestsExist(tenants: TenantConfig[], users: { userPrincipalName: string }[]): void {
  const names = new Set(users.map(({ userPrincipalName }) => userPrincipalName.toLowerCase()));
  for (const guest of tenants.flatMap((tenant) => tenant.guests)) {
    if (!names.has(guest.toLowerCase()))
      throw new ConfigError(`The config names the guest ${guest}, who has no account.`);
  }
}

/** A GUID that is the same for the same text, so that ids survive a reset and a restart. */
export function stableGuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What the emulator plays when no config file is given: one tenant with three people and two apps. */
export const DEMO_CONFIG: EmulatorConfig = {
  tenants: [
    {
      id: '0d0f3a52-6c1e-4b7a-9d43-5e2f8c7b1a60',
      domain: 'demo.example',
      displayName: 'Demo Organisation',
      users: [
        { userPrincipalName: 'ada@demo.example', displayName: 'Ada Demo', password: 'demo', mail: 'ada@demo.example' },
        { userPrincipalName: 'ben@demo.example', displayName: 'Ben Demo', password: 'demo', mail: 'ben@demo.example' },
        { userPrincipalName: 'admin@demo.example', displayName: 'Demo Admin', password: 'demo', admin: true },
      ],
    },
  ],
  applications: [
    {
      clientId: '5d1c0f36-7f0b-4d0a-8f0d-3b6a52a7c901',
      displayName: 'Demo web app',
      platform: 'web',
      secrets: [{ value: 'demo-secret' }],
      redirectUris: ['http://localhost/callback', 'http://localhost/auth/callback', 'http://localhost/'],
      permissions: ['User.Read', 'Files.ReadWrite.All'],
    },
    {
      clientId: '8a4e7c10-2b65-4e0c-9a5e-6f1d0b9c2d34',
      displayName: 'Demo public client',
      platform: 'publicClient',
      redirectUris: ['http://localhost/callback', 'http://localhost/'],
      permissions: ['User.Read', 'Files.ReadWrite.All'],
    },
  ],
};
