import {
  ConnectionUnavailable,
  type DriveItem,
  type DriveItemRef,
  downloadContent,
  GraphError,
  getItem,
  PackageUnreadable,
  packageFingerprint,
  WORKING_COPIES_FOLDER,
} from '@megdocs/microsoft365';
import { FileTooLarge, type ReceivedFile } from '../platform/blobs.ts';
import type { NamedEditor } from '../platform/schema.ts';
import { graphOf } from './graph-of.ts';
import type { EditingRoom } from './room.ts';
import type { SessionRow } from './store.ts';
import { tookPart } from './together/participant-store.ts';
import { connectionToRead } from './together/reading.ts';
import { takeOutExtras } from './word/take-out-extras.ts';

/** What a look at the working copy found. */
export type Look =
  | { kind: 'seen'; item: DriveItem; tag: string }
  /** Deleted, or nobody may see it any more. */
  | { kind: 'gone' }
  /** The connection is refused or ended: only a person can mend that. */
  | { kind: 'no-connection'; why: string }
  /** A bad day at Microsoft or on the way there. */
  | { kind: 'unreachable'; why: string; retryAfterSeconds: number | undefined };

/** Reads the copy's tags and who saved last. One Graph call. */
export async function lookAtCopy(room: EditingRoom, session: SessionRow): Promise<Look> {
  if (!session.drive_id || !session.item_id) throw new Error(`The edit session ${session.id} has no copy yet`);
  const ref = { driveId: session.drive_id, itemId: session.item_id };
  const reader = await connectionToRead(room, session);
  const look = await lookThrough(room, reader, ref);
  if (look.kind !== 'no-connection') return look;
  // The refusal may just have shown that this connection is gone; a colleague's may still read.
  const other = await connectionToRead(room, session);
  return other === reader ? look : lookThrough(room, other, ref);
}

async function lookThrough(room: EditingRoom, integrationId: string, ref: DriveItemRef): Promise<Look> {
  try {
    const item = await getItem(graphOf(room, integrationId), ref);
    return { kind: 'seen', item, tag: tagOf(item) };
  } catch (error) {
    return explainLook(error);
  }
}

/**
 * Microsoft answers 404 for a deleted copy, and for all of a OneDrive that was taken away. A OneDrive that answers
 * has lost the copy alone.
 */
export async function lookForDrive(
  room: EditingRoom,
  session: SessionRow,
): Promise<'there' | Exclude<Look, { kind: 'seen' }>> {
  try {
    const answer = await graphOf(room, session.integration_id).request(
      'GET',
      `/drives/${encodeURIComponent(session.drive_id ?? '')}`,
    );
    answer.body.resume();
    return 'there';
  } catch (error) {
    return explainLook(error);
  }
}

/** Sorts what went wrong with a call to Microsoft. Throws what is our own fault. */
export function explainLook(error: unknown): Exclude<Look, { kind: 'seen' }> {
  if (error instanceof ConnectionUnavailable) {
    if (error.reason === 'store_unavailable') throw error;
    return error.reason === 'microsoft_unreachable' || error.reason === 'app_misconfigured'
      ? { kind: 'unreachable', why: unreachableWords(error.reason), retryAfterSeconds: undefined }
      : { kind: 'no-connection', why: connectionWords(error.reason) };
  }
  if (!(error instanceof GraphError)) throw error;
  switch (error.kind) {
    case 'not-found':
      return { kind: 'gone' };
    case 'unauthorized':
    case 'forbidden':
      return { kind: 'no-connection', why: 'Microsoft no longer lets this connection read the copy.' };
    default:
      return {
        kind: 'unreachable',
        why: unreachableWords(error.kind === 'throttled' ? 'throttled' : 'microsoft_unreachable'),
        retryAfterSeconds: error.retryAfterSeconds,
      };
  }
}

function unreachableWords(reason: 'microsoft_unreachable' | 'app_misconfigured' | 'throttled'): string {
  if (reason === 'app_misconfigured')
    return "Microsoft refuses MEGDocs itself, not your account. Your administrator has to renew the app's credential.";
  if (reason === 'throttled') return 'Microsoft 365 asks us to wait. MEGDocs tries again by itself.';
  return 'Microsoft 365 does not answer just now. MEGDocs tries again by itself.';
}

function connectionWords(reason: string): string {
  return reason === 'reconnect_needed'
    ? 'The Microsoft connection has to be renewed: whoever started editing reconnects under Account settings, Microsoft.'
    : 'The Microsoft account that holds the copy is no longer connected.';
}

/** Where the copy lies, for people. */
export function folderOf(session: SessionRow): string {
  return `${WORKING_COPIES_FOLDER}/${session.folder_key}`;
}

/** A tag of content and metadata: any change of it is a reason to fetch, and no more than that. */
export function tagOf(item: DriveItem): string {
  return JSON.stringify([item.eTag, item.cTag ?? '']);
}

/** What `If-Match` takes. */
export function eTagOf(tag: string): string {
  const [eTag] = JSON.parse(tag) as [string];
  return eTag;
}

export interface FetchedCopy {
  file: ReceivedFile;
  /** Of the parts that people write; content that differs only in what SharePoint injects is equal. */
  fingerprint: string;
  /** Read before the download began. */
  tag: string;
}

/** What can't be a version any more is kept as a checkpoint all the same; Word itself takes no more than this. */
const COLLECT_LIMIT_BYTES = 512 * 1024 * 1024;

const DOWNLOAD_AT_LEAST_SECONDS = 120;
const SLOWEST_BYTES_PER_SECOND = 128 * 1024;

/** A transfer that only drips would hold its session, and everybody who waits for it, for ever. */
function deadlineFor(size: number): number {
  return (DOWNLOAD_AT_LEAST_SECONDS + size / SLOWEST_BYTES_PER_SECOND) * 1000;
}

/** Brings the copy's content to disk. Throws `FileTooLarge` beyond what Word takes; the caller discards the file. */
export async function fetchCopy(room: EditingRoom, session: SessionRow, item: DriveItem): Promise<FetchedCopy> {
  const first = await download(room, session, item);
  if (first.readable || first.file.size === item.size) return first;
  // Neither a package nor as long as it is said to be: an answer that was cut short looks like this. A second one tells.
  await first.file.discard();
  return download(room, session, item);
}

async function download(room: EditingRoom, session: SessionRow, item: DriveItem) {
  const graph = graphOf(room, await connectionToRead(room, session));
  const stream = await downloadContent(graph, item, { deadlineMs: deadlineFor(item.size) });
  const received = await room.blobs.receive(stream, { maxBytes: COLLECT_LIMIT_BYTES });
  const file = await takeOutExtras(room, session, received);
  const fingerprint = await fingerprintIfReadable(file.path);
  return { file, readable: fingerprint !== undefined, fingerprint: fingerprint ?? file.sha256, tag: tagOf(item) };
}

export async function fingerprintOfBlob(room: EditingRoom, sha256: string): Promise<string> {
  return room.blobs.asFile(sha256, async (path) => (await fingerprintIfReadable(path)) ?? sha256);
}

/** Content that is no readable package is compared by its bytes. A fault of our own disk says nothing about the content. */
async function fingerprintIfReadable(path: string): Promise<string | undefined> {
  try {
    return await packageFingerprint(path);
  } catch (error) {
    if (error instanceof PackageUnreadable) return undefined;
    throw error;
  }
}

export { FileTooLarge };

/** Whom Microsoft names as the last to save, as one of our people where the account is known. */
export async function nameEditor(
  room: EditingRoom,
  session: SessionRow,
  item: Pick<DriveItem, 'lastModifiedBy'>,
): Promise<NamedEditor | null> {
  const by = item.lastModifiedBy;
  if (!by) return null;
  const integration = await room.accounts.integration(room.db, session.integration_id);
  // Within one drive Microsoft names accounts of its own tenant by object id alone.
  const tid = by.tid ?? integration?.tid;
  const person =
    tid && by.oid
      ? await room.accounts.personByMicrosoftAccount(room.db, session.institution_id, tid, by.oid)
      : undefined;
  if (!person) return { name: by.name || 'Somebody without a name', personId: null, stranger: true };
  const within = person.id === session.starter_id || (await tookPart(room.db, session.id, person.id));
  return { name: person.name, personId: person.id, stranger: !within };
}
