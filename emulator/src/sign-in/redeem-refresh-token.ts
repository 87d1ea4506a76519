import type { User } from '../world/directory.ts';
import { readClaims } from './claims-parameter.ts';
import { assertDemandsMet } from './conditional-access.ts';
import { SignInError } from './errors.ts';
import type { TokenAnswer } from './issue-tokens.ts';
import { notAssigned } from './next-step.ts';
import { askedScopes, getUser, issueFor, notConsented, required, type TokenRequest } from './token-request.ts';

export async function redeemRefreshToken(request: TokenRequest): Promise<TokenAnswer> {
  const { form, app } = request;
  const { world } = request.signIn;
  const { grants, directory } = world;
  const text = required(form, 'refresh_token');
  const token = grants.findRefreshToken(text);
  if (token === undefined) throw new SignInError(9002313);
  if (token.clientId !== app.clientId)
    throw new SignInError(70000, 'The refresh token was issued to another application.');
  const user = getUser(request, token.userId, token.issuedAt);
  if (token.rotated) {
    grants.count(user, app.clientId, 'reused');
    throw new SignInError(70000, 'The refresh token was already used and replaced by a newer one.');
  }
  if (token.expired) throw new SignInError(app.platform === 'spa' ? 700084 : 700082);
  if (!directory.isAssigned(user, app)) throw notAssigned(user, app);
  assertDemandsMet(world, user, app, { ...token, signedInAt: token.authTime });
  assertClaimsMet(form, token);
  const asked = askedScopes(request, token.scopes);
  assertStillConsented(request, user, asked);
  // One step: whoever gets no answer has neither lost the old token nor made a second new one count.
  if (grants.rotation === 'strict' && !request.omitRefreshToken) grants.markRotated(text);
  grants.count(user, app.clientId, 'refreshed');
  return issueFor(request, user, token, { asked, replaces: token });
}

/** A refresh can't prove anything new: what a challenge asks for beyond the grant needs the person. */
function assertClaimsMet(form: URLSearchParams, token: { mfa: boolean; authTime: number; contexts: string[] }): void {
  const text = form.get('claims');
  const { notBefore, stepUp, contexts } = readClaims(text);
  const isMet =
    token.authTime >= (notBefore ?? 0) &&
    (token.mfa || !stepUp) &&
    contexts.every((context) => token.contexts.includes(context));
  if (!isMet) throw new SignInError(50076, undefined, { claims: text ?? '' });
}

function assertStillConsented(request: TokenRequest, user: User, scopes: string[]): void {
  const consented = request.signIn.world.directory.consentedScopes(user, request.app);
  if (scopes.some((scope) => !consented.has(scope))) throw notConsented(request.app);
}
