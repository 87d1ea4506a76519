import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedInAccount } from '../world/browser-sessions.ts';
import type { User } from '../world/directory.ts';
import type { Grant } from '../world/grants.ts';
import type { AuthorizeRequest, ReplyAddress } from './authorize-request.ts';
import { describeError, originsFor, type SignIn, scriptNonce, sendPage } from './context.ts';
import type { SignInError } from './errors.ts';
import type { AdminConsentRequest } from './flows.ts';
import { clientInfoOf, issueIdToken } from './issue-tokens.ts';
import { formPostPage } from './pages/index.ts';

/** Somebody who has passed all pages. */
export interface SignedInPerson {
  user: User;
  account: SignedInAccount;
  contexts: string[];
}

/** Sends the browser back to the application with an authorization code, an id_token, or both. */
export async function answerWithCode(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: AuthorizeRequest,
  person: SignedInPerson,
): Promise<FastifyReply> {
  const { world } = signIn;
  const grant = grantFor(asked, person);
  const fields = new URLSearchParams();
  if (asked.wants.code) {
    const code = world.grants.issueCode(person.user, {
      ...grant,
      redirectUri: asked.reply.redirectUri,
      tenantSegment: asked.authority.segment,
      ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
      ...(asked.codeChallenge === undefined ? {} : { codeChallenge: asked.codeChallenge }),
    });
    fields.set('code', code);
  }
  if (asked.wants.clientInfo) fields.set('client_info', clientInfoOf(world, person.user));
  if (asked.wants.idToken) {
    const { app, nonce } = asked;
    const { main } = originsFor(signIn, request);
    const bound = { app, user: person.user, nonce, mainOrigin: main, code: fields.get('code') ?? undefined };
    fields.set('id_token', await issueIdToken(world, { ...bound, grant, asked: asked.scopes }));
  }
  return send(signIn, reply, asked.reply, fields, { session_state: person.account.sessionId });
}

function grantFor({ app, scopes, claims }: AuthorizeRequest, { user, account, contexts }: SignedInPerson): Grant {
  return {
    userId: user.id,
    clientId: app.clientId,
    scopes,
    mfa: account.mfa,
    sessionId: account.sessionId,
    authTime: account.signedInAt,
    capable: claims.capable,
    contexts,
    idTokenClaims: claims.idTokenClaims,
  };
}

/** Tells the application, on its redirect URI, that it gets nothing. */
export function answerWithError(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  to: ReplyAddress,
  error: SignInError,
  extra: Record<string, string> = {},
): FastifyReply {
  const { body } = describeError(signIn, request, error);
  const name = error.entry.redirectError ?? body.error;
  const fields = new URLSearchParams({ error: name, error_description: body.error_description });
  fields.set('error_uri', body.error_uri);
  if (body.claims !== undefined) fields.set('claims', body.claims);
  return send(signIn, reply, to, fields, extra);
}

/** No code comes of it: the administrator has only allowed others to sign in. */
export function answerAdminConsent(
  signIn: SignIn,
  reply: FastifyReply,
  request: AdminConsentRequest,
  user: User,
): FastifyReply {
  const fields = new URLSearchParams({ admin_consent: 'True', tenant: user.tenantId });
  return send(signIn, reply, request.reply, fields, { scope: request.scopes.join(' ') });
}

function send(
  signIn: SignIn,
  reply: FastifyReply,
  to: ReplyAddress,
  fields: URLSearchParams,
  extra: Record<string, string>,
): FastifyReply {
  if (to.state !== undefined) fields.set('state', to.state);
  for (const [name, value] of Object.entries(extra)) fields.set(name, value);
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
  if (to.responseMode === 'form_post') {
    const nonce = scriptNonce(signIn);
    return sendPage(reply, formPostPage(to.redirectUri, fields, nonce), 200, nonce);
  }
  return reply.redirect(redirectTarget(to, fields), 302);
}

/** A query that is part of the registered URI stays; a URI without a path gets a slash. */
function redirectTarget(to: ReplyAddress, fields: URLSearchParams): string {
  const url = new URL(to.redirectUri);
  if (to.responseMode === 'fragment') url.hash = fields.toString();
  else url.search = url.search === '' ? fields.toString() : `${url.search}&${fields.toString()}`;
  return url.href;
}
