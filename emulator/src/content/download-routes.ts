import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import { siteNameOf } from '../graph/view.ts';
import { originsOf } from '../http/origins.ts';
import { eTagOf } from '../world/files.ts';
import { mimeTypeOf } from '../world/names.ts';
import type { Item, Version } from '../world/records.ts';
import { assertNoToken, type ContentOrigin } from './content-origin.ts';
import { mayDownload } from './signed-urls.ts';

type DownloadRoute = { Querystring: { UniqueId?: string; tempauth?: string; version?: string } };
type RawRoute = { Params: { site: string; '*': string } };

/** Where `/content` and `@microsoft.graph.downloadUrl` lead, and the raw addresses of files. */
export function registerDownloads(app: FastifyInstance, origin: ContentOrigin): void {
  app.get<DownloadRoute>('/personal/:site/_layouts/15/download.aspx', (request, reply) => {
    assertNoToken(origin, request);
    return download(origin, request, reply);
  });
  app.get<RawRoute>('/personal/:site/Documents/*', (request, reply) => openRaw(origin, request, reply));
}

function download(origin: ContentOrigin, request: FastifyRequest<DownloadRoute>, reply: FastifyReply): FastifyReply {
  const { UniqueId: guid = '', tempauth = '', version } = request.query;
  const { world } = origin;
  if (!mayDownload(world, String(guid), version ?? null, String(tempauth))) {
    throw new GraphError('unauthenticated', 'The download URL is not valid, or no longer.');
  }
  const item = world.files.findByGuid(String(guid));
  const wanted = item?.versions.find((one) => version === undefined || String(one.number) === version);
  if (item === undefined || wanted === undefined) throw new GraphError('itemNotFound');
  return sendContent(origin, request, reply, item, wanted, 'attachment');
}

/** For people: shows the file itself to its owner, and asks others to sign in. */
function openRaw(origin: ContentOrigin, request: FastifyRequest<RawRoute>, reply: FastifyReply): FastifyReply {
  const { world } = origin;
  const account = world.sessions.accounts(request.headers.cookie)[0];
  if (account === undefined) {
    const { main, content } = originsOf(request, origin.ports());
    const returnTo = encodeURIComponent(`${content}${request.raw.url}`);
    return reply.redirect(`${main}/_signin?return_to=${returnTo}`, 302);
  }
  const drive = world.files.driveOf(account.user);
  if (siteNameOf(world, drive) !== request.params.site.toLowerCase()) throw new GraphError('accessDenied');
  const path = request.params['*'].split('/').filter((name) => name !== '');
  const item = world.files.findByPath(world.files.rootOf(drive), path);
  const version = item?.versions[0];
  if (item === undefined || version === undefined) throw new GraphError('itemNotFound');
  // Somebody's HTML or SVG must not run with the cookies of this host.
  reply.header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  return sendContent(origin, request, reply, item, version, 'inline');
}

function sendContent(
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
