import { AADSTS_CODES, type AadstsClass, isKnownAadsts } from './aadsts-codes.ts';
import type { ConnectionErrorCode, ConnectionErrorKind } from './connection-error.ts';

/** Who must act on an error, and what happened. */
export interface ErrorClass {
  kind: ConnectionErrorKind;
  code: ConnectionErrorCode;
}

/**
 * What an OAuth error means whose AADSTS number is unknown or missing.
 * @see RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6, and Microsoft's additions
 */
export const OAUTH_ERROR_CLASSES = {
  invalid_grant: { kind: 'user', code: 'grant_refused' },
  interaction_required: { kind: 'user', code: 'interaction_required' },
  login_required: { kind: 'user', code: 'interaction_required' },
  consent_required: { kind: 'user', code: 'consent_required' },
  invalid_client: { kind: 'app', code: 'client_credential_refused' },
  unauthorized_client: { kind: 'app', code: 'app_not_found' },
  invalid_request: { kind: 'app', code: 'app_misconfigured' },
  invalid_resource: { kind: 'app', code: 'app_misconfigured' },
  invalid_scope: { kind: 'app', code: 'app_misconfigured' },
  invalid_tenant: { kind: 'app', code: 'app_misconfigured' },
  unsupported_grant_type: { kind: 'app', code: 'app_misconfigured' },
  unsupported_response_type: { kind: 'app', code: 'app_misconfigured' },
  temporarily_unavailable: { kind: 'transient', code: 'microsoft_unavailable' },
  server_error: { kind: 'transient', code: 'microsoft_unavailable' },
} as const satisfies Record<string, ErrorClass>;

/** Entra's `suberror`, where neither number nor name says as much. */
const BY_SUBERROR = new Map<string | undefined, ErrorClass>([
  // "Interaction will not help": a policy of the tenant.
  ['message_only', { kind: 'admin', code: 'access_blocked' }],
  ['consent_required', { kind: 'user', code: 'consent_required' }],
  ['basic_action', { kind: 'user', code: 'interaction_required' }],
  ['additional_action', { kind: 'user', code: 'interaction_required' }],
  ['user_password_expired', { kind: 'user', code: 'account_not_usable' }],
  ['bad_token', { kind: 'user', code: 'grant_refused' }],
]);

const BY_NAME = new Map<string, ErrorClass>(Object.entries(OAUTH_ERROR_CLASSES));
const MALFORMED = 9002313;

/**
 * Who must act on an OAuth error. Numbers are looked for in the whole list (54005 has been seen second); what isn't
 * known falls back to the error's name, since Microsoft's numbers may change.
 */
export function classifyOAuthError(
  place: 'redirect' | 'token',
  said: { error: string; numbers: readonly number[]; suberror?: string },
): ErrorClass & { aadsts?: number } {
  const numbers = said.numbers.filter((number) => isBelieved(place, number));
  const aadsts = numbers.find(isKnownAadsts);
  if (aadsts === undefined) return { ...classifyByName(place, said), aadsts: numbers[0] };
  // As invalid_grant it is the one grant that is malformed; every other name blames the request.
  if (aadsts === MALFORMED && said.error === 'invalid_grant') return { ...OAUTH_ERROR_CLASSES.invalid_grant, aadsts };
  const { kind, code } = AADSTS_CODES[aadsts];
  return { kind, code, aadsts };
}

/**
 * A redirect is an address that anybody can write by hand. What blames the app or the tenant is taken from it only where
 * Microsoft is known to say it there, or on a page that leads back.
 */
function isBelieved(place: 'redirect' | 'token', number: number): boolean {
  if (place === 'token' || !isKnownAadsts(number)) return true;
  const { kind, places }: AadstsClass = AADSTS_CODES[number];
  return (kind !== 'app' && kind !== 'admin') || places.some((known) => known !== 'token');
}

const DECLINED = 65004;

/**
 * Entra tells declining by its number; older answers, and those for personal accounts, come without any. A denial under
 * another number, or of tokens, is a rule of the tenant, and nothing the person did.
 */
function classifyByName(
  place: 'redirect' | 'token',
  { error, numbers, suberror }: { error: string; numbers: readonly number[]; suberror?: string },
): ErrorClass {
  const bySuberror = BY_SUBERROR.get(suberror);
  if (bySuberror) return bySuberror;
  if (error !== 'access_denied') return BY_NAME.get(error) ?? { kind: 'protocol', code: 'response_untrusted' };
  if (place === 'token' || numbers.length > 0) return { kind: 'admin', code: 'access_blocked' };
  const { kind, code } = AADSTS_CODES[DECLINED];
  return { kind, code };
}
