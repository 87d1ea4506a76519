import { Readable } from 'node:stream';
import type { User } from './directory.ts';
import { cTagOf, type Files } from './files.ts';
import { newGuid } from './ids.ts';
import { type Item, type ItemRef, type Version, WorldRefusal } from './records.ts';
import { applySave } from './settle.ts';
import { dropPending } from './write-content.ts';

/** What the newest save of any editor left, which Graph may not show yet. */
export async function readNewestContent(
  files: Files,
  ref: ItemRef,
): Promise<{ content: Uint8Array; tag: string; userId: string | undefined }> {
  const item = files.getItem(ref);
  const { kind } = files.driveById(item.driveId);
  const save = newestPendingSave(files, item);
  const version = save?.version ?? item.versions[0];
  if (version === undefined) throw new WorldRefusal('notAFile');
  const tag = cTagOf(item, kind, save?.cTagNumber ?? item.cTagNumber);
  return { content: await files.content.readAll(version.contentId), tag, userId: version.modifiedBy.userId };
}

const watchers = new WeakMap<Files, Map<string, Set<(tag: string) => void>>>();

/** Calls `listener` after every save of an editor, until the answer is called. */
export function watchSaves(files: Files, ref: ItemRef, listener: (tag: string) => void): () => void {
  const ofFiles = watchers.get(files) ?? new Map<string, Set<(tag: string) => void>>();
  watchers.set(files, ofFiles);
  const ofItem = ofFiles.get(ref.itemId) ?? new Set();
  ofFiles.set(ref.itemId, ofItem.add(listener));
  return () => {
    ofItem.delete(listener);
    if (ofItem.size === 0 && ofFiles.get(ref.itemId) === ofItem) ofFiles.delete(ref.itemId);
  };
}

/** Opening a file in the browser without editing can move its eTag and time at Microsoft; the content's tag stays. */
export function touchOpened(files: Files, ref: ItemRef): void {
  const item = files.getItem(ref);
  if (!files.behaviour.touchOnOpen || files.driveById(item.driveId).kind === 'personal') return;
  files.changeItem(item, (changed) => {
    changed.eTagNumber += 1;
    changed.modifiedAt = files.now();
  });
}

/** A save from inside an Office app: passes the lock that it holds itself, and Graph shows it after `saveLagMs`. */
export async function saveFromEditor(
  files: Files,
  ref: ItemRef,
  user: User,
  content: Uint8Array,
): Promise<{ tag: string }>;
export async function saveFromEditor(
  files: Files,
  ref: ItemRef,
  user: User,
  content: Uint8Array,
  ifTag: string | undefined,
): Promise<{ tag: string } | 'tag-changed'>;
export async function saveFromEditor(
  files: Files,
  ref: ItemRef,
  user: User,
  content: Uint8Array,
  ifTag?: string,
): Promise<{ tag: string } | 'tag-changed'> {
  const stored = await files.content.store(Readable.from([Buffer.from(content)], { objectMode: false }));
  const item = files.getItem(ref);
  if (item.kind !== 'file') throw new WorldRefusal('notAFile');
  const drive = files.driveById(item.driveId);
  files.assertRoom(drive, stored.size);
  const newest = newestPendingSave(files, item)?.cTagNumber ?? item.cTagNumber;
  if (ifTag !== undefined && ifTag !== cTagOf(item, drive.kind, newest)) {
    await files.content.remove(stored.contentId);
    return 'tag-changed';
  }
  const cTagNumber = newest + 1;
  const editingSession = files.locks.editingSession(ref, user.id);
  const version: Version = {
    number: 0,
    ...stored,
    modifiedAt: files.now(),
    modifiedBy: { userId: user.id },
    ...(editingSession === undefined ? {} : { editingSession }),
  };
  publish(files, item, version, cTagNumber);
  const tag = cTagOf(item, drive.kind, cTagNumber);
  for (const listener of watchers.get(files)?.get(item.id) ?? []) listener(tag);
  return { tag };
}

function publish(files: Files, item: Item, version: Version, cTagNumber: number): void {
  const { saveLagMs } = files.behaviour;
  if (saveLagMs === 0) {
    dropPending(files, item);
    applySave(files, item, version, cTagNumber);
    return;
  }
  for (const [id, effect] of [...files.pending.entries()]) {
    if (effect.itemId === item.id && effect.kind === 'rewrite') files.pending.delete(id);
  }
  const dueAt = files.now() + saveLagMs;
  files.pending.put(newGuid(files.random), { kind: 'save', itemId: item.id, dueAt, version, cTagNumber });
}

function newestPendingSave(files: Files, item: Item): { version: Version; cTagNumber: number } | undefined {
  let newest: { version: Version; cTagNumber: number } | undefined;
  for (const effect of files.pending.values()) {
    if (effect.kind !== 'save' || effect.itemId !== item.id) continue;
    if (newest === undefined || effect.cTagNumber > newest.cTagNumber) newest = effect;
  }
  return newest;
}
