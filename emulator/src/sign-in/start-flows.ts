import type { FastifyReply } from 'fastify';
import { answerWithError } from './answer-application.ts';
import { readAuthorizeRequest, readReplyAddress } from './authorize-request.ts';
import { originsFor, sendPage } from './context.ts';
import { isShownOnPage, SignInError } from './errors.ts';
import { enterCodePage } from './pages/index.ts';
import { parseScopes } from './scopes.ts';
import { resolveAuthority } from './tenants.ts';
import { type Answer, orErrorPage, refuse, refuseOnPage, show, type Visit } from './visit.ts';

export function startAuthorize(visit: Visit, segment: string, params: URLSearchParams): Answer {
  const { signIn, request, reply } = visit;
  const { main } = originsFor(signIn, request);
  const start = orErrorPage(visit, () => readReplyAddress(signIn.world, segment, params, main));
  if (start === undefined) return reply;
  const { aadsts } = request.fault ?? {};
  if (aadsts !== undefined && isShownOnPage(aadsts)) return refuseOnPage(visit, new SignInError(aadsts));
  try {
    if (aadsts !== undefined) throw new SignInError(aadsts);
    return show(visit, signIn.flows.start(readAuthorizeRequest(start, params, main)));
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    if (isShownOnPage(error.aadsts)) return refuseOnPage(visit, error);
    return answerWithError(signIn, request, reply, start.reply, error);
  }
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent */
export function startAdminConsent(visit: Visit, segment: string, params: URLSearchParams): Answer {
  const { signIn, request, reply } = visit;
  const { world } = signIn;
  const { main } = originsFor(signIn, request);
  const consent = orErrorPage(visit, () => {
    const authority = resolveAuthority(world, segment);
    if (authority.kind === 'common' || authority.kind === 'consumers') throw new SignInError(50059);
    const { app, reply: address } = readReplyAddress(world, segment, params, main);
    const scopes = parseScopes(params.get('scope') ?? '.default', app, main);
    const toQuery = { ...address, responseMode: 'query' as const };
    return { kind: 'adminconsent' as const, authority, app, reply: toQuery, scopes };
  });
  if (consent === undefined) return reply;
  const flow = signIn.flows.start(consent);
  const { aadsts } = request.fault ?? {};
  return aadsts === undefined ? show(visit, flow) : refuse(visit, flow, new SignInError(aadsts));
}

/** Only back to this emulator, under the name by which it was called: not an open redirect. */
export function startBrowserSignIn(visit: Visit, params: URLSearchParams): Answer {
  const { signIn, request } = visit;
  const { main, content } = originsFor(signIn, request);
  const returnTo = params.get('return_to') ?? '';
  const origin = URL.canParse(returnTo) ? new URL(returnTo).origin : '';
  if (origin !== main && origin !== content) {
    return refuseOnPage(visit, new SignInError(90014, 'The page to return to is not one of the emulator.'));
  }
  const authority = resolveAuthority(signIn.world, 'common');
  return show(visit, signIn.flows.start({ kind: 'browser', authority, returnTo }));
}

/** The page for the code that a device shows; with a code in the address it is only to be confirmed. */
export function askForDeviceCode({ reply }: Visit, params: URLSearchParams): FastifyReply {
  const code = params.get('otc');
  return sendPage(reply, enterCodePage('/common/oauth2/deviceauth', code === null ? {} : { code }));
}

export function enterDeviceCode(visit: Visit, fields: URLSearchParams): Answer {
  const { world, flows } = visit.signIn;
  const { devices } = world.grants;
  const code = fields.get('otc') ?? '';
  const found = devices.findByUserCode(code);
  const app = found && world.directory.findApplication(found.clientId);
  if (found === undefined || app === undefined || found.state !== 'pending' || devices.isExpired(found)) {
    const isOver = found !== undefined && devices.isExpired(found);
    const problem = isOver
      ? 'The code you entered has expired. Get a new code from the device you are trying to sign in to and try again.'
      : "That code didn't work. Check the code and try again.";
    return sendPage(visit.reply, enterCodePage('/common/oauth2/deviceauth', { code, problem }));
  }
  const authority = resolveAuthority(world, found.tenantSegment);
  const { scopes, id: deviceCodeId } = found;
  return show(visit, flows.start({ kind: 'device', authority, app, scopes, deviceCodeId, confirmed: false }));
}
