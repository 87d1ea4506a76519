import type { ConnectionErrorCode, ConnectionErrorKind } from './connection-error.ts';

/**
 * Where an error is met: `page`, Microsoft shows it and sends nobody back (the app never hears of it); `redirect`, on
 * the way back to the redirect URI; `token`, as the answer of the token endpoint.
 */
export type ErrorPlace = 'page' | 'redirect' | 'token';

/** What one AADSTS number means to an app. */
export interface AadstsClass {
  /** Who must act. */
  kind: ConnectionErrorKind;
  code: ConnectionErrorCode;
  /** The OAuth error names it comes with; Microsoft isn't consistent, so the number rules. */
  oauthErrors: readonly string[];
  places: readonly ErrorPlace[];
  /** One clause for the administrator's log; words for people are the host's. */
  meaning: string;
}

type Row<C extends ConnectionErrorCode> = AadstsClass & { code: C };
const row =
  <K extends ConnectionErrorKind, C extends ConnectionErrorCode>(kind: K, code: C) =>
  (errors: string, places: string, meaning: string): Row<C> & { kind: K } => ({
    kind,
    code,
    oauthErrors: errors.split(' '),
    places: places.split(' ').filter(isPlace),
    meaning,
  });
const isPlace = (text: string): text is ErrorPlace => text === 'page' || text === 'redirect' || text === 'token';

const credential = row('app', 'client_credential_refused');
const unknownApp = row('app', 'app_not_found');
const setUp = row('app', 'app_misconfigured');
const approval = row('admin', 'admin_approval_needed');
const blocked = row('admin', 'access_blocked');
const declined = row('declined', 'consent_declined');
const consent = row('user', 'consent_required');
const grant = row('user', 'grant_refused');
const interaction = row('user', 'interaction_required');
const account = row('user', 'account_not_usable');
const throttled = row('throttled', 'microsoft_throttled');
const loop = row('throttled', 'loop_detected');
const transient = row('transient', 'microsoft_unavailable');

const GRANT = 'invalid_grant';
const REQUEST = 'invalid_request';
const CLIENT = 'invalid_client';
const POLICY = 'access_denied interaction_required invalid_grant';
const STRONG = 'invalid_grant interaction_required';
const BUSY = 'temporarily_unavailable server_error';

/**
 * Every AADSTS number this package knows, and what it means. An unknown one falls back to the OAuth error's name
 * (`OAUTH_ERROR_CLASSES`), because Microsoft's numbers may change.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const AADSTS_CODES = {
  // The app's credential
  7000215: credential(CLIENT, 'token', 'the secret is wrong; often its id was pasted instead of its value'),
  7000222: credential(CLIENT, 'token', 'the secret has expired'),
  7000218: credential(CLIENT, 'token', 'no secret or assertion was sent, or the app is not registered as confidential'),
  700025: credential(CLIENT, 'token', 'the app is registered as public, yet a credential was sent'),
  700027: credential(CLIENT, 'token', 'the signature of the client assertion does not fit a registered certificate'),
  50012: credential(CLIENT, 'token', 'the credential could not be verified, its thumbprint for example'),
  700024: credential(CLIENT, 'token', 'the client assertion is outside its time: a clock is wrong'),
  // The app as a tenant knows it
  700016: unknownApp('unauthorized_client', 'page token', 'the client id is not known in that tenant'),
  7000112: unknownApp('unauthorized_client', 'page token', 'the app was disabled'),
  70001: unknownApp('unauthorized_client', 'token', 'the app is disabled or not supported here'),
  // Redirect URI and platform
  50011: setUp(REQUEST, 'page', 'the redirect URI is not one of those registered'),
  500112: setUp(`${CLIENT} ${GRANT}`, 'token', 'redemption named another redirect URI than the start'),
  500113: setUp(REQUEST, 'page', 'the app has no redirect URI registered'),
  90102: setUp(REQUEST, 'page', 'the redirect URI is not an absolute address'),
  9002325: setUp(REQUEST, 'redirect', 'PKCE is demanded: the platform is "single-page application"'),
  9002326: setUp(REQUEST, 'token', 'redemption across origins is for single-page applications'),
  9002327: setUp(REQUEST, 'token', 'the platform is "single-page application", whose tokens browsers redeem'),
  700084: grant(GRANT, 'token', 'the refresh token of a single-page application ended after its 24 hours'),
  // Consent and permissions
  65001: consent(GRANT, 'token redirect', 'nobody has consented to a requested permission'),
  65004: declined('access_denied', 'redirect', 'the person declined the permissions'),
  90094: approval('access_denied', 'page', 'only an administrator may consent to these permissions'),
  90095: approval('access_denied', 'page', "an administrator's approval was asked for or can be"),
  65005: setUp(`invalid_resource ${CLIENT}`, 'redirect token', 'a permission is not in the registration'),
  650052: blocked(
    'invalid_resource',
    'page redirect',
    'the tenant has no subscription to a service that was asked for',
  ),
  650056: setUp(CLIENT, 'page', 'the registration lists no permissions, or their consent was lost'),
  650057: setUp('invalid_resource', 'token', "the resource is not among the app's permissions"),
  70011: setUp('invalid_scope', 'token redirect', 'a scope is unknown or badly written'),
  28002: setUp(`invalid_scope ${REQUEST}`, 'token', 'a scope was not valid at redemption'),
  28003: setUp(`invalid_scope ${REQUEST}`, 'token', 'no scope was named at redemption'),
  500011: setUp('invalid_resource', 'token', 'the resource does not exist in that tenant'),
  700022: setUp(REQUEST, 'token', 'scopes of several resources were asked for at once'),
  // The grant
  70000: grant(GRANT, 'token', 'the grant is not valid; for personal accounts it stands for most refusals'),
  70008: grant(GRANT, 'token', 'the code or refresh token was not used in time'),
  700082: grant(GRANT, 'token', 'the refresh token was not used for 90 days'),
  70043: grant(GRANT, 'token', 'a sign-in frequency policy ended the session'),
  50173: grant(GRANT, 'token', 'the grant was revoked: password reset or sessions ended'),
  50132: grant(GRANT, 'token', 'the session is not valid any more'),
  50133: grant(GRANT, 'token', 'the session was revoked or its password changed'),
  50089: grant(GRANT, 'token', 'the sign-in took too long'),
  54005: grant(GRANT, 'token', 'the code was redeemed before'),
  50148: grant(GRANT, 'token', 'the code verifier does not fit its challenge'),
  501481: grant(GRANT, 'token', 'the code verifier does not fit its challenge'),
  700005: grant(GRANT, 'token', 'the code belongs to another tenant'),
  // A mistake in the request
  9002313: setUp(`${REQUEST} ${GRANT}`, 'token', 'the request, or a code or token in it, is malformed'),
  900144: setUp(REQUEST, 'token', 'a parameter is missing in the body'),
  90014: setUp(REQUEST, 'token', 'a required field is missing'),
  900561: setUp(REQUEST, 'token', 'the verb or content type is wrong'),
  50147: setUp(REQUEST, 'redirect', 'the code challenge is malformed'),
  501491: setUp(REQUEST, 'redirect', 'the code challenge is malformed'),
  50149: setUp(REQUEST, 'redirect', 'the code challenge or its method is malformed'),
  700054: setUp('unsupported_response_type', 'redirect', 'the response type is not enabled for the app'),
  70005: setUp('unsupported_response_type', 'redirect', 'the response type is not supported for the app'),
  70003: setUp('unsupported_grant_type', 'token', 'the grant type is not supported'),
  901002: setUp(REQUEST, 'page', 'the parameter "resource" is not supported on this endpoint'),
  // Microsoft wants to see the person
  50058: interaction('login_required', 'redirect', 'nobody is signed in for a silent sign-in'),
  16000: interaction('interaction_required', 'redirect', 'several signed-in accounts, or none that fits'),
  160021: interaction('interaction_required', 'redirect', 'no signed-in account fits'),
  50076: interaction(STRONG, 'token', 'a second factor is demanded'),
  50079: interaction(STRONG, 'token', 'the person must register a second factor'),
  50074: interaction(STRONG, 'token', 'strong authentication is demanded'),
  50078: interaction(STRONG, 'token', 'the second factor was shown too long ago'),
  50072: interaction(STRONG, 'page token', 'the person must enrol a second factor, at the screen'),
  50158: interaction('interaction_required', 'token', 'an external security check was not met'),
  50140: interaction('interaction_required', 'page', 'the sign-in was interrupted by "stay signed in?"'),
  50125: interaction('interaction_required', 'page', 'the sign-in was interrupted by a password reset or registration'),
  // A rule of the tenant
  53003: blocked(POLICY, 'page token', 'a conditional access policy blocks it'),
  53000: blocked(POLICY, 'page token', 'the device is not compliant'),
  53001: blocked(POLICY, 'page token', 'the device is not joined to the domain'),
  53002: blocked(POLICY, 'page token', 'the app is not one of the approved ones'),
  530032: blocked(POLICY, 'page token', 'a security policy blocks it'),
  530035: blocked(POLICY, 'page token', 'security defaults block it'),
  53004: blocked('access_denied', 'page', 'registering a second factor is blocked because of risk'),
  53011: blocked('access_denied', 'page', 'the person is blocked because of risk'),
  50097: blocked('interaction_required', 'token', 'the device must authenticate'),
  50105: blocked(`access_denied ${GRANT}`, 'page', 'the person is not assigned to the app'),
  500212: blocked('access_denied', 'page', "the home tenant's cross-tenant access policy forbids it"),
  500213: blocked('access_denied', 'page', "the resource tenant's cross-tenant access policy forbids it"),
  500021: blocked('access_denied', 'page', "tenant restrictions of the person's network forbid it"),
  // The account
  51004: blocked(GRANT, 'page', 'the account is not in the directory'),
  50057: blocked(GRANT, 'page token', 'the account is disabled'),
  50034: account(GRANT, 'page token', 'the account does not exist in that tenant'),
  50020: account('access_denied', 'page redirect', 'the account belongs to another tenant and is no guest here'),
  500208: account(REQUEST, 'page', 'a personal account at an app for work accounts'),
  50126: account(GRANT, 'page', 'the password is wrong'),
  50053: account(GRANT, 'page', 'the account is locked, or the address it signs in from is'),
  50055: account(GRANT, 'page token', 'the password has expired'),
  50144: account(GRANT, 'page token', 'the password in the directory has expired'),
  // Tenant and cloud
  50059: setUp(REQUEST, 'page', 'no tenant can be told from the request'),
  50194: setUp(REQUEST, 'page', 'the app is for one tenant and was used at a shared address'),
  9002332: setUp(REQUEST, 'page', 'the app is for work accounts and was used at "consumers"'),
  9001023: setUp(REQUEST, 'token', 'the grant is not supported at "common" or "consumers"'),
  90002: setUp(REQUEST, 'page token', 'the tenant does not exist in this cloud'),
  90019: setUp(REQUEST, 'page', 'the request names no tenant'),
  900382: setUp(REQUEST, 'token', 'the app is registered in another cloud'),
  90038: setUp(REQUEST, 'token', 'the tenant lives in another cloud'),
  // Later
  50196: loop(GRANT, 'token', 'the same request came too often'),
  90055: throttled('temporarily_unavailable', 'token', 'the tenant is throttled'),
  90033: transient(BUSY, 'token', 'a service behind the sign-in is not available'),
  90006: transient(BUSY, 'token', 'a service behind the sign-in failed'),
  90012: transient(BUSY, 'token', 'the request ran out of time at Microsoft'),
  90024: transient(BUSY, 'token', 'the request was not completed at Microsoft'),
  50033: transient(BUSY, 'token', 'a passing fault at Microsoft'),
  90090: transient(BUSY, 'token', 'a passing fault at Microsoft'),
} as const satisfies Record<number, AadstsClass>;

/** The numbers of `AADSTS_CODES`, as a type: a host's table of words keyed by it is complete or doesn't compile. */
export type AadstsNumber = keyof typeof AADSTS_CODES;

/** Whether `AADSTS_CODES` has this number. */
export function isKnownAadsts(number: number): number is AadstsNumber {
  return Object.hasOwn(AADSTS_CODES, number);
}
