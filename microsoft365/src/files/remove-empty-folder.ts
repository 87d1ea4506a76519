import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { pathAddress } from './drive-item.ts';

const folderSchema = z.object({ eTag: z.string(), folder: z.object({ childCount: z.number().int() }) });

/**
 * Removes a folder of the account's own drive, by its path, if nothing lies in it. `If-Match` refuses where something
 * came into it between our look and the deletion.
 * @throws GraphError
 * @see https://learn.microsoft.com/graph/api/driveitem-delete
 */
export async function removeEmptyFolder(
  graph: Graph,
  path: readonly string[],
): Promise<'removed' | 'not-empty' | 'not-there'> {
  const address = pathAddress(path);
  try {
    const found = folderSchema.safeParse(await (await graph.request('GET', address)).json());
    if (!found.success) return 'not-there';
    if (found.data.folder.childCount > 0) return 'not-empty';
    const answer = await graph.request('DELETE', address, { headers: { 'if-match': found.data.eTag } });
    answer.body.resume();
    return 'removed';
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.kind === 'not-found') return 'not-there';
    if (error.kind === 'changed') return 'not-empty';
    throw error;
  }
}
