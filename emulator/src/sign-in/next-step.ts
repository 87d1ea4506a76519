import type { User } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';
import type { Flow } from './flows.ts';
import { needsAdmin } from './scopes.ts';
import { assertMaySignIn } from './tenants.ts';

/** What a person sees next, in Microsoft's order: account, password, second factor, consent. */
export type Step =
  | { show: 'email'; email?: string }
  | { show: 'picker'; users: User[] }
  | { show: 'password'; user: User }
  | { show: 'second-factor'; user: User }
  | { show: 'consent'; user: User; scopes: string[]; forOrganization: boolean }
  | { show: 'admin-approval'; user: User }
  | { show: 'done'; user: User; mfa: boolean; sessionId: string };

export function nextStep(world: World, flow: Flow, cookieHeader: string | undefined): Step {
  const { request } = flow;
  const accounts = world.sessions.accounts(cookieHeader);
  const choice = chooseAccount(world, flow, accounts);
  if (choice.show !== 'account') return choice;
  const { user } = choice;
  const account = accounts.find((one) => one.user.id === user.id);
  const mustType = request.kind === 'authorize' && request.prompt === 'login';
  if (account === undefined || (mustType && !flow.authenticated)) return { show: 'password', user };
  if (request.kind !== 'browser') assertMaySignIn(request.app, request.authority, user);
  if (world.directory.requiresMfa(user) && !account.mfa) return { show: 'second-factor', user };
  return nextConsent(world, flow, user) ?? { show: 'done', user, mfa: account.mfa, sessionId: account.sessionId };
}

type Accounts = { user: User; mfa: boolean }[];

function chooseAccount(world: World, flow: Flow, accounts: Accounts): Step | { show: 'account'; user: User } {
  const { request } = flow;
  if (flow.user !== undefined) return { show: 'account', user: flow.user };
  const users = accounts.map(({ user }) => user);
  if (flow.asksForAccount) return { show: 'email' };
  const prompt = request.kind === 'authorize' ? request.prompt : undefined;
  if (prompt === 'select_account') return users.length > 0 ? { show: 'picker', users } : { show: 'email' };
  const hint = request.kind === 'authorize' ? request.loginHint : undefined;
  if (hint !== undefined) {
    const hinted = world.directory.findUserByName(hint);
    return hinted === undefined ? { show: 'email', email: hint } : { show: 'account', user: hinted };
  }
  const [only] = users;
  if (only === undefined) return { show: 'email' };
  return users.length === 1 ? { show: 'account', user: only } : { show: 'picker', users };
}

function nextConsent(world: World, flow: Flow, user: User): Step | undefined {
  const { request } = flow;
  if (request.kind === 'browser') return undefined;
  if (request.kind === 'adminconsent') {
    if (!user.admin) return { show: 'admin-approval', user };
    return { show: 'consent', user, scopes: request.scopes, forOrganization: true };
  }
  const consented = world.directory.consentedScopes(user, request.app);
  const missing = request.scopes.filter((scope) => !consented.has(scope));
  const asksAgain = request.prompt === 'consent';
  if (missing.length === 0 && !asksAgain) return undefined;
  const policy = world.directory.findTenant(user.tenantId)?.userConsent ?? 'allow';
  const beyondUser = missing.some((scope) => needsAdmin(scope, policy));
  if (beyondUser && !user.admin) return { show: 'admin-approval', user };
  return { show: 'consent', user, scopes: asksAgain ? request.scopes : missing, forOrganization: false };
}

/** `prompt=none` shows no page: whatever would be shown is told to the application instead. */
export function silentRefusal(step: Step): SignInError {
  if (step.show === 'picker') return new SignInError(16000);
  if (step.show === 'consent' || step.show === 'admin-approval') return new SignInError(65001);
  if (step.show === 'second-factor') return new SignInError(50076);
  return new SignInError(50058);
}
