import {
  type ApplicationConfig,
  type ConditionalAccessPolicy,
  type Config,
  PERSONAL_TENANT_ID,
  type TenantConfig,
} from '../config.ts';
import type { Clock } from './clock.ts';
import { listUsers, type User } from './people.ts';
import { type Journal, Table } from './table.ts';

export type { User } from './people.ts';

export type Tenant = Omit<TenantConfig, 'users' | 'guests' | 'sites'>;
export type Application = ApplicationConfig & { tenantId: string };

const SIGN_IN_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];
/** Entra's smart lockout. */
const FAILED_SIGN_INS_ALLOWED = 10;
const LOCKOUT_MS = 60_000;

/** What has happened to an account since the config was read. */
interface UserChanges {
  disabled?: boolean;
  oneDrive?: boolean;
  requireMfa?: boolean;
  /** False for somebody who has not set up a second factor yet. */
  mfaRegistered?: boolean;
  quotaBytes?: number;
  password?: string;
  passwordExpired?: boolean;
  /** Refresh tokens and browser sessions from before this time are void. */
  sessionsValidFrom?: number;
  /** The same, but for what confidential clients hold: they survive a password that people change themselves. */
  passwordChangedAt?: number;
  failedSignIns?: number;
  lockedUntil?: number;
}

interface ApplicationChanges {
  disabled?: boolean;
  redirectUris?: string[];
  secretsExpired?: boolean;
}

interface Consent {
  scopes: string[];
}

/** Tenants, people, applications and who consented to what. */
export class Directory {
  readonly tenants: Tenant[];
  readonly #users: User[];
  readonly #applications: Map<string, Application>;
  readonly #clock: Clock;
  readonly #userChanges: Table<UserChanges>;
  readonly #applicationChanges: Table<ApplicationChanges>;
  readonly #consents: Table<Consent>;
  readonly #approvalRequests: Table<{ requestedAt: number }>;

  constructor(config: Config, journal: Journal, clock: Clock) {
    this.#clock = clock;
    this.tenants = config.tenants.map(({ users: _, guests: __, sites: ___, ...tenant }) => ({
      ...tenant,
      domain: tenant.domain.toLowerCase(),
    }));
    this.#users = listUsers(config);
    const homeTenant = config.tenants[0]?.id ?? PERSONAL_TENANT_ID;
    this.#applications = new Map(
      config.applications.map((app) => [app.clientId, { ...app, tenantId: app.tenantId ?? homeTenant }]),
    );
    this.#userChanges = new Table('userChanges', journal);
    this.#applicationChanges = new Table('applicationChanges', journal);
    this.#consents = new Table('consents', journal);
    this.#approvalRequests = new Table('approvalRequests', journal);
  }

  get users(): readonly User[] {
    return this.#users;
  }

  get applications(): Iterable<Application> {
    return this.#applications.values();
  }

  findTenant(idOrDomain: string): Tenant | undefined {
    const key = idOrDomain.toLowerCase();
    return this.tenants.find((tenant) => tenant.id === key || tenant.domain === key);
  }

  findUser(id: string): User | undefined {
    return this.#users.find((user) => user.id === id);
  }

  findUserByName(userPrincipalName: string): User | undefined {
    return this.findUsersByName(userPrincipalName)[0];
  }

  /** Two, if the address is both a work and a personal account. */
  findUsersByName(userPrincipalName: string): User[] {
    const key = userPrincipalName.trim().toLowerCase();
    return this.#users.filter((user) => user.userPrincipalName.toLowerCase() === key);
  }

  /** What somebody of elsewhere is in a tenant that has invited them. */
  findGuest(user: User, tenantId: string): User | undefined {
    return this.#users.find((one) => one.homeId === user.id && one.tenantId === tenantId);
  }

  findApplication(clientId: string): Application | undefined {
    const app = this.#applications.get(clientId.toLowerCase());
    if (app === undefined) return undefined;
    const { redirectUris } = this.#applicationChanges.get(app.clientId) ?? {};
    return redirectUris === undefined ? app : { ...app, redirectUris };
  }

  isDisabled(user: User): boolean {
    return this.#identities(user).some((one) => one.disabled === true);
  }

  hasOneDrive(user: User): boolean {
    return this.#userChanges.get(user.id)?.oneDrive ?? user.oneDrive;
  }

  requiresMfa(user: User): boolean {
    return this.#identities(user).some((one) => one.requireMfa === true);
  }

  hasRegisteredMfa(user: User): boolean {
    return this.#identities(user).every((one) => one.mfaRegistered !== false);
  }

  isPasswordExpired(user: User): boolean {
    return this.#userChanges.get(user.id)?.passwordExpired === true;
  }

  quotaBytes(user: User): number | undefined {
    return this.#userChanges.get(user.id)?.quotaBytes;
  }

  /** Whether a session or grant made at that time was revoked since; a guest's at home too. */
  isRevoked(user: User, since: number): boolean {
    return this.#identities(user).some((one) => since < (one.sessionsValidFrom ?? 0));
  }

  /** Whether what was issued at that time came before a change of password that it does not survive. */
  isFromBeforePassword(user: User, since: number): boolean {
    return this.#identities(user).some((one) => since < (one.passwordChangedAt ?? 0));
  }

  /** The last time from which on what this person holds is good. */
  validFrom(user: User): number {
    const times = this.#identities(user).flatMap((one) => [one.sessionsValidFrom ?? 0, one.passwordChangedAt ?? 0]);
    return Math.max(0, ...times);
  }

  isPassword(user: User, password: string): boolean {
    return password === (this.#userChanges.get(user.id)?.password ?? user.password);
  }

  /** By the person, whose confidential clients stay connected, or by an administrator, after whom nothing stays. */
  changePassword(user: User, password: string, by: 'self' | 'admin'): void {
    const now = this.#clock.now().getTime();
    const ended = by === 'admin' ? { sessionsValidFrom: now } : { passwordChangedAt: now };
    this.changeUser(user, { password, passwordExpired: false, ...ended });
  }

  isLockedOut(user: User): boolean {
    return this.#clock.now().getTime() < (this.#userChanges.get(user.id)?.lockedUntil ?? 0);
  }

  recordSignIn(user: User, succeeded: boolean): void {
    const before = this.#userChanges.get(user.id)?.failedSignIns ?? 0;
    if (succeeded) {
      if (before > 0) this.changeUser(user, { failedSignIns: 0 });
    } else if (before + 1 < FAILED_SIGN_INS_ALLOWED) this.changeUser(user, { failedSignIns: before + 1 });
    else this.changeUser(user, { failedSignIns: 0, lockedUntil: this.#clock.now().getTime() + LOCKOUT_MS });
  }

  /** The tenant's rules that meet this person at this application. */
  policiesFor(user: User, app: { clientId: string }): ConditionalAccessPolicy[] {
    const policies = this.findTenant(user.tenantId)?.conditionalAccess ?? [];
    const names = [user.userPrincipalName, user.mail].map((name) => name?.toLowerCase());
    return policies.filter(
      ({ users, applications }) =>
        (users?.some((name) => names.includes(name.toLowerCase())) ?? true) &&
        (applications?.includes(app.clientId) ?? true),
    );
  }

  isAssigned(user: User, app: Application): boolean {
    const names = [user.userPrincipalName.toLowerCase(), user.mail?.toLowerCase()];
    return app.assignedUsers?.some((name) => names.includes(name.toLowerCase())) ?? true;
  }

  isApplicationDisabled(app: Application): boolean {
    return this.#applicationChanges.get(app.clientId)?.disabled === true;
  }

  areSecretsExpired(app: Application): boolean {
    return this.#applicationChanges.get(app.clientId)?.secretsExpired === true;
  }

  changeUser(user: User, change: UserChanges): void {
    this.#userChanges.put(user.id, { ...this.#userChanges.get(user.id), ...change });
  }

  revokeSessions(user: User): void {
    this.changeUser(user, { sessionsValidFrom: this.#clock.now().getTime() });
  }

  changeApplication(app: Application, change: ApplicationChanges): void {
    this.#applicationChanges.put(app.clientId, { ...this.#applicationChanges.get(app.clientId), ...change });
  }

  /** What this person, or an administrator for all, has consented to. */
  consentedScopes(user: User, app: Application): Set<string> {
    const ofTenant = this.#consents.get(`tenant ${user.tenantId} ${app.clientId}`)?.scopes ?? [];
    const ofUser = this.#consents.get(`user ${user.id} ${app.clientId}`)?.scopes ?? [];
    const preConsented = app.preConsented ? app.permissions : [];
    const forAll = [...ofTenant, ...preConsented];
    // Whoever consents for all has also consented to plain signing in.
    return new Set([...forAll, ...ofUser, ...(forAll.length > 0 ? SIGN_IN_SCOPES : [])]);
  }

  consent(user: User, app: Application, scopes: readonly string[], forTenant: boolean): void {
    const key = forTenant ? `tenant ${user.tenantId} ${app.clientId}` : `user ${user.id} ${app.clientId}`;
    const before = this.#consents.get(key)?.scopes ?? [];
    this.#consents.put(key, { scopes: [...new Set([...before, ...scopes])] });
  }

  revokeConsent(user: User, clientId: string): void {
    this.#consents.delete(`user ${user.id} ${clientId}`);
    this.#consents.delete(`tenant ${user.tenantId} ${clientId}`);
  }

  /** An application is at home in one tenant, and comes to another when somebody there consents to it. */
  isInTenant(app: Application, tenantId: string): boolean {
    if (app.tenantId === tenantId || app.preConsented) return true;
    if (this.#consents.get(`tenant ${tenantId} ${app.clientId}`) !== undefined) return true;
    const people = this.#users.filter((user) => user.tenantId === tenantId);
    return people.some((user) => this.#consents.get(`user ${user.id} ${app.clientId}`) !== undefined);
  }

  requestApproval(user: User, app: Application): void {
    this.#approvalRequests.put(`${user.id} ${app.clientId}`, { requestedAt: this.#clock.now().getTime() });
  }

  hasRequestedApproval(user: User, app: Application): boolean {
    return this.#approvalRequests.get(`${user.id} ${app.clientId}`) !== undefined;
  }

  clear(): void {
    for (const table of [this.#userChanges, this.#applicationChanges, this.#consents, this.#approvalRequests])
      table.clear();
  }

  /** What happened to the account itself and, for a guest, to the account at home. */
  #identities(user: User): UserChanges[] {
    const home = user.homeId === undefined ? [] : [user.homeId];
    return [user.id, ...home].flatMap((id) => this.#userChanges.get(id) ?? []);
  }
}
