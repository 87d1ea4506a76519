import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type DriveItemRef, itemAddress } from './drive-item.ts';

/**
 * Puts an item into its drive's recycle bin, only if it still is what was read. Gone already counts as deleted.
 * @throws GraphError `changed` (read it again), `locked` (open in Office: later), `retention` (a rule forbids it)
 * @see https://learn.microsoft.com/graph/api/driveitem-delete
 */
export async function deleteItem(graph: Graph, ref: DriveItemRef, { ifMatch }: { ifMatch: string }): Promise<void> {
  try {
    const answer = await graph.request('DELETE', itemAddress(ref), { headers: { 'if-match': ifMatch } });
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind !== 'not-found') throw error;
  }
}
