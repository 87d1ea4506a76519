import {
  ConnectionUnavailable,
  type DriveItem,
  downloadContent,
  GraphError,
  getItem,
  packageFingerprint,
} from '@megdocs/microsoft365';
import { FileTooLarge, type ReceivedFile } from '../platform/blobs.ts';
import type { NamedEditor } from '../platform/schema.ts';
import type { EditingRoom } from './room.ts';
import type { SessionRow } from './store.ts';

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
  try {
    const graph = room.accounts.graphFor(session.integration_id);
    const item = await getItem(graph, { driveId: session.drive_id, itemId: session.item_id });
    return { kind: 'seen', item, tag: tagOf(item) };
  } catch (error) {
    return explainLook(error);
  }
}

/** Sorts what went wrong with a call to Microsoft. Throws what is our own fault. */
export function explainLook(error: unknown): Exclude<Look, { kind: 'seen' }> {
  if (error instanceof ConnectionUnavailable)
    return error.reason === 'microsoft_unreachable' || error.reason === 'app_misconfigured'
      ? { kind: 'unreachable', why: unreachableWords(error.reason), retryAfterSeconds: undefined }
      : { kind: 'no-connection', why: connectionWords(error.reason) };
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
    ? 'The Microsoft connection has to be renewed: the person whose OneDrive holds the copy reconnects under Account settings, Microsoft.'
    : 'The Microsoft account that holds the copy is no longer connected.';
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

/** Brings the copy's content to disk. Throws `FileTooLarge` when it grew beyond the limit; the caller discards the file. */
export async function fetchCopy(room: EditingRoom, session: SessionRow, item: DriveItem): Promise<FetchedCopy> {
  const graph = room.accounts.graphFor(session.integration_id);
  const stream = await downloadContent(graph, item);
  const file = await room.blobs.receive(stream, { maxBytes: room.config.maxDocumentBytes });
  return { file, fingerprint: await fingerprintOf(file), tag: tagOf(item) };
}

/** Content that is no readable package is compared by its bytes. */
async function fingerprintOf(file: ReceivedFile): Promise<string> {
  return packageFingerprint(file.path).catch(() => file.sha256);
}

export async function fingerprintOfBlob(room: EditingRoom, sha256: string): Promise<string> {
  return room.blobs.asFile(sha256, (path) => packageFingerprint(path).catch(() => sha256));
}

export { FileTooLarge };

/** Whom Microsoft names as the last to save, as one of our people where the account is known. */
export async function nameEditor(room: EditingRoom, session: SessionRow, item: DriveItem): Promise<NamedEditor | null> {
  const by = item.lastModifiedBy;
  if (!by) return null;
  const integration = await room.accounts.integration(room.db, session.integration_id);
  // Within one drive Microsoft names accounts of its own tenant by object id alone.
  const tid = by.tid ?? integration?.tid;
  const person =
    tid && by.oid
      ? await room.accounts.personByMicrosoftAccount(room.db, session.institution_id, tid, by.oid)
      : undefined;
  if (!person) return { name: by.name, personId: null, stranger: true };
  return { name: person.name, personId: person.id, stranger: person.id !== session.starter_id };
}
