import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { firstValue } from '../graph/read-error.ts';
import { type DriveItem, type DriveItemRef, itemAddress } from './drive-item.ts';

/**
 * Streams an item's content: from its download address if it has one (saves a call), else by way of `/content`. Neither
 * address sees the token. The stream fails with a GraphError if the transfer breaks off, or takes longer than
 * `deadlineMs` however steadily it drips; trust the bytes, not `size`.
 * @see https://learn.microsoft.com/graph/api/driveitem-get-content
 */
export async function downloadContent(
  graph: Graph,
  item: DriveItemRef & Pick<DriveItem, 'downloadUrl'>,
  { deadlineMs }: { deadlineMs?: number } = {},
): Promise<Readable> {
  const body = await openContent(graph, item);
  return deadlineMs === undefined ? body : withDeadline(body, deadlineMs);
}

async function openContent(graph: Graph, item: DriveItemRef & Pick<DriveItem, 'downloadUrl'>): Promise<Readable> {
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

/** A transfer in which a byte comes now and then is cut by no timeout of the connection. */
function withDeadline(body: Readable, deadlineMs: number): Readable {
  const limited = new PassThrough();
  const tooLong = new GraphError({ status: 0, code: 'timed_out', kind: 'unavailable', mayHaveHappened: false });
  const timer = setTimeout(() => limited.destroy(tooLong), deadlineMs);
  pipeline(body, limited, () => clearTimeout(timer));
  return limited;
}

/** Download addresses last about an hour; a new one is to be had from `/content`. */
function isStaleAddress(error: unknown): boolean {
  return error instanceof GraphError && [401, 403, 404, 410].includes(error.status);
}
