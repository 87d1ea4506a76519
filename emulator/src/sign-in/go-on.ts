import type { User } from '../world/directory.ts';
import { answerAdminConsent } from './answer-application.ts';
import { sendPage } from './context.ts';
import { SignInError } from './errors.ts';
import type { Flow } from './flows.ts';
import { emailPage, passwordPage } from './pages/index.ts';
import {
  type Answer,
  appNameOf,
  refuse,
  refuseOnPage,
  render,
  returnWithout,
  setSession,
  show,
  stepOf,
  targetOf,
  type Visit,
} from './visit.ts';

/** What a form, or a link, of one of the pages asks for. */
export function goOn(visit: Visit, fields: URLSearchParams): Answer {
  const flow = visit.signIn.flows.find(fields.get('ctx') ?? '');
  if (flow === undefined) {
    const text = 'The sign-in was started too long ago, or somewhere else. Go back to the application and start again.';
    return refuseOnPage(visit, new SignInError(50089, text));
  }
  const { aadsts } = visit.request.fault ?? {};
  if (aadsts !== undefined) return refuse(visit, flow, new SignInError(aadsts));
  switch (fields.get('step')) {
    case 'email':
      return enterEmail(visit, flow, fields.get('login') ?? '');
    case 'account':
      return pickAccount(visit, flow, fields.get('user') ?? '');
    case 'account-kind':
      return pickAccountKind(visit, flow, fields.get('user') ?? '');
    case 'password':
      return enterPassword(visit, flow, fields.get('login') ?? '', fields.get('password') ?? '');
    case 'second-factor':
      return approveSecondFactor(visit, flow);
    case 'device':
      return confirmDevice(visit, flow, fields.get('decision') ?? '');
    case 'consent':
      return decideConsent(visit, flow, fields);
    case 'request-approval':
      return requestApproval(visit, flow);
    case 'other-admin':
      return pickAccount(visit, flow, 'other');
    case 'return':
      return leaveWithoutApproval(visit, flow);
    default:
      return show(visit, flow);
  }
}

function enterEmail(visit: Visit, flow: Flow, login: string): Answer {
  const named = visit.signIn.world.directory.findUsersByName(login);
  const possible = named.filter((user) => isPossible(flow, user));
  const [user] = possible;
  if (user === undefined) {
    const problem = named.length > 0 ? wrongKind(flow) : unknownAccount(flow);
    return sendPage(visit.reply, emailPage(targetOf(flow), { ...appNameOf(flow), email: login, problem }));
  }
  if (possible.length > 1) flow.choices = possible;
  else flow.user = user;
  return show(visit, flow);
}

/** Refused while typing, before any password: the kinds of account that this authority never takes. */
function isPossible({ request }: Flow, user: User): boolean {
  if (request.authority.kind === 'organizations' && user.personal) return false;
  if (request.authority.kind === 'consumers' && !user.personal) return false;
  const hint = request.kind === 'authorize' ? request.domainHint : undefined;
  return hint === undefined || user.personal === (hint === 'consumers');
}

const UNKNOWN_PERSONAL = "That Microsoft account doesn't exist. Enter a different account.";

function unknownAccount({ request }: Flow): string {
  return request.authority.kind === 'consumers'
    ? UNKNOWN_PERSONAL
    : 'This username may be incorrect. Make sure you typed it correctly. Otherwise, contact your admin.';
}

function wrongKind({ request }: Flow): string {
  const wantsPersonal =
    request.authority.kind === 'consumers' || (request.kind === 'authorize' && request.domainHint === 'consumers');
  return wantsPersonal
    ? UNKNOWN_PERSONAL
    : "You can't sign in here with a personal account. Use your work or school account instead.";
}

function pickAccount(visit: Visit, flow: Flow, choice: string): Answer {
  const picked = visit.signIn.world.sessions.accounts(visit.cookie).find(({ user }) => user.id === choice)?.user;
  delete flow.user;
  delete flow.choices;
  flow.asksForAccount = picked === undefined;
  if (picked !== undefined) flow.user = picked;
  return show(visit, flow);
}

function pickAccountKind(visit: Visit, flow: Flow, choice: string): Answer {
  const picked = flow.choices?.find(({ id }) => id === choice);
  if (picked !== undefined) flow.user = picked;
  return show(visit, flow);
}

function enterPassword(visit: Visit, flow: Flow, login: string, password: string): Answer {
  const { directory, sessions } = visit.signIn.world;
  const named = directory.findUsersByName(login);
  const user = named.find(({ id }) => id === flow.user?.id) ?? named.find((one) => isPossible(flow, one)) ?? named[0];
  const isLockedOut = user !== undefined && directory.isLockedOut(user);
  const isRight = user !== undefined && !isLockedOut && directory.isPassword(user, password);
  if (user !== undefined && !isLockedOut) directory.recordSignIn(user, isRight);
  if (user === undefined || !isRight) {
    const who = user ?? { userPrincipalName: login };
    return sendPage(visit.reply, passwordPage(targetOf(flow), who, isLockedOut ? LOCKED_OUT : WRONG_PASSWORD));
  }
  if (directory.isDisabled(user)) return refuseOnPage(visit, new SignInError(50057));
  if (directory.isPasswordExpired(user)) return refuseOnPage(visit, new SignInError(50055));
  flow.user = user;
  flow.authenticated = true;
  return setSession(visit, flow, sessions.signIn(visit.cookie, user, false));
}

const WRONG_PASSWORD =
  'Your account or password is incorrect. If you don’t remember your password, look into the config of the emulator.';
const LOCKED_OUT =
  'Your account is temporarily locked to prevent unauthorized use. Try again later, and if you still have trouble, contact your admin. (AADSTS50053)';

function approveSecondFactor(visit: Visit, flow: Flow): Answer {
  const { directory, sessions } = visit.signIn.world;
  const accounts = sessions.accounts(visit.cookie);
  const user = flow.user ?? accounts[0]?.user;
  const isSignedIn = accounts.some((account) => account.user.id === user?.id);
  if (user === undefined || !isSignedIn) return show(visit, flow);
  if (!directory.hasRegisteredMfa(user)) directory.changeUser(user, { mfaRegistered: true });
  return setSession(visit, flow, sessions.signIn(visit.cookie, user, true));
}

function confirmDevice(visit: Visit, flow: Flow, decision: string): Answer {
  if (flow.request.kind !== 'device') return show(visit, flow);
  if (decision !== 'continue') return returnWithout(visit, flow, new SignInError(65004));
  flow.request = { ...flow.request, confirmed: true };
  return show(visit, flow);
}

function decideConsent(visit: Visit, flow: Flow, fields: URLSearchParams): Answer {
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
  if (flow.request.kind === 'authorize') flow.request = { ...flow.request, prompt: undefined };
  flow.user ??= visit.signIn.world.directory.findUser(user.homeId ?? user.id) ?? user;
  return show(visit, flow);
}

function requestApproval(visit: Visit, flow: Flow): Answer {
  const step = stepOf(visit, flow);
  if (step === undefined) return visit.reply;
  if (step.show === 'admin-approval' && step.request === 'offered' && flow.request.kind !== 'browser') {
    visit.signIn.world.directory.requestApproval(step.user, flow.request.app);
  }
  return show(visit, flow);
}

function leaveWithoutApproval(visit: Visit, flow: Flow): Answer {
  const step = stepOf(visit, flow);
  if (step === undefined) return visit.reply;
  const hasWorkflow = step.show === 'admin-approval' && step.request !== 'not-offered';
  return returnWithout(visit, flow, new SignInError(hasWorkflow ? 90095 : 90094));
}
