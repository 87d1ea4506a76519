import { type ApplicationConfig, type Config, PERSONAL_TENANT_ID, stableGuid, type TenantConfig } from '../config.ts';
import type { Clock } from './clock.ts';
import { type Journal, Table } from './table.ts';

export interface Tenant {
  id: string;
  domain: string;
  displayName: string;
  userConsent: TenantConfig['userConsent'];
}

export interface User {
  id: string;
  tenantId: string;
  userPrincipalName: string;
  displayName: string;
  mail: string | null;
  password: string;
  oneDrive: boolean;
  admin: boolean;
  personal: boolean;
}

export type Application = ApplicationConfig & { tenantId: string };

const SIGN_IN_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** What has happened to an account since the config was read. */
interface UserChanges {
  disabled?: boolean;
  oneDrive?: boolean;
  requireMfa?: boolean;
  quotaBytes?: number;
  /** Refresh tokens and browser sessions from before this time are void. */
  sessionsValidFrom?: number;
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

  constructor(config: Config, journal: Journal, clock: Clock) {
    this.#clock = clock;
    this.tenants = config.tenants.map(({ id, domain, displayName, userConsent }) => ({
      id,
      domain: domain.toLowerCase(),
      displayName,
      userConsent,
    }));
    this.#users = listUsers(config);
    const homeTenant = config.tenants[0]?.id ?? PERSONAL_TENANT_ID;
    this.#applications = new Map(
      config.applications.map((app) => [app.clientId, { ...app, tenantId: app.tenantId ?? homeTenant }]),
    );
    this.#userChanges = new Table('userChanges', journal);
    this.#applicationChanges = new Table('applicationChanges', journal);
    this.#consents = new Table('consents', journal);
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
    const key = userPrincipalName.trim().toLowerCase();
    return this.#users.find((user) => user.userPrincipalName.toLowerCase() === key);
  }

  findApplication(clientId: string): Application | undefined {
    const app = this.#applications.get(clientId.toLowerCase());
    if (app === undefined) return undefined;
    const { redirectUris } = this.#applicationChanges.get(app.clientId) ?? {};
    return redirectUris === undefined ? app : { ...app, redirectUris };
  }

  isDisabled(user: User): boolean {
    return this.#userChanges.get(user.id)?.disabled === true;
  }

  hasOneDrive(user: User): boolean {
    return this.#userChanges.get(user.id)?.oneDrive ?? user.oneDrive;
  }

  requiresMfa(user: User): boolean {
    return this.#userChanges.get(user.id)?.requireMfa === true;
  }

  quotaBytes(user: User): number | undefined {
    return this.#userChanges.get(user.id)?.quotaBytes;
  }

  /** Whether a session or grant made at that time was revoked since. */
  isRevoked(user: User, since: number): boolean {
    return since < (this.#userChanges.get(user.id)?.sessionsValidFrom ?? 0);
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

  clear(): void {
    for (const table of [this.#userChanges, this.#applicationChanges, this.#consents]) table.clear();
  }
}

function listUsers(config: Config): User[] {
  const work = config.tenants.flatMap((tenant) =>
    tenant.users.map((user) => ({
      ...user,
      id: user.id ?? stableGuid(`user ${user.userPrincipalName.toLowerCase()}`),
      mail: user.mail ?? null,
      tenantId: tenant.id,
      personal: false,
    })),
  );
  const personal = config.personalAccounts.map((user) => ({
    ...user,
    id: user.id ?? `00000000-0000-0000-${stableGuid(`user ${user.userPrincipalName.toLowerCase()}`).slice(19)}`,
    mail: user.userPrincipalName,
    tenantId: PERSONAL_TENANT_ID,
    personal: true,
    admin: false,
  }));
  return [...work, ...personal];
}
