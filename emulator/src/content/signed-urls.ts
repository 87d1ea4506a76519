import { createHmac, timingSafeEqual } from 'node:crypto';
import { sitePathOf, type View } from '../graph/view.ts';
import type { Item } from '../world/records.ts';
import type { World } from '../world/world.ts';

const URL_LIFE_MS = 60 * 60_000;

/** A URL that anyone who has it may read for an hour; the secret part is in the query, which no log holds. */
export function downloadUrlOf(view: View, item: Item, version?: number): string {
  return signedUrl(view, item, 'download', version);
}

/** Where the PDF of a file is. */
export function pdfUrlOf(view: View, item: Item): string {
  return signedUrl(view, item, 'pdf');
}

/** A page of a file to show in a frame. */
export function previewUrlOf(view: View, item: Item): string {
  return signedUrl(view, item, 'preview');
}

type Purpose = 'download' | 'pdf' | 'preview';

function signedUrl({ world, origins }: View, item: Item, purpose: Purpose, version?: number): string {
  const site = sitePathOf(world, world.files.driveById(item.driveId));
  const page = purpose === 'preview' ? 'embed.aspx' : 'download.aspx';
  const url = new URL(`${origins.content}/${site}/_layouts/15/${page}`);
  url.searchParams.set('UniqueId', item.guid);
  url.searchParams.set('Translate', 'false');
  if (version !== undefined) url.searchParams.set('version', String(version));
  if (purpose === 'pdf') url.searchParams.set('format', 'pdf');
  url.searchParams.set('tempauth', signature(world, `${purpose} ${item.guid} ${version ?? ''}`));
  url.searchParams.set('ApiVersion', '2.0');
  return url.href;
}

export function mayDownload(
  world: World,
  purpose: Purpose,
  guid: string,
  version: string | null,
  tempauth: string,
): boolean {
  return isSigned(world, `${purpose} ${guid} ${version ?? ''}`, tempauth);
}

/** An upload URL holds until its session ends, so its secret does not run out by itself. */
export function uploadUrlOf({ world, origins }: View, driveId: string, sessionId: string, secret: string): string {
  const site = sitePathOf(world, world.files.driveById(driveId));
  const url = new URL(`${origins.content}/${site}/_api/v2.0/drive/uploadSession`);
  url.searchParams.set('guid', sessionId);
  url.searchParams.set('tempauth', secret);
  return url.href;
}

/** Where a copy tells how far it is, without a token. */
export function monitorUrlOf({ world, origins }: View, driveId: string, jobId: string, secret: string): string {
  const site = sitePathOf(world, world.files.driveById(driveId));
  const url = new URL(`${origins.content}/${site}/_api/v2.0/monitor/${jobId}`);
  url.searchParams.set('tempauth', secret);
  return url.href;
}

function signature(world: World, what: string, expiresAt = world.clock.now().getTime() + URL_LIFE_MS): string {
  return `v1.${expiresAt}.${mac(world, `${what} ${expiresAt}`)}`;
}

function isSigned(world: World, what: string, tempauth: string): boolean {
  const [, expiresAt, given] = /^v1\.(\d{1,16})\.([\w-]{43})$/.exec(tempauth) ?? [];
  if (expiresAt === undefined || given === undefined) return false;
  const isRight = timingSafeEqual(Buffer.from(given), Buffer.from(mac(world, `${what} ${expiresAt}`)));
  return isRight && world.clock.now().getTime() < Number(expiresAt);
}

function mac(world: World, text: string): string {
  return createHmac('sha256', world.keys.urlSecret).update(text).digest('base64url');
}
