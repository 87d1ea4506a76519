import type { SignedInAccount } from '../world/browser-sessions.ts';
import type { Application, User } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { demandOf } from './conditional-access.ts';
import { SignInError } from './errors.ts';
import type { Flow } from './flows.ts';
import { needsAdmin } from './permissions.ts';
import { userIn } from './tenants.ts';

/** What a person sees next, in Microsoft's order: account, password, second factor, device, consent. */
export type Step =
  | { show: 'email'; email?: string }
  | { show: 'picker'; users: User[] }
  | { show: 'account-kind'; users: User[] }
  | { show: 'password'; user: User }
  | { show: 'second-factor'; user: User; isRegistered: boolean }
  | { show: 'device'; user: User; app: Application }
  | { show: 'consent'; user: User; scopes: string[]; forOrganization: boolean }
  | { show: 'admin-approval'; user: User; request: 'not-offered' | 'offered' | 'sent' }
  | { show: 'done'; user: User; account: SignedInAccount; contexts: string[] };

export function nextStep(world: World, flow: Flow, cookieHeader: string | undefined): Step {
  const { request } = flow;
  const accounts = world.sessions.accounts(cookieHeader).filter(({ user }) => isHinted(flow, user));
  const choice = chooseAccount(world, flow, accounts);
  if (choice.show !== 'account') return choice;
  const account = accounts.find((one) => one.user.id === choice.user.id);
  if (account === undefined || (mustTypeAgain(flow, account) && !flow.authenticated)) {
    return { show: 'password', user: choice.user };
  }
  if (request.kind === 'browser') return { show: 'done', user: choice.user, account, contexts: [] };
  const user = userIn(world, request.app, request.authority, choice.user);
  const contexts = request.kind === 'authorize' ? request.claims.contexts : [];
  return (
    nextProof(world, flow, user, account, contexts) ??
    nextConfirmation(flow, user) ??
    nextConsent(world, flow, user) ?? { show: 'done', user, account, contexts }
  );
}

/** `domain_hint` keeps the other kind of account out of sight. */
function isHinted({ request }: Flow, user: User): boolean {
  if (request.kind !== 'authorize' || request.domainHint === undefined) return true;
  return user.personal === (request.domainHint === 'consumers');
}

function mustTypeAgain({ request }: Flow, account: SignedInAccount): boolean {
  if (request.kind !== 'authorize') return false;
  return request.prompt === 'login' || account.signedInAt < (request.claims.notBefore ?? 0);
}

function chooseAccount(
  world: World,
  flow: Flow,
  accounts: readonly SignedInAccount[],
): Step | { show: 'account'; user: User } {
  const { request } = flow;
  if (flow.user !== undefined) return { show: 'account', user: flow.user };
  if (flow.choices !== undefined) return { show: 'account-kind', users: flow.choices };
  const users = accounts.map(({ user }) => user);
  if (flow.asksForAccount) return { show: 'email' };
  const { prompt, loginHint: hint } = request.kind === 'authorize' ? request : {};
  if (prompt === 'select_account') return users.length > 0 ? { show: 'picker', users } : { show: 'email' };
  if (prompt === 'create') return { show: 'email' };
  if (hint !== undefined) return chooseHinted(world, flow, hint, users);
  const [only] = users;
  if (only === undefined) return { show: 'email' };
  // A device is somewhere else: whose account it gets is always asked.
  if (users.length === 1 && request.kind !== 'device') return { show: 'account', user: only };
  return { show: 'picker', users };
}

function chooseHinted(
  world: World,
  flow: Flow,
  hint: string,
  signedIn: User[],
): Step | { show: 'account'; user: User } {
  const named = world.directory.findUsersByName(hint).filter((user) => isHinted(flow, user));
  const [hinted] = named.filter((user) => signedIn.some(({ id }) => id === user.id)).concat(named);
  return hinted === undefined ? { show: 'email', email: hint } : { show: 'account', user: hinted };
}

function nextProof(
  world: World,
  flow: Flow,
  user: User,
  account: SignedInAccount,
  contexts: string[],
): Step | undefined {
  const { request } = flow;
  if (request.kind === 'browser') return undefined;
  if (!world.directory.isAssigned(user, request.app)) throw notAssigned(user, request.app);
  const demand = demandOf(world, user, request.app, { ...account, contexts });
  if (demand === 'sign-in-again' && !flow.authenticated) return { show: 'password', user: account.user };
  const stepsUp = request.kind === 'authorize' && request.claims.stepUp && !account.mfa;
  if (demand !== 'second-factor' && !stepsUp) return undefined;
  return { show: 'second-factor', user: account.user, isRegistered: world.directory.hasRegisteredMfa(user) };
}

export function notAssigned(user: User, app: Application): SignInError {
  return new SignInError(
    50105,
    `Your administrator has configured the application ${app.displayName} ('${app.clientId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '${user.userPrincipalName}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.`,
  );
}

function nextConfirmation({ request }: Flow, user: User): Step | undefined {
  return request.kind === 'device' && !request.confirmed ? { show: 'device', user, app: request.app } : undefined;
}

function nextConsent(world: World, flow: Flow, user: User): Step | undefined {
  const { request } = flow;
  if (request.kind === 'browser') return undefined;
  if (request.kind === 'adminconsent') {
    if (!user.admin) return { show: 'admin-approval', user, request: 'not-offered' };
    return { show: 'consent', user, scopes: request.scopes, forOrganization: true };
  }
  const { directory } = world;
  const consented = directory.consentedScopes(user, request.app);
  const missing = request.scopes.filter((scope) => !consented.has(scope));
  const asksAgain = request.kind === 'authorize' && request.prompt === 'consent';
  if (missing.length === 0 && !asksAgain) return undefined;
  const tenant = directory.findTenant(user.tenantId);
  const beyondUser = tenant !== undefined && missing.some((scope) => needsAdmin(scope, tenant.userConsent));
  if (beyondUser && !user.admin) {
    const offered = directory.hasRequestedApproval(user, request.app) ? 'sent' : 'offered';
    return { show: 'admin-approval', user, request: tenant.adminConsentRequests ? offered : 'not-offered' };
  }
  return { show: 'consent', user, scopes: asksAgain ? request.scopes : missing, forOrganization: false };
}

/** `prompt=none` shows no page: whatever would be shown is told to the application instead. */
export function silentRefusal(step: Step, isAnybodySignedIn: boolean): SignInError {
  if (step.show === 'picker') return new SignInError(16000);
  if (step.show === 'consent' || step.show === 'admin-approval') return new SignInError(65001);
  if (step.show === 'second-factor') return new SignInError(step.isRegistered ? 50076 : 50079);
  return new SignInError(isAnybodySignedIn ? 160021 : 50058);
}
