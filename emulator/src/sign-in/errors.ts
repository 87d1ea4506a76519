import { newGuid } from '../world/ids.ts';
import type { World } from '../world/world.ts';

interface AadstsEntry {
  error: string;
  status: number;
  text: string;
  suberror?: string;
  claims?: string;
}

const GRANT = { error: 'invalid_grant', status: 400 };
const REQUEST = { error: 'invalid_request', status: 400 };
const CLIENT = { error: 'invalid_client', status: 401 };
const UNAUTHORIZED = { error: 'unauthorized_client', status: 400 };
const MFA_CLAIMS = JSON.stringify({ access_token: { capolids: { essential: true, values: ['emulator-policy'] } } });
const MFA = { error: 'interaction_required', status: 400, suberror: 'basic_action', claims: MFA_CLAIMS };
const POLICY = { error: 'interaction_required', status: 400, suberror: 'message_only' };
const TRANSIENT = { error: 'temporarily_unavailable', status: 503 };

/**
 * The codes that the emulator sends by itself or by a fault.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const AADSTS: Record<number, AadstsEntry> = {
  16000: {
    ...POLICY,
    suberror: 'basic_action',
    text: 'Interaction is required: several accounts, or none, match the request.',
  },
  28002: { error: 'invalid_scope', status: 400, text: 'The scope in the token request is not valid.' },
  50011: {
    ...REQUEST,
    text: 'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  },
  50012: { ...CLIENT, text: 'The client credential could not be verified.' },
  50020: {
    error: 'access_denied',
    status: 400,
    text: 'User account does not exist in this tenant and cannot access the application in it. The account needs to be added as an external user in the tenant first.',
  },
  50034: { ...GRANT, text: 'The user account does not exist in the directory.' },
  50053: { ...GRANT, text: 'The account is locked.' },
  50055: { ...GRANT, suberror: 'user_password_expired', text: 'The password is expired.' },
  50057: { ...GRANT, text: 'The user account is disabled.' },
  50058: { error: 'login_required', status: 400, text: 'A silent sign-in request was sent but no user is signed in.' },
  50059: { ...REQUEST, text: 'No tenant-identifying information found in the request.' },
  50072: { ...MFA, text: 'The user must enroll in multifactor authentication.' },
  50074: { ...MFA, text: 'Strong authentication is required.' },
  50076: {
    ...MFA,
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
  },
  50078: {
    ...MFA,
    text: 'Presented multi-factor authentication has expired due to policies configured by your administrator.',
  },
  50079: {
    ...MFA,
    text: 'Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.',
  },
  50089: { ...GRANT, text: 'The flow token is expired.' },
  50105: {
    error: 'access_denied',
    status: 400,
    text: 'The signed in user is not assigned to a role for the application.',
  },
  50126: { ...GRANT, text: 'Error validating credentials due to invalid username or password.' },
  50133: { ...GRANT, text: 'The session is not valid due to expiration or recent password change.' },
  50144: { ...GRANT, suberror: 'user_password_expired', text: "The user's Active Directory password has expired." },
  50148: {
    ...GRANT,
    text: 'The code_verifier does not match the code_challenge supplied in the authorization request.',
  },
  50149: { ...REQUEST, text: 'Invalid code_challenge parameter.' },
  50158: { ...POLICY, text: 'External security challenge was not satisfied.' },
  50173: {
    ...GRANT,
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  50194: {
    ...REQUEST,
    text: 'The application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications.',
  },
  50196: { ...GRANT, text: 'The server terminated an operation because it encountered a client request loop.' },
  53000: { ...POLICY, text: 'Your device is required to be managed to access this resource.' },
  53003: { ...POLICY, text: 'Access has been blocked by Conditional Access policies.' },
  54005: {
    ...GRANT,
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    ...GRANT,
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  },
  65004: { error: 'access_denied', status: 400, text: 'User declined to consent to access the app.' },
  65005: {
    error: 'invalid_resource',
    status: 400,
    text: 'The application is misconfigured: the requested scope is not configured.',
  },
  70000: { ...GRANT, text: 'The provided grant is not valid.' },
  70001: { ...UNAUTHORIZED, text: 'The application is disabled.' },
  70003: { error: 'unsupported_grant_type', status: 400, text: 'The app requested an unsupported grant type.' },
  70008: {
    ...GRANT,
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: 'The provided value for the input parameter scope is not valid.',
  },
  70043: {
    ...GRANT,
    suberror: 'bad_token',
    text: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  },
  90002: {
    ...REQUEST,
    text: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  },
  90014: { ...REQUEST, text: 'A required field is missing from the request.' },
  90033: { ...TRANSIENT, text: 'A transient error has occurred. Please try again.' },
  90055: { error: 'temporarily_unavailable', status: 429, text: 'The tenant is throttled.' },
  90094: { error: 'access_denied', status: 400, text: 'Administrator consent is required to use the application.' },
  90102: { ...REQUEST, text: "The 'redirect_uri' value must be a valid absolute URI." },
  500011: { error: 'invalid_resource', status: 400, text: 'The resource principal was not found in the tenant.' },
  500112: {
    ...GRANT,
    text: 'The reply address does not match the reply address provided when requesting the authorization code.',
  },
  500113: { ...REQUEST, text: 'No reply address is registered for the application.' },
  500208: { ...REQUEST, text: 'The domain is not a valid login domain for the account type.' },
  700005: {
    ...GRANT,
    text: 'The provided authorization code is intended to use against another tenant, thus rejected.',
  },
  700016: {
    ...UNAUTHORIZED,
    text: 'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  700024: { ...CLIENT, text: 'Client assertion is not within its valid time range.' },
  700025: {
    ...CLIENT,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: { ...CLIENT, text: 'Client assertion failed signature validation.' },
  700054: {
    error: 'unsupported_response_type',
    status: 400,
    text: "response_type 'id_token' is not enabled for the application.",
  },
  700082: { ...GRANT, suberror: 'bad_token', text: 'The refresh token has expired due to inactivity.' },
  700084: {
    ...GRANT,
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1 day, which cannot be extended.',
  },
  900144: { ...REQUEST, text: 'The request body must contain a required parameter.' },
  900561: { ...REQUEST, text: 'The endpoint only accepts POST requests. Received a GET request.' },
  901002: { ...REQUEST, text: "The 'resource' request parameter is not supported." },
  9001023: {
    ...REQUEST,
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the tenant-specific endpoint.',
  },
  9002313: { ...REQUEST, text: 'Invalid request. Request is malformed or invalid.' },
  9002325: {
    ...REQUEST,
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  },
  9002326: {
    ...REQUEST,
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  },
  9002327: {
    ...REQUEST,
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  9002332: {
    ...REQUEST,
    text: 'The application is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.',
  },
  7000112: { ...UNAUTHORIZED, text: 'The application is disabled.' },
  7000215: {
    ...CLIENT,
    text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
  },
  7000218: {
    ...CLIENT,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: { ...CLIENT, text: 'The provided client secret keys for the app are expired.' },
};

/** A refusal of the identity platform; where it shows (page, redirect, token answer) is up to who catches it. */
export class SignInError extends Error {
  override name = 'SignInError';
  readonly aadsts: number;

  /** `detail` takes the place of the code's usual text. */
  constructor(aadsts: number, detail?: string) {
    super(detail ?? entryOf(aadsts).text);
    this.aadsts = aadsts;
  }
}

export function isKnownAadsts(aadsts: number): boolean {
  return AADSTS[aadsts] !== undefined;
}

/** Codes of which the application never hears: Microsoft shows them on its own page. */
const PAGE_CODES: readonly number[] = [
  50011, 50020, 50034, 50053, 50057, 50059, 50105, 50126, 50194, 53003, 90002, 90094, 90102, 500113, 500208, 700016,
  901002, 7000112, 9002332,
];

export function isShownOnPage(aadsts: number): boolean {
  return PAGE_CODES.includes(aadsts);
}

function entryOf(aadsts: number): AadstsEntry {
  return AADSTS[aadsts] ?? { ...GRANT, text: 'The request was refused.' };
}

export interface ErrorBody {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
  suberror?: string;
  claims?: string;
}

/** The error as the token endpoint answers it. */
export function errorBody(
  world: World,
  error: SignInError,
  issuer: string,
  correlationId: string | undefined,
): { status: number; body: ErrorBody } {
  const entry = entryOf(error.aadsts);
  const timestamp = `${world.clock.now().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const trace_id = newGuid(world.random);
  const correlation_id = correlationId ?? newGuid(world.random);
  return {
    status: entry.status,
    body: {
      error: entry.error,
      error_description: `AADSTS${error.aadsts}: ${error.message} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`,
      error_codes: [error.aadsts],
      timestamp,
      trace_id,
      correlation_id,
      error_uri: `${issuer}/error?code=${error.aadsts}`,
      ...(entry.suberror === undefined ? {} : { suberror: entry.suberror }),
      ...(entry.claims === undefined ? {} : { claims: entry.claims }),
    },
  };
}
