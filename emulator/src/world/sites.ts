import { type Config, stableGuid } from '../config.ts';
import type { User } from './people.ts';

/** A SharePoint site, whose document libraries are drives. */
export interface Site {
  /** `{collection},{web}`; the host name that Microsoft puts in front depends on the address of the emulator. */
  id: string;
  tenantId: string;
  /** Empty for the tenant's root site, else `sites/{name}`. */
  path: string;
  displayName: string;
  description: string;
  /** Names of its libraries; the first is the one behind `/sites/{id}/drive`. */
  libraries: string[];
  /** Addresses of who may write; everybody of the tenant when left out. */
  members?: string[] | undefined;
  /** Addresses of who may read only. */
  visitors: string[];
}

export type SiteRole = 'read' | 'write' | 'owner';

/** The sites that a config names, and the root site of each tenant. */
export class Sites {
  readonly #sites: Site[];

  constructor(config: Config) {
    this.#sites = config.tenants.flatMap((tenant) => [
      siteOf(tenant.id, { path: '', displayName: `${tenant.displayName} home` }),
      ...tenant.sites.map((site) => siteOf(tenant.id, { ...site, path: `sites/${site.name}` })),
    ]);
  }

  list(tenantId: string): Site[] {
    return this.#sites.filter((site) => site.tenantId === tenantId);
  }

  find(tenantId: string, wanted: { id: string } | { path: string }): Site | undefined {
    return this.list(tenantId).find((site) =>
      'id' in wanted ? site.id === wanted.id.toLowerCase() : site.path === wanted.path.toLowerCase(),
    );
  }

  byId(id: string): Site | undefined {
    return this.#sites.find((site) => site.id === id);
  }

  all(): readonly Site[] {
    return this.#sites;
  }

  roleOf(user: User, site: Site): SiteRole | undefined {
    if (user.tenantId !== site.tenantId) return undefined;
    if (user.admin) return 'owner';
    const isNamed = (addresses: string[]) =>
      addresses.some((one) => one.toLowerCase() === user.userPrincipalName.toLowerCase());
    if (site.members === undefined ? user.homeId === undefined : isNamed(site.members)) return 'write';
    return isNamed(site.visitors) ? 'read' : undefined;
  }
}

function siteOf(
  tenantId: string,
  site: Pick<Site, 'path' | 'displayName'> & Partial<Pick<Site, 'description' | 'libraries' | 'members' | 'visitors'>>,
): Site {
  const path = site.path.toLowerCase();
  return {
    id: `${stableGuid(`site ${tenantId} ${path}`)},${stableGuid(`web ${tenantId} ${path}`)}`,
    tenantId,
    path,
    displayName: site.displayName,
    description: site.description ?? '',
    libraries: site.libraries ?? ['Documents'],
    members: site.members,
    visitors: site.visitors ?? [],
  };
}
