import { type AadstsEntry, GRANT, rows } from './entry.ts';

const DEVICE = 'OAuth 2.0 device flow error.';

/** What is wrong with a code, a token or the session that it came from. */
export const GRANT_CODES: Record<number, AadstsEntry> = {
  ...rows(GRANT, 'redirect', {
    50089: 'Authentication failed due to flow token expired. Start again.',
    50132: 'The session is not valid due to the following reasons: password expiration or recent password change.',
    50133: 'The session is not valid due to expiration or recent password change.',
    50148: 'The code_verifier does not match the code_challenge supplied in the authorization request.',
    501481: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    50173:
      'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
    50196:
      'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
    54005:
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    70000: 'The provided grant is not valid.',
    70008:
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    700005: 'The provided Authorization Code is intended to use against other tenant, thus rejected.',
    700084:
      'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
  }),
  ...rows({ ...GRANT, suberror: 'bad_token' }, 'redirect', {
    70043: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
    700082: 'The refresh token has expired due to inactivity. It was inactive for 90.00:00:00.',
  }),
  ...rows({ ...GRANT, suberror: 'consent_required', redirectError: 'consent_required' }, 'redirect', {
    65001:
      'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  }),
  ...rows({ error: 'authorization_pending', status: 400 }, 'redirect', {
    70016: `${DEVICE} Authorization is pending. Continue polling.`,
  }),
  ...rows({ error: 'bad_verification_code', status: 400 }, 'redirect', {
    70018: "The provided value for the input parameter 'device_code' is not valid.",
  }),
  ...rows({ error: 'expired_token', status: 400 }, 'redirect', {
    70020: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  }),
};
