import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import { type DriveItem, type DriveItemRef, itemAddress, readPerson, userSchema } from './drive-item.ts';

/** One version of an item as Microsoft keeps it: Office on the web makes one per person and interval, not per save. */
export interface ItemVersion {
  id: string;
  lastModifiedAt: Date;
  lastModifiedBy?: DriveItem['lastModifiedBy'];
}

const PAGES_AT_MOST = 5;

const pageSchema = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      lastModifiedDateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
      lastModifiedBy: z.object({ user: userSchema.nullish() }).nullish(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
});

/**
 * The versions that Microsoft still has, newest first: a library may thin them out by age and number.
 * @see https://learn.microsoft.com/graph/api/driveitem-list-versions
 */
export async function listItemVersions(graph: Graph, ref: DriveItemRef): Promise<ItemVersion[]> {
  const versions: ItemVersion[] = [];
  let next: string | undefined = `${itemAddress(ref)}/versions`;
  for (let page = 0; next !== undefined && page < PAGES_AT_MOST; page++) {
    const answer = await graph.request('GET', next);
    const { data } = pageSchema.safeParse(await answer.json());
    for (const { id, lastModifiedDateTime, lastModifiedBy } of data?.value ?? [])
      versions.push({ id, lastModifiedAt: lastModifiedDateTime, lastModifiedBy: readPerson(lastModifiedBy?.user) });
    next = data?.['@odata.nextLink'];
  }
  return versions;
}
