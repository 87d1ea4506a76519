import { PERSONAL_TENANT_ID } from '../config.ts';
import type { Application, Tenant, User } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';

/** What the first segment of an identity URL stands for. */
export type Authority =
  | { kind: 'common' | 'organizations' | 'consumers'; segment: string }
  | { kind: 'tenant'; segment: string; tenant: Tenant };

export function resolveAuthority(world: World, segment: string): Authority {
  const name = segment.toLowerCase();
  if (name === 'common' || name === 'organizations') return { kind: name, segment: name };
  if (name === 'consumers' || name === PERSONAL_TENANT_ID) return { kind: 'consumers', segment: name };
  const tenant = world.directory.findTenant(name);
  if (tenant === undefined) {
    const shown = segment.slice(0, 100).replace(/[^\w.-]/g, '?');
    throw new SignInError(
      90002,
      `Tenant '${shown}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    );
  }
  return { kind: 'tenant', segment: name, tenant };
}

/** A tenant of another cloud is known here, and everybody is sent there. */
export function assertThisCloud(authority: Authority, refusal: 90038 | 900382): void {
  if (authority.kind === 'tenant' && authority.tenant.cloud !== 'global') throw new SignInError(refusal);
}

/** The issuer of tokens for that tenant; discovery of `common` shows the placeholder in its place. */
export function issuerOf(origin: string, authority: Authority): string {
  if (authority.kind === 'tenant') return `${origin}/${authority.tenant.id}/v2.0`;
  return `${origin}/${authority.kind === 'consumers' ? PERSONAL_TENANT_ID : '{tenantid}'}/v2.0`;
}

/** Whether the registration may be used over this authority at all. */
export function assertAudience(app: Application, authority: Authority): void {
  const single = app.signInAudience === 'AzureADMyOrg';
  if (single && (authority.kind === 'common' || authority.kind === 'organizations')) throw singleTenant(app, authority);
  const workOnly = single || app.signInAudience === 'AzureADMultipleOrgs';
  if (authority.kind === 'consumers' && workOnly) throw consumersRefused(app);
  if (authority.kind === 'tenant' && single && authority.tenant.id !== app.tenantId) {
    throw notInDirectory(app.clientId, authority);
  }
}

function singleTenant(app: Application, authority: Authority): SignInError {
  return new SignInError(
    50194,
    `Application '${app.clientId}'(${app.displayName}) is not configured as a multi-tenant application. Usage of the /${authority.segment} endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
  );
}

function consumersRefused(app: Application): SignInError {
  return new SignInError(
    9002332,
    `Application '${app.clientId}'(${app.displayName}) is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.`,
  );
}

export function notInDirectory(clientId: string, authority: Authority): SignInError {
  const directory = authority.kind === 'tenant' ? authority.tenant.displayName : authority.segment;
  const shown = clientId.slice(0, 60).replace(/[^\w-]/g, '?');
  return new SignInError(
    700016,
    `Application with identifier '${shown}' was not found in the directory '${directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

/** Who this person is in the tenant that they sign in to: themselves at home, a guest elsewhere. Throws for others. */
export function userIn(world: World, app: Application, authority: Authority, user: User): User {
  const guest = authority.kind === 'tenant' ? world.directory.findGuest(user, authority.tenant.id) : undefined;
  if (guest !== undefined) return guest;
  if (user.personal) assertPersonalAccepted(app, authority, user);
  else assertWorkAccepted(app, authority, user);
  return user;
}

function assertPersonalAccepted(app: Application, authority: Authority, user: User): void {
  const accepts =
    app.signInAudience === 'AzureADandPersonalMicrosoftAccount' || app.signInAudience === 'PersonalMicrosoftAccount';
  if (!accepts || authority.kind === 'organizations') throw new SignInError(500208);
  if (authority.kind === 'tenant') throw notInTenant(user, authority);
}

function assertWorkAccepted(app: Application, authority: Authority, user: User): void {
  if (authority.kind === 'consumers' || app.signInAudience === 'PersonalMicrosoftAccount') {
    throw new SignInError(500208);
  }
  if (authority.kind === 'tenant' && authority.tenant.id !== user.tenantId) throw notInTenant(user, authority);
  if (app.signInAudience === 'AzureADMyOrg' && user.tenantId !== app.tenantId) throw notInTenant(user, authority);
}

function notInTenant(user: User, authority: Authority): SignInError {
  const tenant = authority.kind === 'tenant' ? authority.tenant.displayName : 'the tenant of the application';
  return new SignInError(
    50020,
    `User account '${user.userPrincipalName}' does not exist in tenant '${tenant}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.`,
  );
}
