import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type DriveItemRef, itemAddress } from './drive-item.ts';

/**
 * Deletes an item for good, past the recycle bin. It knows no `If-Match`: rename the item with one first, and read it
 * once more. Gone already counts as deleted. Work and school drives only.
 * @throws GraphError `invalid` or `forbidden` where Microsoft does not offer it, `locked`, `retention`
 * @see https://learn.microsoft.com/graph/api/driveitem-permanentdelete
 */
export async function deletePermanently(graph: Graph, ref: DriveItemRef): Promise<void> {
  try {
    const answer = await graph.request('POST', `${itemAddress(ref)}/permanentDelete`, { retry: true });
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind !== 'not-found') throw error;
  }
}
