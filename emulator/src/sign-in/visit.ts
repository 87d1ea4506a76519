import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from '../world/browser-sessions.ts';
import type { Application } from '../world/directory.ts';
import { answerWithCode, answerWithError } from './answer-application.ts';
import { originsFor, type SignIn, sendErrorPage, sendPage } from './context.ts';
import { isShownOnPage, SignInError } from './errors.ts';
import type { Flow } from './flows.ts';
import { nextStep, type Step, silentRefusal } from './next-step.ts';
import {
  accountKindPage,
  accountPickerPage,
  adminApprovalPage,
  confirmDevicePage,
  consentPage,
  deviceDonePage,
  emailPage,
  type FormTarget,
  passwordPage,
  secondFactorPage,
} from './pages/index.ts';

/** One request of a person on the pages; `cookie` changes when they sign in meanwhile. */
export interface Visit {
  signIn: SignIn;
  request: FastifyRequest;
  reply: FastifyReply;
  cookie: string | undefined;
}

export function beginVisit(signIn: SignIn, request: FastifyRequest, reply: FastifyReply): Visit {
  return { signIn, request, reply, cookie: request.headers.cookie };
}

/** Reads what is refused on Microsoft's own page. */
export function orErrorPage<Result>(visit: Visit, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    sendErrorPage(visit.signIn, visit.request, visit.reply, error);
    return undefined;
  }
}

export function refuseOnPage({ signIn, request, reply }: Visit, error: SignInError): FastifyReply {
  return sendErrorPage(signIn, request, reply, error);
}

/** In the way of the code: on the page, or to the application. */
export function refuse(visit: Visit, flow: Flow, error: SignInError): Answer {
  return isShownOnPage(error.aadsts) ? refuseOnPage(visit, error) : returnWithout(visit, flow, error);
}

export type Answer = FastifyReply | Promise<FastifyReply>;

export function show(visit: Visit, flow: Flow): Answer {
  const step = stepOf(visit, flow);
  return step === undefined ? visit.reply : render(visit, flow, step);
}

export function stepOf(visit: Visit, flow: Flow): Step | undefined {
  try {
    return nextStep(visit.signIn.world, flow, visit.cookie);
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    // Nobody looks at a page when the request must stay silent.
    if (isSilent(flow)) returnWithout(visit, flow, error);
    else refuseOnPage(visit, error);
    return undefined;
  }
}

function isSilent({ request }: Flow): boolean {
  return request.kind === 'authorize' && request.prompt === 'none';
}

export function render(visit: Visit, flow: Flow, step: Step): Answer {
  const { signIn, request, reply } = visit;
  if (step.show === 'done') return finish(visit, flow, step);
  if (isSilent(flow)) {
    const accounts = signIn.world.sessions.accounts(request.headers.cookie);
    return returnWithout(visit, flow, silentRefusal(step, accounts.length > 0));
  }
  return sendPage(reply, pageFor(flow, step));
}

function finish(visit: Visit, flow: Flow, step: Step & { show: 'done' }): Answer {
  const { signIn, request, reply } = visit;
  const { request: asked } = flow;
  signIn.flows.end(flow);
  if (asked.kind === 'authorize') return answerWithCode(signIn, request, reply, asked, step);
  if (asked.kind === 'browser') return reply.redirect(asked.returnTo, 302);
  if (asked.kind === 'device') return approveDevice(visit, asked.app, asked.deviceCodeId, step);
  return reply.redirect(asked.reply.redirectUri, 302);
}

function approveDevice(
  { signIn, reply }: Visit,
  app: Application,
  id: string,
  { user, account }: Step & { show: 'done' },
): FastifyReply {
  const { devices } = signIn.world.grants;
  const code = devices.get(id);
  if (code !== undefined) {
    const { mfa, sessionId, signedInAt: authTime } = account;
    const proof = { mfa, sessionId, authTime, capable: false, contexts: [], idTokenClaims: [] };
    devices.settle(code, { approved: { userId: user.id, clientId: app.clientId, scopes: code.scopes, ...proof } });
  }
  return sendPage(reply, deviceDonePage(app, 'approved'));
}

/** Ends the flow, and tells whoever waits for it. */
export function returnWithout(visit: Visit, flow: Flow, error: SignInError): Answer {
  const { signIn, request, reply } = visit;
  const { request: asked } = flow;
  if (asked.kind === 'browser') return show(visit, flow);
  signIn.flows.end(flow);
  if (asked.kind === 'device') {
    const { devices } = signIn.world.grants;
    const code = devices.get(asked.deviceCodeId);
    if (code !== undefined) devices.settle(code, 'declined');
    return sendPage(reply, deviceDonePage(asked.app, 'declined'));
  }
  const extra: Record<string, string> = asked.kind === 'adminconsent' ? { admin_consent: 'True' } : {};
  return answerWithError(signIn, request, reply, asked.reply, error, extra);
}

function pageFor(flow: Flow, step: Exclude<Step, { show: 'done' }>): string {
  const target = targetOf(flow);
  const { request } = flow;
  const { appName } = appNameOf(flow);
  if (step.show === 'picker') return accountPickerPage(target, step.users, appName);
  if (step.show === 'account-kind') return accountKindPage(target, step.users);
  if (step.show === 'password') return passwordPage(target, step.user);
  if (step.show === 'second-factor') return secondFactorPage(target, step.user, step.isRegistered);
  if (step.show === 'device') return confirmDevicePage(target, step.app, step.user);
  if (step.show === 'email' || request.kind === 'browser') {
    const email = step.show === 'email' ? step.email : undefined;
    return emailPage(target, { ...appNameOf(flow), ...(email === undefined ? {} : { email }) });
  }
  if (step.show === 'admin-approval') {
    return adminApprovalPage(target, { app: request.app, scopes: request.scopes, ...step });
  }
  const offersOrganization = step.user.admin && !step.forOrganization;
  return consentPage(target, { app: request.app, ...step, offersOrganization });
}

export function targetOf(flow: Flow): FormTarget {
  return { action: `/${flow.request.authority.segment}/login`, ctx: flow.id };
}

export function appNameOf(flow: Flow): { appName?: string } {
  return flow.request.kind === 'browser' ? {} : { appName: flow.request.app.displayName };
}

/** Shows what comes next to somebody who has just proved who they are. */
export function setSession(visit: Visit, flow: Flow, secret: string): Answer {
  const secure = originsFor(visit.signIn, visit.request).main.startsWith('https:') ? '; Secure' : '';
  visit.reply.header('set-cookie', `${SESSION_COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return show({ ...visit, cookie: `${SESSION_COOKIE}=${secret}` }, flow);
}
