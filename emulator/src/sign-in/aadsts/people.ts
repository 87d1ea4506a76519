import { type AadstsEntry, DENIED, GRANT, rows } from './entry.ts';

/** Names the policy that was not met: a token with these claims has met it. */
const POLICY_CLAIMS = JSON.stringify({
  access_token: { capolids: { essential: true, values: ['6a1d8f1e-5c2b-4d7f-9f3a-1b2c3d4e5f60'] } },
});
const STEP_UP = {
  error: 'interaction_required',
  status: 400,
  suberror: 'basic_action',
  claims: POLICY_CLAIMS,
};
const BLOCKED = { error: 'interaction_required', status: 400, suberror: 'message_only' };
const INTERACT = { error: 'interaction_required', status: 400 };
const PASSWORD = { ...GRANT, suberror: 'user_password_expired' };

/** What is wrong with the account, or what its organization asks of it. */
export const PEOPLE_CODES: Record<number, AadstsEntry> = {
  ...rows(INTERACT, 'redirect', {
    16000:
      'Interaction is required: either multiple user identities are available for the current request or selected account is not supported for the scenario.',
    50097: 'Device authentication is required.',
    160021: 'Application requested a user session which does not exist.',
  }),
  ...rows(INTERACT, 'page', {
    50125: 'Sign-in was interrupted because of a password reset or password registration entry.',
    50140: "This occurred due to 'Keep me signed in' interrupt when the user was signing-in. Please retry the sign in.",
  }),
  ...rows({ ...INTERACT, error: 'login_required' }, 'redirect', {
    50058: 'A silent sign-in request was sent but no user is signed in.',
  }),
  ...rows(STEP_UP, 'redirect', {
    50074: 'Strong Authentication is required.',
    50076:
      'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
    50078:
      'Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.',
    50079:
      'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
    50158: 'External security challenge was not satisfied.',
  }),
  ...rows(STEP_UP, 'page', {
    50072:
      'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication.',
  }),
  ...rows(BLOCKED, 'page', {
    53000: 'Your device is required to be managed to access this resource.',
    53001: 'Your device is required to be joined to your organization to access this resource.',
    53002: 'The application used is not an approved application for Conditional Access.',
    53003: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    530032: 'Access has been blocked by a security policy of your organization.',
    530035: 'Access has been blocked by security defaults. The request was deemed unsafe.',
  }),
  ...rows(DENIED, 'page', {
    50020:
      'User account does not exist in this tenant and cannot access the application in it. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.',
    50105:
      'Your administrator has configured the application to block users unless they are specifically granted access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.',
    53004: 'The user needs to complete multi-factor authentication registration before accessing this content.',
    53011: 'User blocked due to risk on home tenant.',
    90094: 'Administrator consent is required to use the application.',
    90095:
      'Administrator consent is required to use the application; a request for it may be sent to the administrator.',
  }),
  ...rows({ ...DENIED, error: 'access_denied' }, 'redirect', {
    65004: 'User declined to consent to access the app.',
  }),
  ...rows(GRANT, 'page', {
    50034:
      'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
    50053: 'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
    50057: 'The user account is disabled.',
    50126: 'Error validating credentials due to invalid username or password.',
    51004:
      'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  }),
  ...rows(PASSWORD, 'page', {
    50055: 'The password is expired.',
    50144:
      "The user's Active Directory password has expired. Generate a new password for the user or have the user use the self-service reset tool.",
  }),
};
