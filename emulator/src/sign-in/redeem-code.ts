import { createHash } from 'node:crypto';
import type { AuthorizationCode } from '../world/grants.ts';
import { SignInError } from './errors.ts';
import type { TokenAnswer } from './issue-tokens.ts';
import { askedScopes, assertScopesOfCode, getUser, issueFor, required, type TokenRequest } from './token-request.ts';

export async function redeemCode(request: TokenRequest): Promise<TokenAnswer> {
  const { form, app, authority } = request;
  const { grants } = request.signIn.world;
  const text = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const code = grants.findCode(text);
  if (code === undefined) throw new SignInError(9002313);
  if (code.clientId !== app.clientId) throw new SignInError(70000, 'The code was issued to another application.');
  if (code.redeemed) throw new SignInError(54005);
  if (code.expired) throw new SignInError(70008);
  if (code.tenantSegment !== authority.segment && !isSameTenant(request, code.tenantSegment))
    throw new SignInError(700005);
  if (code.redirectUri !== redirectUri) throw new SignInError(500112);
  assertVerifier(code, form.get('code_verifier'));
  assertScopesOfCode(request);
  const user = getUser(request, code.userId, code.issuedAt);
  const asked = askedScopes(request, code.scopes);
  grants.markRedeemed(text);
  grants.count(user, app.clientId, 'issued');
  return issueFor(request, user, code, { asked, ...(code.nonce === undefined ? {} : { nonce: code.nonce }) });
}

function isSameTenant(request: TokenRequest, segment: string): boolean {
  const { authority } = request;
  const tenant = request.signIn.world.directory.findTenant(segment);
  return authority.kind === 'tenant' && tenant?.id === authority.tenant.id;
}

function assertVerifier({ codeChallenge: challenge }: AuthorizationCode, verifier: string | null): void {
  if (challenge === undefined) return;
  if (verifier === null || verifier === '') {
    throw new SignInError(50148, "The request body must contain the following parameter: 'code_verifier'.");
  }
  const made = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (made !== challenge.value || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) throw new SignInError(50148);
}
