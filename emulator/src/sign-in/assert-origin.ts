import type { Application } from '../world/directory.ts';
import { SignInError } from './errors.ts';

/**
 * Pages redeem codes of single-page applications and nothing else does: a browser sends `Origin`, a server does not.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function assertOrigin(app: Application, origin: string | undefined): void {
  if (app.platform === 'spa') {
    if (origin === undefined) throw new SignInError(9002327);
    return;
  }
  if (origin === undefined) return;
  const shown = origin.slice(0, 200).replace(/[^\x20-\x7e]|'/g, '?');
  throw new SignInError(
    9002326,
    `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${shown}'.`,
  );
}
