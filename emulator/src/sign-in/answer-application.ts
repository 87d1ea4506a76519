import type { FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../world/directory.ts';
import type { AuthorizeRequest, ReplyAddress } from './authorize-request.ts';
import { describeError, type SignIn, scriptNonce, sendPage } from './context.ts';
import type { SignInError } from './errors.ts';
import type { AdminConsentRequest } from './flows.ts';
import { formPostPage } from './pages.ts';

/** Sends the browser back to the application with an authorization code. */
export function answerWithCode(
  signIn: SignIn,
  reply: FastifyReply,
  request: AuthorizeRequest,
  person: { user: User; mfa: boolean; sessionId: string },
): FastifyReply {
  const { app, authority } = request;
  const code = signIn.world.grants.issueCode({
    userId: person.user.id,
    clientId: app.clientId,
    scopes: request.scopes,
    mfa: person.mfa,
    redirectUri: request.reply.redirectUri,
    tenantSegment: authority.segment,
    sessionId: person.sessionId,
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    ...(request.codeChallenge === undefined ? {} : { codeChallenge: request.codeChallenge }),
  });
  return send(signIn, reply, request.reply, new URLSearchParams({ code }), { session_state: person.sessionId });
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
