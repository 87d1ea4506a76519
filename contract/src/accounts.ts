import { z } from 'zod';

export const roles = ['document-controller', 'institution-admin'] as const;
/** What a person is over the whole institution; everybody is a reader. */
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** Strings that people type: trimmed, without control or bidirectional override characters, never empty. */
export const shortText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'must not contain control characters');

export const email = z.string().trim().toLowerCase().max(254).pipe(z.email());
export const newPassword = z.string().min(12, 'must have at least 12 characters').max(200);

export const personRef = z.object({ id: z.uuid(), name: z.string() });
export type PersonRef = z.infer<typeof personRef>;

export const signInRequest = z.object({ email: z.string().max(254), password: z.string().max(200) });

export const me = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  teams: z.array(z.string()),
  institution: z.object({ id: z.uuid(), name: z.string(), slug: z.string() }),
  signedInAt: z.iso.datetime(),
});
export type Me = z.infer<typeof me>;

export const updateMe = z.object({ name: shortText(120).optional() });
export const changePassword = z.object({ currentPassword: z.string().max(200), newPassword });

export const signInSession = z.object({
  id: z.uuid(),
  current: z.boolean(),
  browser: z.string().describe('The browser and system, as told by its User-Agent'),
  address: z.string(),
  startedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
});
export const signInSessions = z.object({ sessions: z.array(signInSession) });
export type SignInSession = z.infer<typeof signInSession>;

export const person = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  teams: z.array(z.object({ id: z.uuid(), name: z.string() })),
  state: z.enum(['invited', 'active', 'deactivated']),
  lastSignInAt: z.iso.datetime().nullable(),
});
export type Person = z.infer<typeof person>;
export const people = z.object({ people: z.array(person) });
export const updatePerson = z.object({
  name: shortText(120).optional(),
  roles: z.array(role).optional(),
  teamIds: z.array(z.uuid()).optional(),
  deactivated: z.boolean().optional(),
});

export const team = z.object({ id: z.uuid(), name: z.string(), everyone: z.boolean(), memberCount: z.number().int() });
export type Team = z.infer<typeof team>;
export const teams = z.object({ teams: z.array(team) });
export const newTeam = z.object({ name: shortText(80) });

export const invite = z.object({
  name: shortText(120),
  email,
  roles: z.array(role).default([]),
  teamIds: z.array(z.uuid()).default([]),
});
/** The link is shown once; the database holds only its hash. */
export const oneTimeLink = z.object({
  link: z.url(),
  expiresAt: z.iso.datetime(),
  mailedTo: z.string().nullable().describe('The address it is sent to as well; null while mail is not set up'),
});
export type OneTimeLink = z.infer<typeof oneTimeLink>;
export const linkPurpose = z.enum(['invitation', 'password-reset']);
export const linkDetails = z.object({
  purpose: linkPurpose,
  institution: z.string(),
  name: z.string(),
  email: z.string(),
});
export type LinkDetails = z.infer<typeof linkDetails>;
export const acceptLink = z.object({ name: shortText(120).optional(), password: newPassword });

/** One permission that Microsoft granted or that will be asked for, with the reason a person reads. */
export const permission = z.object({ scope: z.string(), why: z.string() });

export const connectionProblem = z.object({
  code: z.string(),
  title: z.string().describe('What happened, in the words of the person'),
  whoseTurn: z.enum(['you', 'your-administrator', 'nobody']),
  youCan: z.string().nullable(),
  administratorMust: z.string().nullable(),
  noteForAdministrator: z.string().nullable().describe('Complete in itself, for copying'),
  tryAgain: z.boolean(),
  reference: z.string(),
  at: z.iso.datetime(),
});
export type ConnectionProblem = z.infer<typeof connectionProblem>;

const microsoftAccount = z.object({ name: z.string(), address: z.string(), organisation: z.string().nullable() });

export const microsoftIntegration = z.object({
  status: z.enum(['not-connected', 'connected', 'reconnect-needed']),
  configured: z.boolean().describe('False while the deployment has no Microsoft client id'),
  account: microsoftAccount.nullable(),
  permissions: z.array(permission).describe('Granted ones when connected, else those that will be asked for'),
  missingPermissions: z.array(z.string()),
  connectedAt: z.iso.datetime().nullable(),
  renewedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  problem: connectionProblem.nullable().describe('Why a reconnect is needed'),
  renewalTrouble: z
    .object({ problem: connectionProblem, nextAttemptAt: z.iso.datetime().nullable() })
    .nullable()
    .describe('Connected, but the last renewal failed: nothing for the person to do'),
  notAllowed: z.boolean().describe('The institution does not admit this account any more; a reconnect does not help'),
  held: z
    .object({ outcomeId: z.uuid(), account: microsoftAccount, until: z.iso.datetime() })
    .nullable()
    .describe('An account that waits for the person to say whether it is to be used'),
  leastPrivilege: z.array(z.string()).describe('What is off because only the narrower permission is asked for'),
  waiting: z
    .array(z.object({ documentId: z.uuid(), number: z.string(), title: z.string() }))
    .describe('Documents with a working copy in this account: open edit sessions and copies not yet cleaned up'),
  cleanUpDoneAbout: z.iso
    .datetime()
    .nullable()
    .describe('When the last watched copy will be gone, if nothing more is saved'),
  disconnectWhenCleanedUp: z.boolean(),
  consentUrl: z.url().nullable().describe('Where the person withdraws consent at Microsoft'),
  redirectUri: z.string().describe('The exact URI to register; administrators only, else empty'),
});
export type MicrosoftIntegration = z.infer<typeof microsoftIntegration>;

/** How the last flow of this browser ended; kept ten minutes, so that a reload shows it again. */
export const connectOutcome = z.discriminatedUnion('result', [
  z.object({ result: z.literal('connected'), returnTo: z.string().nullable() }),
  z.object({ result: z.literal('failed'), problem: connectionProblem, returnTo: z.string().nullable() }),
  z.object({
    result: z.literal('held'),
    id: z.uuid(),
    account: microsoftAccount.describe('Signed in at Microsoft; used by nobody until the person answers'),
    before: microsoftAccount.nullable().describe('Connected now, or the last time'),
    ownAddress: z.string().describe('The address of the person here'),
    stillOpen: z
      .array(z.object({ documentId: z.uuid(), number: z.string(), title: z.string() }))
      .describe('Being edited in the account that is connected: these come first'),
    until: z.iso.datetime(),
    returnTo: z.string().nullable(),
  }),
  z.object({ result: z.literal('approved'), returnTo: z.string().nullable() }),
]);
export type ConnectOutcome = z.infer<typeof connectOutcome>;

/** Which Microsoft accounts an institution admits. */
export const microsoftPolicy = z.object({
  tenants: z
    .array(z.string().trim().toLowerCase().pipe(z.guid('must be a tenant id, a GUID')))
    .max(50)
    .nullable()
    .describe('Null: those of every organisation'),
  personalAccounts: z.boolean(),
});
export type MicrosoftPolicy = z.infer<typeof microsoftPolicy>;

/** What an institution admin needs to have MEGDocs registered, approved and in order. */
export const microsoftAdministration = z.object({
  configured: z.boolean(),
  clientId: z.string().nullable(),
  tenant: z.string(),
  cloud: z.enum(['global', 'usgov-l4', 'usgov-l5', 'china']),
  redirectUri: z.url().describe('The exact URI to register, letter for letter'),
  permissions: z.array(permission),
  leastPrivilege: z.array(z.string()).describe('What is off because only the narrower permission is asked for'),
  credential: z
    .object({
      kind: z.enum(['secret', 'certificate']),
      expiresAt: z.iso.datetime().nullable().describe('Null: unknown; an app can not read its own registration'),
      daysLeft: z.number().int().nullable(),
    })
    .nullable(),
  consentUrl: z.url().nullable().describe('By which an administrator of the tenant approves for everybody'),
  hosts: z.array(z.string()).describe('Which the server of MEGDocs and the browsers of people must reach'),
  policy: microsoftPolicy,
  personalAccountsPossible: z.boolean().describe('False where the deployment itself shuts them out'),
  tenantsInUse: z.array(
    z.object({
      tid: z.string(),
      organisation: z.string().nullable(),
      accounts: z.number().int(),
      personal: z.boolean(),
    }),
  ),
});
export type MicrosoftAdministration = z.infer<typeof microsoftAdministration>;
