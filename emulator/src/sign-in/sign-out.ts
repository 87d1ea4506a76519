import type { FastifyReply } from 'fastify';
import { SESSION_COOKIE } from '../world/browser-sessions.ts';
import { sendPage } from './context.ts';
import { signedOutPage } from './pages/index.ts';
import { isRegistered } from './redirect-uris.ts';
import type { Visit } from './visit.ts';

/** Ends the browser's session; refresh tokens live on, as at Microsoft. */
export function signOut(visit: Visit, params: URLSearchParams): FastifyReply {
  const { signIn, reply } = visit;
  signIn.world.sessions.signOut(visit.cookie);
  reply.header('set-cookie', `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
  const returnTo = params.get('post_logout_redirect_uri') ?? '';
  const known = [...signIn.world.directory.applications].some((one) => isRegistered(returnTo, one.redirectUris));
  if (!known || !URL.canParse(returnTo)) return sendPage(reply, signedOutPage());
  const url = new URL(returnTo);
  const state = params.get('state');
  if (state !== null) url.searchParams.set('state', state);
  return reply.redirect(state === null ? returnTo : url.href, 302);
}
