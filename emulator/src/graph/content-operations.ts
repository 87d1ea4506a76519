import { isConvertible } from '../content/pdf/index.ts';
import { downloadUrlOf, pdfUrlOf } from '../content/signed-urls.ts';
import { ensureFolders } from '../world/arrange-items.ts';
import { ContentTooLarge, type StoredContent } from '../world/content-store.ts';
import { type Item, WorldRefusal } from '../world/records.ts';
import { assertMayWrite, type WriteOptions, type WriteTarget, writeContent } from '../world/write-content.ts';
import { assertMayReach } from './access.ts';
import { CONFLICT_QUERY, conflictOf } from './body.ts';
import { actorOf, conditionsOf, type GraphCall, isKnownTo } from './call.ts';
import { GraphError } from './errors.ts';
import { getItem, getStart } from './find.ts';
import { answerItem } from './item-operations.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';

/** What one PUT may carry. */
const PUT_LIMIT_BYTES = 250 * 1024 * 1024;

export const CONTENT_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: `${ITEM}/content`,
    access: 'read',
    query: ['format', 'AVOverride'],
    fidelity: 'full',
    note: '302 to the content origin. `?format=pdf` gives the text alone, in Latin letters. `AVOverride` changes nothing: there is no scan for viruses.',
    docs: `${DOCS}/driveitem-get-content`,
    handle: redirectToContent,
  },
  {
    method: 'PUT',
    template: `${ITEM}/content`,
    access: 'write',
    query: [...CONFLICT_QUERY],
    fidelity: 'full',
    note: 'Up to 250 MB; missing folders of a path are made; `If-Match` and `If-None-Match` are obeyed.',
    docs: `${DOCS}/driveitem-put-content`,
    handle: putContent,
  },
];

function redirectToContent(call: GraphCall): unknown {
  const item = getItem(call);
  if (item.kind !== 'file') throw new WorldRefusal('notAFile');
  const format = call.query.get('format');
  if (format !== undefined) return redirectToPdf(call, item, format);
  if (isKnownTo(call, item)) return call.reply.code(304).send();
  return call.reply.redirect(downloadUrlOf(call, item), 302);
}

function redirectToPdf(call: GraphCall, item: Item, format: string): unknown {
  if (format.toLowerCase() !== 'pdf' || !isConvertible(item.name)) throw new GraphError('InputFormatNotSupported');
  return call.reply.redirect(pdfUrlOf(call, item), 302);
}

async function putContent(call: GraphCall): Promise<unknown> {
  const { files } = call.world;
  const options: WriteOptions = {
    conflict: conflictOf(call, {}, 'replace'),
    ...conditionsOf(call),
  };
  const target = targetOf(call);
  // Refused before the bytes are taken, and again when they are here: meanwhile the world went on.
  if (target !== undefined) assertMayWrite(files, target, actorOf(call), options);
  const content = await receive(call);
  try {
    await call.world.settle();
    const { item, created } = writeContent(files, target ?? makeTarget(call), content, actorOf(call), options);
    call.reply.code(created ? 201 : 200);
    return answerItem(call, item);
  } catch (error) {
    await files.content.remove(content.contentId);
    throw error;
  }
}

async function receive(call: GraphCall): Promise<StoredContent> {
  try {
    return await call.world.files.content.store(call.request.raw, PUT_LIMIT_BYTES);
  } catch (error) {
    if (error instanceof ContentTooLarge) throw new GraphError('maxFileSizeExceeded');
    throw error;
  }
}

/** Nothing, while the folders of the path are still to be made. */
export function targetOf(call: GraphCall): WriteTarget | undefined {
  const path = call.path.item?.path ?? [];
  const name = path.at(-1);
  if (name === undefined) return { item: getItem(call) };
  const start = getStart(call);
  const parent = call.world.files.findByPath(start, path.slice(0, -1));
  if (parent === undefined) return undefined;
  // Who was given one file may write that one, though not the folder that it lies in.
  assertMayReach(call, call.world.files.findChild(parent, name) ?? parent, 'write');
  return { parent, name };
}

/** Path-addressed uploads make the folders on the way. */
export function makeTarget(call: GraphCall): { parent: Item; name: string } {
  const path = call.path.item?.path ?? [];
  const start = getStart(call);
  assertMayReach(call, start, 'write');
  const parent = ensureFolders(call.world.files, start, path.slice(0, -1), actorOf(call));
  return { parent, name: path.at(-1) ?? '' };
}
