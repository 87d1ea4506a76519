import type { Readable } from 'node:stream';
import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphBody } from '../graph/graph-request.ts';
import { type DriveItem, pathAddress, readDriveItem } from './drive-item.ts';

/** One PUT takes this much; Microsoft's own clients change to upload sessions from here on. */
export const SIMPLE_UPLOAD_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * A file's bytes. Give a function where you can: it is called again when the upload must be repeated (folders to be
 * made, token renewed, throttled); a bare stream is kept in memory for that, at most `SIMPLE_UPLOAD_LIMIT_BYTES`.
 */
export interface UploadContent {
  stream: Readable | (() => Readable | Promise<Readable>);
  size: number;
  contentType: string;
  /** A part of it, both ends included: what is larger than one request takes is sent in such parts. */
  openRange?: (start: number, end: number) => Readable | Promise<Readable>;
}

export const CONFLICT = '@microsoft.graph.conflictBehavior';

/**
 * Puts a new file at `path` (folder names, then the file's) in the account's own drive: one call, folders included;
 * if Microsoft wants the folders made first, they are, and the call is repeated once. Never replaces anything.
 * @throws GraphError `conflict` when the name is taken, `too-large` above 4 MiB; after `mayHaveHappened`, read the path
 * @see https://learn.microsoft.com/graph/api/driveitem-put-content
 */
export async function uploadNew(graph: Graph, path: readonly string[], content: UploadContent): Promise<DriveItem> {
  if (content.size > SIMPLE_UPLOAD_LIMIT_BYTES) throw tooLarge();
  const body = await repeatableBody(content);
  return withFolders(graph, path, () => putContent(graph, path, content, body));
}

/** Makes the folders above `path` if Microsoft wants them made first, and tries once more. */
export async function withFolders<T>(graph: Graph, path: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (path.length < 2 || !isMissingParent(error)) throw error;
    await createFolders(graph, path.slice(0, -1));
    return await work();
  }
}

async function putContent(graph: Graph, path: readonly string[], content: UploadContent, body: GraphBody) {
  const answer = await graph.request('PUT', `${pathAddress(path)}:/content`, {
    query: { [CONFLICT]: 'fail' },
    headers: { 'content-type': content.contentType },
    contentLength: content.size,
    body,
  });
  return readDriveItem(answer);
}

async function repeatableBody({ stream, size }: UploadContent): Promise<GraphBody> {
  if (typeof stream === 'function') return stream;
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of stream) {
    received += chunk.length;
    if (received > size) throw new RangeError('the content is longer than its stated size');
    chunks.push(chunk);
  }
  if (received < size) throw new RangeError('the content is shorter than its stated size');
  return Buffer.concat(chunks);
}

/** Documents say 409, services answer 404; a 409 that names a taken name is about the file itself. */
function isMissingParent(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  return error.status === 404 || (error.status === 409 && error.code !== 'nameAlreadyExists');
}

async function createFolders(graph: Graph, path: readonly string[]): Promise<void> {
  for (const [depth, name] of path.entries()) {
    const parent = depth === 0 ? pathAddress([]) : `${pathAddress(path.slice(0, depth))}:`;
    try {
      const answer = await graph.request('POST', `${parent}/children`, {
        json: { name, folder: {}, [CONFLICT]: 'fail' },
      });
      answer.body.resume();
    } catch (error) {
      if (!(error instanceof GraphError) || error.kind !== 'conflict') throw error;
    }
  }
}

function tooLarge(): GraphError {
  return new GraphError({ status: 0, code: 'simple_upload_limit', kind: 'too-large', mayHaveHappened: false });
}
