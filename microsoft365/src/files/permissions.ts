import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type DriveItemRef, itemAddress } from './drive-item.ts';

/** One right to an item: of a person, by a link, or given to a folder above. */
export interface ItemPermission {
  id: string;
  roles: string[];
  /** Whom it was given to; a link that anybody may use names nobody. */
  grantees: { oid?: string; email?: string; name: string }[];
  link?: { scope?: string; type?: string };
  /** Given to a folder above, where alone it can be taken away. */
  inheritedFrom?: { itemId?: string; path?: string };
}

const identity = z.object({
  id: z.string().nullish(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
});
const identitySet = z.object({ user: identity.nullish(), group: identity.nullish(), siteUser: identity.nullish() });

const permissionSchema = z.object({
  id: z.string().min(1),
  roles: z.array(z.string()).nullish(),
  grantedTo: identitySet.nullish(),
  grantedToV2: identitySet.nullish(),
  grantedToIdentitiesV2: z.array(identitySet).nullish(),
  invitation: z.object({ email: z.string().nullish() }).nullish(),
  link: z.object({ scope: z.string().nullish(), type: z.string().nullish() }).nullish(),
  inheritedFrom: z.object({ id: z.string().nullish(), path: z.string().nullish() }).nullish(),
});

const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
});

const MOST_PAGES = 50;

/**
 * Every right to an item, the owner's and inherited ones included.
 * @throws GraphError
 * @see https://learn.microsoft.com/graph/api/driveitem-list-permissions
 */
export async function listPermissions(graph: Graph, ref: DriveItemRef): Promise<ItemPermission[]> {
  const found: ItemPermission[] = [];
  let next: string | undefined = `${itemAddress(ref)}/permissions`;
  for (let pages = 0; next !== undefined && pages < MOST_PAGES; pages++) {
    const answer: GraphAnswer = await graph.request('GET', next);
    const page = pageSchema.safeParse(await answer.json());
    if (!page.success) throw incomplete(answer);
    for (const row of page.data.value) found.push(readPermission(answer, row));
    next = page.data['@odata.nextLink'];
  }
  return found;
}

/**
 * Takes a right away. Gone already counts as taken.
 * @throws GraphError `forbidden` for an inherited one and the owner's
 * @see https://learn.microsoft.com/graph/api/permission-delete
 */
export async function removePermission(graph: Graph, ref: DriveItemRef, permissionId: string): Promise<void> {
  try {
    const answer = await graph.request('DELETE', `${itemAddress(ref)}/permissions/${encodeURIComponent(permissionId)}`);
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind !== 'not-found') throw error;
  }
}

/** The right of one person alone, given to the item itself, that lets them change it; matched by object id. */
export function findWriteGrant(permissions: readonly ItemPermission[], oid: string): ItemPermission | undefined {
  return grantsTo(permissions, oid).find(({ roles }) => roles.includes('write'));
}

/** Every right that names one person and nobody else, given to the item itself. */
export function grantsTo(permissions: readonly ItemPermission[], oid: string): ItemPermission[] {
  return permissions.filter(
    ({ grantees, inheritedFrom, link, roles }) =>
      !inheritedFrom &&
      !roles.includes('owner') &&
      // SharePoint may express a right of named people as a link that only they can use.
      (link === undefined || link.scope === 'users') &&
      grantees.length > 0 &&
      grantees.every((grantee) => sameId(grantee.oid, oid)),
  );
}

function sameId(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

/** A row that can't be read might be a right that nobody sees: the whole list is refused then. */
function readPermission(answer: GraphAnswer, row: unknown): ItemPermission {
  const parsed = permissionSchema.safeParse(row);
  if (!parsed.success) throw incomplete(answer);
  return toPermission(parsed.data);
}

function toPermission(row: z.infer<typeof permissionSchema>): ItemPermission {
  const sets = [row.grantedToV2 ?? row.grantedTo, ...(row.grantedToIdentitiesV2 ?? [])];
  const grantees = sets.flatMap((set) => {
    const who = set?.user ?? set?.group ?? set?.siteUser;
    return who ? [{ oid: who.id ?? undefined, email: who.email ?? undefined, name: who.displayName ?? '' }] : [];
  });
  const invited = row.invitation?.email;
  if (grantees.length === 0 && invited) grantees.push({ oid: undefined, email: invited, name: invited });
  return {
    id: row.id,
    roles: row.roles ?? [],
    grantees,
    ...(row.link ? { link: { scope: row.link.scope ?? undefined, type: row.link.type ?? undefined } } : {}),
    ...(row.inheritedFrom
      ? { inheritedFrom: { itemId: row.inheritedFrom.id ?? undefined, path: row.inheritedFrom.path ?? undefined } }
      : {}),
  };
}

function incomplete(answer: GraphAnswer): GraphError {
  return new GraphError({
    status: answer.status,
    code: 'incomplete_permission',
    kind: 'unavailable',
    requestId: answer.requestId,
    mayHaveHappened: true,
  });
}
