import type { Graph } from '../graph/graph.ts';
import { type DriveItem, type DriveItemRef, itemAddress, readDriveItem } from './drive-item.ts';

/**
 * Gives an item another name in its folder, only if it still is what was read; answers it as it is then.
 * @throws GraphError `changed` (read it again), `locked` (open in Office), `conflict` (the name is taken)
 * @see https://learn.microsoft.com/graph/api/driveitem-update
 */
export async function renameItem(
  graph: Graph,
  ref: DriveItemRef,
  { name, ifMatch }: { name: string; ifMatch: string },
): Promise<DriveItem> {
  const answer = await graph.request('PATCH', itemAddress(ref), { json: { name }, headers: { 'if-match': ifMatch } });
  return readDriveItem(answer, ref.driveId);
}
