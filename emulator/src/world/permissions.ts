import type { Clock } from './clock.ts';
import type { User } from './directory.ts';
import type { Files } from './files.ts';
import type { Drive, Item } from './records.ts';
import type { Sites } from './sites.ts';
import { type Journal, Table } from './table.ts';

export type Role = 'read' | 'write' | 'owner';

export interface SharingLink {
  type: 'view' | 'edit' | 'embed';
  scope: 'anonymous' | 'organization' | 'users';
  token: string;
  /** Who has used it to get lasting access. */
  redeemedBy: string[];
}

/** A right to one item and, if that is a folder, to all below. */
export interface Permission {
  id: string;
  driveId: string;
  itemId: string;
  role: 'read' | 'write';
  grantedToId?: string;
  invitation?: { email: string; signInRequired: boolean };
  link?: SharingLink;
  hasPassword?: boolean;
  expiresAt?: number;
  createdAt: number;
  createdById?: string;
  clientId?: string;
}

const STRENGTH: Record<Role, number> = { read: 1, write: 2, owner: 3 };

/** Who may do what with which item: by owning the drive, by the site, or by what was shared. */
export class Permissions {
  readonly #rows: Table<Permission>;
  readonly #byItem = new Map<string, Set<string>>();
  readonly #files: Files;
  readonly #sites: Sites;
  readonly #clock: Clock;

  constructor(parts: { journal: Journal; files: Files; sites: Sites; clock: Clock }) {
    this.#rows = new Table('permissions', parts.journal);
    this.#files = parts.files;
    this.#sites = parts.sites;
    this.#clock = parts.clock;
    for (const row of this.#rows.values()) this.#index(row);
  }

  /** On the item itself, oldest first; what has run out is gone. */
  on(item: Item): Permission[] {
    const now = this.#clock.now().getTime();
    return [...(this.#byItem.get(item.id) ?? [])].flatMap((id) => {
      const row = this.#rows.get(id);
      return row === undefined || (row.expiresAt ?? Number.POSITIVE_INFINITY) <= now ? [] : [row];
    });
  }

  /** What holds for the item: its own, then those of the folders above, nearest first. */
  effective(item: Item): { permission: Permission; from: Item }[] {
    const found: { permission: Permission; from: Item }[] = [];
    for (let at: Item | undefined = item; at !== undefined; at = this.#files.parentOf(at)) {
      const from = at;
      found.push(...this.on(from).map((permission) => ({ permission, from })));
    }
    return found;
  }

  roleOf(user: User, item: Item): Role | undefined {
    const drive = this.#files.driveById(item.driveId);
    const ofDrive = this.#roleInDrive(user, drive);
    const shared = this.effective(item).flatMap(({ permission }) =>
      grants(permission, user) ? [permission.role] : [],
    );
    return strongest([...(ofDrive === undefined ? [] : [ofDrive]), ...shared]);
  }

  /** Whether the person has any business in the drive at all. */
  mayEnter(user: User, drive: Drive): boolean {
    if (this.#roleInDrive(user, drive) !== undefined) return true;
    return this.sharedWith(user).some(({ driveId }) => driveId === drive.id);
  }

  sharedWith(user: User): Permission[] {
    const now = this.#clock.now().getTime();
    return [...this.#rows.values()].filter(
      (row) => grants(row, user) && (row.expiresAt ?? Number.POSITIVE_INFINITY) > now,
    );
  }

  findByToken(token: string): Permission | undefined {
    const now = this.#clock.now().getTime();
    return [...this.#rows.values()].find(
      (row) => row.link?.token === token && (row.expiresAt ?? Number.POSITIVE_INFINITY) > now,
    );
  }

  put(row: Permission): Permission {
    this.#index(row);
    return this.#rows.put(row.id, row);
  }

  remove(row: Permission): void {
    this.#rows.delete(row.id);
    this.#byItem.get(row.itemId)?.delete(row.id);
  }

  clear(): void {
    this.#rows.clear();
    this.#byItem.clear();
  }

  #roleInDrive(user: User, drive: Drive): Role | undefined {
    if (drive.kind !== 'documentLibrary') return drive.ownerId === user.id ? 'owner' : undefined;
    const site = this.#sites.byId(drive.ownerId);
    return site && this.#sites.roleOf(user, site);
  }

  #index(row: Permission): void {
    const ofItem = this.#byItem.get(row.itemId) ?? new Set();
    this.#byItem.set(row.itemId, ofItem.add(row.id));
  }
}

/** Whether a link alone lets this person in. */
export function opensFor(link: SharingLink, user: User | undefined, tenantId: string): boolean {
  if (link.scope === 'anonymous') return true;
  return link.scope === 'organization' && user?.tenantId === tenantId;
}

export function strongest(roles: readonly Role[]): Role | undefined {
  return [...roles].sort((a, b) => STRENGTH[b] - STRENGTH[a])[0];
}

function grants(permission: Permission, user: User): boolean {
  return permission.grantedToId === user.id || (permission.link?.redeemedBy.includes(user.id) ?? false);
}
