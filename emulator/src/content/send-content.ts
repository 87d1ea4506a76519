import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import { eTagOf } from '../world/files.ts';
import { mimeTypeOf } from '../world/names.ts';
import type { Item, Version } from '../world/records.ts';
import type { ContentOrigin } from './content-origin.ts';

export function sendContent(
  { world }: ContentOrigin,
  request: FastifyRequest,
  reply: FastifyReply,
  item: Item,
  version: Version,
  disposition: 'attachment' | 'inline',
): FastifyReply {
  const range = readRange(request.headers.range, version.size);
  const { start, end } = range ?? { start: 0, end: version.size - 1 };
  reply
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
    .header('etag', `"${eTagOf(item, 'business').replaceAll('"', '')}"`)
    .header('content-disposition', `${disposition}; filename*=UTF-8''${encodeURIComponent(item.name)}`)
    .header('content-length', end - start + 1)
    .type(mimeTypeOf(item.name));
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${version.size}`);
  if (version.size === 0) return reply.send('');
  return reply.send(world.files.content.read(version.contentId, { start, end }));
}

/** One range is served; several, or what is no range, gives the whole, as the standard allows. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = suffix || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (start > end)
    throw new GraphError('invalidRange', 'The requested range is not satisfiable.', {
      'content-range': `bytes */${size}`,
    });
  return { start, end };
}
