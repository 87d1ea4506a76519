import { PERSONAL_PREFIX } from '../world/grants.ts';
import { SignInError } from './errors.ts';

const NOT_VALID: readonly number[] = [9002313, 54005, 700005, 500112];
const OVER: readonly number[] = [70008, 700082, 700084, 70043, 50173, 50133, 50057, 65001];
const VERIFIER: readonly number[] = [50148, 501481];

/** Personal accounts tell most faults of a grant by one number, with texts of their own. */
export function asPersonalRefusal(error: SignInError, form: URLSearchParams): SignInError {
  const name = form.has('refresh_token') ? 'refresh_token' : 'code';
  if (form.get(name)?.startsWith(PERSONAL_PREFIX) !== true) return error;
  if (NOT_VALID.includes(error.aadsts)) {
    return new SignInError(70000, `The provided value for the input parameter '${name}' is not valid.`);
  }
  if (VERIFIER.includes(error.aadsts)) {
    return new SignInError(
      70000,
      "The provided value for the input parameter 'code_verifier' is not valid: it does not match the 'code_challenge' supplied in the authorization request.",
    );
  }
  if (!OVER.includes(error.aadsts)) return error;
  return new SignInError(
    70000,
    'The user could not be authenticated or the grant is expired. The user must first sign in and if needed grant the client application access to the requested scope.',
  );
}
