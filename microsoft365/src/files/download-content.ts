import type { Readable } from 'node:stream';
import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { firstValue } from '../graph/read-error.ts';
import { type DriveItem, type DriveItemRef, itemAddress } from './drive-item.ts';

/**
 * Streams an item's content: from its download address if it has one (saves a call), else by way of `/content`. Neither
 * address sees the token. The stream fails with a GraphError if the transfer breaks off; trust the bytes, not `size`.
 * @see https://learn.microsoft.com/graph/api/driveitem-get-content
 */
export async function downloadContent(
  graph: Graph,
  item: DriveItemRef & Pick<DriveItem, 'downloadUrl'>,
): Promise<Readable> {
  if (item.downloadUrl !== undefined) {
    try {
      return (await graph.fetchPreAuthenticated(item.downloadUrl)).body;
    } catch (error) {
      if (!isStaleAddress(error)) throw error;
    }
  }
  const answer = await graph.request('GET', `${itemAddress(item)}/content`);
  const location = firstValue(answer.headers.location);
  if (answer.status < 300 || location === undefined) return answer.body;
  answer.body.destroy();
  return (await graph.fetchPreAuthenticated(location)).body;
}

/** Download addresses last about an hour; a new one is to be had from `/content`. */
function isStaleAddress(error: unknown): boolean {
  return error instanceof GraphError && [401, 403, 404, 410].includes(error.status);
}
