import { pages } from '@megdocs/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../platform/failures.ts';
import type { SignedIn } from '../room.ts';
import { readCookie, writeCookie } from '../sign-in/cookies.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

const BROWSER_COOKIE_SECONDS = 400 * 24 * 3600;

/** The cookie that a flow is bound to, made when the browser has none. */
export function keepBrowserToken(room: MicrosoftRoom, request: FastifyRequest, reply: FastifyReply): string {
  const token = readCookie(request, room.config.publicUrl, 'browser') ?? room.random.token();
  writeCookie(reply, room.config.publicUrl, 'browser', token, BROWSER_COOKIE_SECONDS);
  return token;
}

/** A form or a redirect is answered by a page, so that signed out is no error here. */
export async function signedInOrNot(room: MicrosoftRoom, request: FastifyRequest): Promise<SignedIn | undefined> {
  try {
    return await room.signedIn(request);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_signed_in') return undefined;
    throw error;
  }
}

export function signInPage(): string {
  return `${pages.signIn}?returnTo=${encodeURIComponent(pages.microsoft)}`;
}

/** Who comes back from Microsoft signed out learns why nothing was connected. */
export function signInAfterMicrosoft(): string {
  return `${signInPage()}&from=microsoft`;
}
