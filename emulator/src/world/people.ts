import { type Config, PERSONAL_TENANT_ID, stableGuid } from '../config.ts';

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
  /** The account elsewhere with which a guest signs in. */
  homeId?: string;
}

/** The accounts that a config names: at work, personal, and what guests are in the tenants that invited them. */
export function listUsers(config: Config): User[] {
  const members = [...listWorkUsers(config), ...listPersonalAccounts(config)];
  return [...members, ...listGuests(config, members)];
}

function listWorkUsers(config: Config): User[] {
  return config.tenants.flatMap((tenant) =>
    tenant.users.map((user) => ({
      ...user,
      id: user.id ?? stableGuid(`user ${user.userPrincipalName.toLowerCase()}`),
      mail: user.mail ?? null,
      tenantId: tenant.id,
      personal: false,
    })),
  );
}

function listPersonalAccounts(config: Config): User[] {
  return config.personalAccounts.map((user) => ({
    ...user,
    // The 64 bits of a personal account's id, behind zeros.
    id: user.id ?? `00000000-0000-0000-${stableGuid(`user ${user.userPrincipalName.toLowerCase()}`).slice(19)}`,
    mail: user.userPrincipalName,
    tenantId: PERSONAL_TENANT_ID,
    personal: true,
    admin: false,
  }));
}

function listGuests(config: Config, members: User[]): User[] {
  return config.tenants.flatMap((tenant) =>
    tenant.guests.flatMap((address) => {
      const home = members.find((user) => user.userPrincipalName.toLowerCase() === address.toLowerCase());
      if (home === undefined) return [];
      return [
        {
          ...home,
          id: stableGuid(`guest ${home.id} in ${tenant.id}`),
          tenantId: tenant.id,
          userPrincipalName: `${address.replace('@', '_')}#EXT#@${tenant.domain}`,
          mail: home.mail ?? address,
          oneDrive: false,
          admin: false,
          personal: false,
          homeId: home.id,
        },
      ];
    }),
  );
}
