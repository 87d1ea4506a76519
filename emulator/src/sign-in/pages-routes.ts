import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from '../world/browser-sessions.ts';
import type { User } from '../world/directory.ts';
import { answerAdminConsent, answerWithCode, answerWithError } from './answer-application.ts';
import { readAuthorizeRequest, readReplyAddress } from './authorize-request.ts';
import { formOf, originsFor, queryOf, type SignIn, sendErrorPage, sendPage } from './context.ts';
import { isShownOnPage, SignInError } from './errors.ts';
import type { Flow } from './flows.ts';
import { nextStep, type Step, silentRefusal } from './next-step.ts';
import {
  accountPickerPage,
  adminApprovalPage,
  consentPage,
  emailPage,
  type FormTarget,
  passwordPage,
  secondFactorPage,
  signedOutPage,
} from './pages.ts';
import { isRegistered } from './redirect-uris.ts';
import { parseScopes } from './scopes.ts';
import { resolveAuthority } from './tenants.ts';

type TenantRoute = { Params: { tenant: string } };

/** One request of a person on the pages; `cookie` changes when they sign in meanwhile. */
interface Visit {
  signIn: SignIn;
  request: FastifyRequest;
  reply: FastifyReply;
  cookie: string | undefined;
}

export function registerPages(app: FastifyInstance, signIn: SignIn): void {
  const visit = (request: FastifyRequest, reply: FastifyReply): Visit => ({
    signIn,
    request,
    reply,
    cookie: request.headers.cookie,
  });
  app.get<TenantRoute>('/:tenant/oauth2/v2.0/authorize', (request, reply) =>
    startAuthorize(visit(request, reply), request.params.tenant, queryOf(request)),
  );
  app.post<TenantRoute>('/:tenant/oauth2/v2.0/authorize', (request, reply) =>
    startAuthorize(visit(request, reply), request.params.tenant, formOf(request)),
  );
  app.get<TenantRoute>('/:tenant/v2.0/adminconsent', (request, reply) =>
    startAdminConsent(visit(request, reply), request.params.tenant, queryOf(request)),
  );
  app.get('/_signin', (request, reply) => startBrowserSignIn(visit(request, reply), queryOf(request)));
  app.get<TenantRoute>('/:tenant/login', (request, reply) => goOn(visit(request, reply), queryOf(request)));
  app.post<TenantRoute>('/:tenant/login', (request, reply) => goOn(visit(request, reply), formOf(request)));
  app.get<TenantRoute>('/:tenant/oauth2/v2.0/logout', (request, reply) =>
    signOut(visit(request, reply), queryOf(request)),
  );
  app.post<TenantRoute>('/:tenant/oauth2/v2.0/logout', (request, reply) =>
    signOut(visit(request, reply), formOf(request)),
  );
}

function startAuthorize(visit: Visit, segment: string, params: URLSearchParams): FastifyReply {
  const { signIn, request, reply } = visit;
  const start = orErrorPage(visit, () => readReplyAddress(signIn.world, segment, params));
  if (start === undefined) return reply;
  const { aadsts } = request.fault ?? {};
  if (aadsts !== undefined && isShownOnPage(aadsts))
    return sendErrorPage(signIn, request, reply, new SignInError(aadsts));
  try {
    if (aadsts !== undefined) throw new SignInError(aadsts);
    const authorize = readAuthorizeRequest(start, params, originsFor(signIn, request).main);
    return show(visit, signIn.flows.start(authorize));
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return answerWithError(signIn, request, reply, start.reply, error);
  }
}

function startAdminConsent(visit: Visit, segment: string, params: URLSearchParams): FastifyReply {
  const { signIn, request, reply } = visit;
  const { world } = signIn;
  const consent = orErrorPage(visit, () => {
    const authority = resolveAuthority(world, segment);
    if (authority.kind === 'common' || authority.kind === 'consumers') throw new SignInError(50059);
    const { app, reply: address } = readReplyAddress(world, segment, params);
    const scopes = parseScopes(params.get('scope') ?? '.default', app, originsFor(signIn, request).main);
    return {
      kind: 'adminconsent' as const,
      authority,
      app,
      reply: { ...address, responseMode: 'query' as const },
      scopes,
    };
  });
  return consent === undefined ? reply : show(visit, signIn.flows.start(consent));
}

/** Only back to this emulator, under the name by which it was called: not an open redirect. */
function startBrowserSignIn(visit: Visit, params: URLSearchParams): FastifyReply {
  const { signIn, request, reply } = visit;
  const { main, content } = originsFor(signIn, request);
  const returnTo = params.get('return_to') ?? '';
  const origin = URL.canParse(returnTo) ? new URL(returnTo).origin : '';
  if (origin !== main && origin !== content) {
    return sendErrorPage(
      signIn,
      request,
      reply,
      new SignInError(90014, 'The page to return to is not one of the emulator.'),
    );
  }
  const authority = resolveAuthority(signIn.world, 'common');
  return show(visit, signIn.flows.start({ kind: 'browser', authority, returnTo }));
}

function orErrorPage<Result>(visit: Visit, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    sendErrorPage(visit.signIn, visit.request, visit.reply, error);
    return undefined;
  }
}

/** What a form, or a link, of one of the pages asks for. */
function goOn(visit: Visit, fields: URLSearchParams): FastifyReply {
  const { signIn, request, reply } = visit;
  const flow = signIn.flows.find(fields.get('ctx') ?? '');
  if (flow === undefined) {
    return sendErrorPage(
      signIn,
      request,
      reply,
      new SignInError(
        50089,
        'The sign-in was started too long ago, or somewhere else. Go back to the application and start again.',
      ),
    );
  }
  switch (fields.get('step')) {
    case 'email':
      return enterEmail(visit, flow, fields.get('login') ?? '');
    case 'account':
      return pickAccount(visit, flow, fields.get('user') ?? '');
    case 'password':
      return enterPassword(visit, flow, fields.get('login') ?? '', fields.get('password') ?? '');
    case 'second-factor':
      return approveSecondFactor(visit, flow);
    case 'consent':
      return decideConsent(visit, flow, fields);
    case 'other-admin':
      return pickAccount(visit, flow, 'other');
    case 'return':
      return returnWithout(visit, flow, new SignInError(90094));
    default:
      return show(visit, flow);
  }
}

function enterEmail(visit: Visit, flow: Flow, login: string): FastifyReply {
  const user = visit.signIn.world.directory.findUserByName(login);
  const problem = user === undefined ? unknownAccount(flow) : wrongKind(flow, user);
  if (user === undefined || problem !== undefined) {
    return sendPage(
      visit.reply,
      emailPage(targetOf(flow), { ...appNameOf(flow), email: login, ...(problem && { problem }) }),
    );
  }
  flow.user = user;
  return show(visit, flow);
}

function unknownAccount(flow: Flow): string {
  const consumers = flow.request.authority.kind === 'consumers';
  return consumers
    ? "That Microsoft account doesn't exist. Enter a different account."
    : 'This username may be incorrect. Make sure you typed it correctly. Otherwise, contact your admin.';
}

function wrongKind(flow: Flow, user: User): string | undefined {
  if (!user.personal || flow.request.authority.kind !== 'organizations') return undefined;
  return "You can't sign in here with a personal account. Use your work or school account instead.";
}

function pickAccount(visit: Visit, flow: Flow, choice: string): FastifyReply {
  const picked = visit.signIn.world.sessions.accounts(visit.cookie).find(({ user }) => user.id === choice)?.user;
  delete flow.user;
  flow.asksForAccount = picked === undefined;
  if (picked !== undefined) flow.user = picked;
  return show(visit, flow);
}

function enterPassword(visit: Visit, flow: Flow, login: string, password: string): FastifyReply {
  const { directory, sessions } = visit.signIn.world;
  const user = directory.findUserByName(login);
  if (user === undefined || user.password !== password) {
    const who = user ?? { userPrincipalName: login };
    const problem =
      'Your account or password is incorrect. If you don’t remember your password, look into the config of the emulator.';
    return sendPage(visit.reply, passwordPage(targetOf(flow), who, problem));
  }
  if (directory.isDisabled(user)) {
    return sendErrorPage(visit.signIn, visit.request, visit.reply, new SignInError(50057));
  }
  flow.user = user;
  flow.authenticated = true;
  return setSession(visit, flow, sessions.signIn(visit.cookie, user, false));
}

function approveSecondFactor(visit: Visit, flow: Flow): FastifyReply {
  const { sessions } = visit.signIn.world;
  const user = flow.user ?? sessions.accounts(visit.cookie)[0]?.user;
  const isSignedIn = sessions.accounts(visit.cookie).some((account) => account.user.id === user?.id);
  if (user === undefined || !isSignedIn) return show(visit, flow);
  return setSession(visit, flow, sessions.signIn(visit.cookie, user, true));
}

function setSession(visit: Visit, flow: Flow, secret: string): FastifyReply {
  const secure = originsFor(visit.signIn, visit.request).main.startsWith('https:') ? '; Secure' : '';
  visit.reply.header('set-cookie', `${SESSION_COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return show({ ...visit, cookie: `${SESSION_COOKIE}=${secret}` }, flow);
}

function decideConsent(visit: Visit, flow: Flow, fields: URLSearchParams): FastifyReply {
  const step = stepOf(visit, flow);
  if (step === undefined) return visit.reply;
  if (step.show !== 'consent' || flow.request.kind === 'browser') return render(visit, flow, step);
  if (fields.get('decision') !== 'accept') return returnWithout(visit, flow, new SignInError(65004));
  const { user, scopes } = step;
  const forAll = step.forOrganization || (user.admin && fields.get('organization') === '1');
  visit.signIn.world.directory.consent(user, flow.request.app, scopes, forAll);
  if (flow.request.kind === 'adminconsent') {
    visit.signIn.flows.end(flow);
    return answerAdminConsent(visit.signIn, visit.reply, flow.request, user);
  }
  // Consent was just given: `prompt=consent` must not ask again.
  flow.request = { ...flow.request, prompt: undefined };
  flow.user = user;
  return show(visit, flow);
}

function returnWithout(visit: Visit, flow: Flow, error: SignInError): FastifyReply {
  const { signIn, request, reply } = visit;
  if (flow.request.kind === 'browser') return show(visit, flow);
  signIn.flows.end(flow);
  const extra: Record<string, string> = flow.request.kind === 'adminconsent' ? { admin_consent: 'True' } : {};
  return answerWithError(signIn, request, reply, flow.request.reply, error, extra);
}

function show(visit: Visit, flow: Flow): FastifyReply {
  const step = stepOf(visit, flow);
  return step === undefined ? visit.reply : render(visit, flow, step);
}

function stepOf(visit: Visit, flow: Flow): Step | undefined {
  return orErrorPage(visit, () => nextStep(visit.signIn.world, flow, visit.cookie));
}

function render(visit: Visit, flow: Flow, step: Step): FastifyReply {
  const { signIn, request, reply } = visit;
  const { request: asked } = flow;
  if (step.show === 'done') {
    signIn.flows.end(flow);
    if (asked.kind === 'authorize') return answerWithCode(signIn, reply, asked, step);
    return reply.redirect(asked.kind === 'browser' ? asked.returnTo : asked.reply.redirectUri, 302);
  }
  if (asked.kind === 'authorize' && asked.prompt === 'none') {
    signIn.flows.end(flow);
    return answerWithError(signIn, request, reply, asked.reply, silentRefusal(step));
  }
  return sendPage(reply, pageFor(flow, step));
}

function pageFor(flow: Flow, step: Exclude<Step, { show: 'done' }>): string {
  const target = targetOf(flow);
  const { request } = flow;
  if (step.show === 'picker') return accountPickerPage(target, step.users);
  if (step.show === 'password') return passwordPage(target, step.user);
  if (step.show === 'second-factor') return secondFactorPage(target, step.user);
  if (step.show === 'email' || request.kind === 'browser') {
    const email = step.show === 'email' ? step.email : undefined;
    return emailPage(target, { ...appNameOf(flow), ...(email === undefined ? {} : { email }) });
  }
  if (step.show === 'admin-approval') return adminApprovalPage(target, request.app, step.user);
  const offersOrganization = step.user.admin && !step.forOrganization;
  return consentPage(target, { app: request.app, ...step, offersOrganization });
}

function targetOf(flow: Flow): FormTarget {
  return { action: `/${flow.request.authority.segment}/login`, ctx: flow.id };
}

function appNameOf(flow: Flow): { appName?: string } {
  return flow.request.kind === 'browser' ? {} : { appName: flow.request.app.displayName };
}

/** Ends the browser's session; refresh tokens live on, as at Microsoft. */
function signOut(visit: Visit, params: URLSearchParams): FastifyReply {
  const { signIn, reply } = visit;
  signIn.world.sessions.signOut(visit.cookie);
  reply.header('set-cookie', `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
  const returnTo = params.get('post_logout_redirect_uri') ?? '';
  const known = [...signIn.world.directory.applications].some((one) => isRegistered(returnTo, one.redirectUris));
  return known ? reply.redirect(returnTo, 302) : sendPage(reply, signedOutPage());
}
