import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import { findDriveAt } from '../graph/web-address.ts';
import { originsOf } from '../http/origins.ts';
import type { Item, Version } from '../world/records.ts';
import { AREAS, assertNoToken, type ContentOrigin } from './content-origin.ts';
import { documentText, writePdf } from './pdf/index.ts';
import { sendContent } from './send-content.ts';
import { mayDownload } from './signed-urls.ts';

type DownloadRoute = { Querystring: { UniqueId?: string; tempauth?: string; version?: string; format?: string } };
type RawRoute = { Params: { site: string; library: string; '*': string } };

/** Where `/content` and `@microsoft.graph.downloadUrl` lead, and the raw addresses of files. */
export function registerDownloads(app: FastifyInstance, origin: ContentOrigin): void {
  for (const area of AREAS) {
    app.get<DownloadRoute>(`/${area}/:site/_layouts/15/download.aspx`, (request, reply) => {
      assertNoToken(origin, request);
      return download(origin, request, reply);
    });
    app.get<DownloadRoute>(`/${area}/:site/_layouts/15/embed.aspx`, (request, reply) =>
      preview(origin, request, reply),
    );
    app.get<RawRoute>(`/${area}/:site/:library/*`, (request, reply) => openRaw(origin, area, request, reply));
  }
}

async function download(
  origin: ContentOrigin,
  request: FastifyRequest<DownloadRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { format } = request.query;
  const { item, version } = findSigned(origin, request, format === 'pdf' ? 'pdf' : 'download');
  return format === 'pdf'
    ? sendPdf(origin, reply, item, version)
    : sendContent(origin, request, reply, item, version, 'attachment');
}

/** What `preview` leads to: the file itself, or a PDF of it, in a frame of whoever asked. */
async function preview(
  origin: ContentOrigin,
  request: FastifyRequest<DownloadRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { item, version } = findSigned(origin, request, 'preview');
  const lines = documentText(item.name, await origin.world.files.content.readAll(version.contentId));
  if (lines !== undefined) return reply.type('application/pdf').send(writePdf(lines));
  forbidScripts(reply);
  return sendContent(origin, request, reply, item, version, 'inline');
}

async function sendPdf(
  { world }: ContentOrigin,
  reply: FastifyReply,
  item: Item,
  version: Version,
): Promise<FastifyReply> {
  const lines = documentText(item.name, await world.files.content.readAll(version.contentId));
  if (lines === undefined) throw new GraphError('InputFormatNotSupported');
  return reply.type('application/pdf').header('cache-control', 'private, no-store').send(writePdf(lines));
}

function findSigned(
  { world }: ContentOrigin,
  request: FastifyRequest<DownloadRoute>,
  purpose: 'download' | 'pdf' | 'preview',
): { item: Item; version: Version } {
  const { UniqueId = '', tempauth = '', version } = request.query;
  const guid = String(UniqueId);
  if (!mayDownload(world, purpose, guid, version ?? null, String(tempauth))) {
    throw new GraphError('unauthenticated', 'The download URL is not valid, or no longer.');
  }
  const item = world.files.findByGuid(guid);
  const wanted = item?.versions.find((one) => version === undefined || String(one.number) === version);
  if (item === undefined || wanted === undefined) throw new GraphError('itemNotFound');
  return { item, version: wanted };
}

/** For people: shows the file itself to whoever may read it, and asks others to sign in. */
function openRaw(
  origin: ContentOrigin,
  area: string,
  request: FastifyRequest<RawRoute>,
  reply: FastifyReply,
): FastifyReply {
  const { world } = origin;
  const account = world.sessions.accounts(request.headers.cookie)[0];
  if (account === undefined) {
    const { main, content } = originsOf(request, origin.ports());
    const returnTo = encodeURIComponent(`${content}${request.raw.url}`);
    return reply.redirect(`${main}/_signin?return_to=${returnTo}`, 302);
  }
  const { site, library } = request.params;
  const drive = findDriveAt(world, [area, site, library]);
  if (drive === undefined || !world.permissions.mayEnter(account.user, drive)) throw new GraphError('accessDenied');
  const path = request.params['*'].split('/').filter((name) => name !== '');
  const item = world.files.findByPath(world.files.rootOf(drive), path);
  const version = item?.versions[0];
  if (item === undefined || version === undefined || world.permissions.roleOf(account.user, item) === undefined)
    throw new GraphError('itemNotFound');
  forbidScripts(reply);
  return sendContent(origin, request, reply, item, version, 'inline');
}

/** Somebody's HTML or SVG must not run with the cookies of this host. */
function forbidScripts(reply: FastifyReply): void {
  reply.header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
}
