import type { AadstsNumber } from '@megdocs/microsoft365';

const APP =
  'Microsoft refuses the app itself: nobody can connect, and no connection can be renewed. People’s connections stay as they are.';
const BEGIN = 'Whoever connects ends on a page of Microsoft’s and never comes back.';
const PERSON = 'The people concerned can not connect or go on editing in Microsoft 365; nothing of theirs is lost.';
const LOGS = 'Find the sign-in in Entra’s sign-in logs (by the correlation id in MEGDocs’ log).';

/** What an administrator does about a number; `{…}` is filled from the configuration. */
export interface AdminWords {
  what: string;
  why: string;
  remedy: string;
}

const words = (what: string, why: string, remedy: string): AdminWords => ({ what, why, remedy });

const addUri =
  'In Entra, App registrations, Authentication, add the platform Web with exactly this redirect URI: {redirectUri}';
const platform = words(
  'The redirect URI is registered on another platform than “Web”: as a single-page application.',
  'Microsoft gives such an app’s tokens to browsers alone, and ends them after a day: nobody can connect from a server.',
  'In Entra, App registrations, Authentication, remove {redirectUri} from the platform “Single-page application” and add it under “Web”.',
);
const blockedByPolicy = words(
  'A Conditional Access policy blocks the sign-in.',
  PERSON,
  `${LOGS} It names the policy: except the app or the people from it, or meet what it asks.`,
);
const device = words(
  'A policy allows this only from a managed device.',
  PERSON,
  'MEGDocs calls Microsoft from its server, which can not prove to be such a device: except the app from the device rule of the Conditional Access policy.',
);
const crossTenant = words(
  'A cross-tenant access policy or a tenant restriction of the network forbids it.',
  PERSON,
  'In Entra, External Identities, Cross-tenant access settings, allow the app for that tenant; tenant restrictions are set at the network’s proxy.',
);
const permissions = words(
  'The app registration lacks a permission, or its consent was lost.',
  BEGIN,
  'In Entra, App registrations, API permissions, add the delegated Microsoft Graph permissions User.Read and {filesScope}, then have an administrator grant consent.',
);
const unverified = words(
  'Microsoft can not verify the certificate’s signature: that certificate is not registered for the app, or has ended.',
  APP,
  'Upload the certificate that MICROSOFT_CERTIFICATE_FILE names under Certificates & secrets, Certificates, of the app registration; compare the thumbprint that npm run doctor shows.',
);
const otherCloud = words(
  'The app or the tenant belongs to another Microsoft cloud than MICROSOFT_CLOUD says ({cloud}).',
  APP,
  'Set MICROSOFT_CLOUD to the cloud in which the app is registered: global, usgov-l4, usgov-l5 or china. Registrations do not cross clouds.',
);
const consent = words(
  'The tenant lets only administrators consent to the permissions that MEGDocs asks for.',
  'People see “Need admin approval” and can not connect.',
  'Have a tenant administrator open the consent link of Administration, Microsoft 365, and accept; or use MICROSOFT_FILES_SCOPE=Files.ReadWrite, to which many tenants let people consent themselves.',
);
const wrongTenant = words(
  'The tenant does not fit the app: “{tenant}” can not be used with this registration.',
  BEGIN,
  'Set MICROSOFT_TENANT to the id of your tenant, or to “organizations” for an app of several tenants.',
);
const ourMistake = words(
  'Microsoft did not understand a request of MEGDocs.',
  'Connecting fails.',
  'Most likely something on the way changes requests, or this version of MEGDocs is too old: update it, and report the number if it stays.',
);

const TABLE: [AdminWords, AadstsNumber[]][] = [
  [
    words(
      'Microsoft says that the secret is wrong: often the secret’s ID was pasted instead of its value.',
      APP,
      'Copy the column “Value” of Certificates & secrets (shown only when the secret is made; else make a new one) into MICROSOFT_CLIENT_SECRET, and start MEGDocs again.',
    ),
    [7000215],
  ],
  [
    words(
      'The secret has expired.',
      APP,
      'Make a new secret in the app registration, set MICROSOFT_CLIENT_SECRET and MICROSOFT_CLIENT_SECRET_EXPIRES, and start MEGDocs again.',
    ),
    [7000222],
  ],
  [
    words(
      'Microsoft got no credential from MEGDocs, or the app is not registered as one that has any.',
      APP,
      'Set MICROSOFT_CLIENT_SECRET, or a certificate, that is listed under Certificates & secrets of this very registration, and register the redirect URI on the platform “Web”.',
    ),
    [7000218],
  ],
  [
    words(
      'The app is registered as a public client (mobile and desktop), yet MEGDocs proves who it is.',
      APP,
      'In Entra, App registrations, Authentication, add the redirect URI under the platform “Web”, remove it under “Mobile and desktop applications”, and set “Allow public client flows” to No.',
    ),
    [700025],
  ],
  [unverified, [700027]],
  [words('Microsoft can not verify the app’s {credential}.', APP, '{credentialRemedy}'), [50012]],
  [
    words(
      'Microsoft finds the certificate’s signature outside its time: a clock is wrong.',
      APP,
      'Set the clock of this machine and let it be kept by NTP.',
    ),
    [700024],
  ],
  [
    words(
      'Microsoft knows no app {clientId} in the tenant “{tenant}”.',
      APP,
      'Compare MICROSOFT_CLIENT_ID with the application (client) ID of the registration, and MICROSOFT_TENANT with its tenant. An app of several tenants must be consented to in yours first: use the consent link of Administration, Microsoft 365.',
    ),
    [700016],
  ],
  [
    words(
      'The app was disabled by its owner, your tenant or Microsoft.',
      APP,
      'In Entra, Enterprise applications, the app’s Properties: set “Enabled for users to sign-in” to Yes. If Microsoft disabled it, the registration says why.',
    ),
    [7000112, 70001],
  ],
  [words('The redirect URI {redirectUri} is not registered.', BEGIN, addUri), [50011]],
  [
    words(
      'The redirect URI {redirectUri} is not an absolute address.',
      BEGIN,
      'Correct PUBLIC_URL, and leave MICROSOFT_REDIRECT_URI empty: the redirect URI is computed from it.',
    ),
    [90102],
  ],
  [words('The app registration has no redirect URI at all.', BEGIN, addUri), [500113]],
  [platform, [9002325, 9002326, 9002327, 700084]],
  [consent, [90094, 90095]],
  [
    words(
      'Nobody has consented to a permission that MEGDocs asks for, or the consent was taken back.',
      PERSON,
      'The people concerned connect again and accept; or a tenant administrator consents for everybody by the consent link of Administration, Microsoft 365.',
    ),
    [65001],
  ],
  [permissions, [65005, 650056, 650057, 500011]],
  [
    words(
      'The tenant has no subscription to a service that MEGDocs asks for.',
      PERSON,
      'Give the tenant a subscription, and the people licences, that include OneDrive (SharePoint Online): Microsoft 365 admin center, Billing.',
    ),
    [650052],
  ],
  [
    words(
      'Microsoft does not know a permission that MEGDocs asks for, or how it is written.',
      BEGIN,
      'Leave MICROSOFT_FILES_SCOPE empty or set it to Files.ReadWrite, and check MICROSOFT_CLOUD. If both are right it is a fault of MEGDocs: update it, and report the number if it stays.',
    ),
    [70011],
  ],
  [
    words(
      'The app is for one tenant, but MICROSOFT_TENANT is “{tenant}”.',
      BEGIN,
      'Set MICROSOFT_TENANT to the id of the tenant where the app is registered (Entra, Overview), or change the app to several tenants.',
    ),
    [50194],
  ],
  [wrongTenant, [50059, 9002332, 9001023, 90019]],
  [
    words(
      'Microsoft does not know the tenant “{tenant}”.',
      APP,
      'Set MICROSOFT_TENANT to the id or a verified domain of your tenant, or to “organizations”; MICROSOFT_CLOUD must be the cloud that it lives in.',
    ),
    [90002],
  ],
  [otherCloud, [900382, 90038]],
  [blockedByPolicy, [53003, 530032, 530035, 53004, 53011]],
  [device, [53000, 53001, 53002, 50097]],
  [crossTenant, [500212, 500213, 500021]],
  [
    words(
      'The app demands an assignment, and people have none.',
      PERSON,
      'In Entra, Enterprise applications, Users and groups, assign them; or set “Assignment required” to No in the app’s Properties.',
    ),
    [50105],
  ],
  [
    words(
      'An account is not in the directory of the tenant, or only a stranger to it.',
      PERSON,
      'They use the account of their own institution; or invite the account as a guest, and admit its tenant under Administration, Microsoft 365.',
    ),
    [50020, 51004, 50034],
  ],
  [
    words(
      'An account is disabled in Entra.',
      PERSON,
      'Enable it in the Microsoft 365 admin center, if the person is still with you.',
    ),
    [50057],
  ],
  [
    words(
      'An account is locked, or the address it signs in from is.',
      PERSON,
      'Wait a few minutes; then look under Entra, Protection, Risky sign-ins, and unblock it.',
    ),
    [50053],
  ],
  [
    ourMistake,
    [28002, 28003, 500112, 9002313, 900144, 90014, 900561, 50147, 501491, 50149, 700022, 700054, 70005, 70003, 901002],
  ],
];

const BY_NUMBER: ReadonlyMap<number, AdminWords> = new Map(
  TABLE.flatMap(([entry, numbers]) => numbers.map((number) => [number, entry] as const)),
);

/**
 * The one table of what an administrator reads about a number of Microsoft's: the doctor, the note for IT and
 * `docs/aadsts.md` speak by it. Undefined where there is nothing for them to do.
 */
export function adminWordsOf(aadsts: number): AdminWords | undefined {
  return BY_NUMBER.get(aadsts);
}

/** Whether it is for whoever writes MEGDocs. */
export function isOurMistake(entry: AdminWords): boolean {
  return entry === ourMistake;
}

/** What is configured; without it the words name the setting. */
export interface FilledFrom {
  redirectUri?: string;
  tenant?: string;
  clientId?: string;
  filesScope?: string;
  cloud?: string;
  credential?: { kind: 'secret' | 'certificate' };
}

export function fillAdminWords(text: string, given: FilledFrom): string {
  const { kind } = given.credential ?? {};
  const values: Record<string, string | undefined> = {
    redirectUri: given.redirectUri ?? 'the redirect URI that MEGDocs shows',
    tenant: given.tenant ?? 'MICROSOFT_TENANT',
    clientId: given.clientId ?? 'MICROSOFT_CLIENT_ID',
    filesScope: given.filesScope ?? 'MICROSOFT_FILES_SCOPE',
    cloud: given.cloud ?? 'global',
    credential: kind ?? 'secret or certificate',
    credentialRemedy: kind
      ? CREDENTIAL[kind]
      : `With a secret: ${CREDENTIAL.secret} With a certificate: ${CREDENTIAL.certificate}`,
  };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

const CREDENTIAL = {
  secret:
    'Make a new secret under Certificates & secrets of the app registration, copy its column “Value” into MICROSOFT_CLIENT_SECRET, and start MEGDocs again.',
  certificate: unverified.remedy,
};
