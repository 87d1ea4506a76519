import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type DriveItem, type DriveItemRef, itemAddress, pathAddress, readDriveItem } from './drive-item.ts';

/** @throws GraphError `not-found` when it is gone or this account may not see it */
export async function getItem(graph: Graph, ref: DriveItemRef): Promise<DriveItem> {
  return readDriveItem(await graph.request('GET', itemAddress(ref)), ref.driveId);
}

/** What lies at a path of the account's own drive, if anything does. */
export async function findByPath(graph: Graph, path: readonly string[]): Promise<DriveItem | undefined> {
  try {
    return await readDriveItem(await graph.request('GET', pathAddress(path)));
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
