import type { Application } from '../world/directory.ts';
import { SignInError } from './errors.ts';

/** Which of code and id_token the application asks for, as far as its registration allows. */
export function readResponseType(params: URLSearchParams, app: Application): { code: boolean; idToken: boolean } {
  const text = params.get('response_type');
  if (text === null || text.trim() === '') {
    throw new SignInError(900144, "The request must contain the following parameter: 'response_type'.");
  }
  const types = text.trim().split(/\s+/);
  const unknown = types.find((type) => type !== 'code' && type !== 'id_token');
  if (unknown !== undefined) {
    throw new SignInError(70005, `response_type '${unknown.slice(0, 60)}' is not supported for the application.`);
  }
  const asked = { code: types.includes('code'), idToken: types.includes('id_token') };
  if (asked.idToken) assertIdTokenAllowed(params, app);
  assertResponseMode(params.get('response_mode'), asked.idToken);
  return asked;
}

function assertIdTokenAllowed(params: URLSearchParams, app: Application): void {
  if (!app.implicitIdTokens) throw new SignInError(700054);
  if ((params.get('nonce') ?? '') === '') {
    throw new SignInError(900144, "The request body must contain the following parameter: 'nonce'.");
  }
}

/** A token in a query would end up in logs and histories. */
function assertResponseMode(mode: string | null, hasToken: boolean): void {
  if (mode === null || mode === '') return;
  if (!['query', 'fragment', 'form_post'].includes(mode) || (hasToken && mode === 'query')) {
    throw new SignInError(
      70007,
      `'${mode.slice(0, 40)}' is not a supported value of 'response_mode' when requesting a token.`,
    );
  }
}
