import { assertFolder, assertName, assertTag, assertUnlocked, freeName } from './arrange-items.ts';
import type { StoredContent } from './content-store.ts';
import type { Files } from './files.ts';
import { newGuid } from './ids.ts';
import { isOpenXml } from './names.ts';
import { type Actor, type ConflictBehaviour, type Item, type Version, WorldRefusal } from './records.ts';

const VERSION_LIMIT = 500;
/** SharePoint writes its properties into an Office file a moment after the upload. */
const REWRITE_AFTER_MS = 1_500;

export type WriteTarget = { item: Item } | { parent: Item; name: string };

export interface WriteOptions {
  conflict: ConflictBehaviour;
  ifMatch?: string | undefined;
  fileSystemInfo?: Item['fileSystemInfo'] | undefined;
}

/** All that can be refused before a byte has come; the same is checked again when the bytes are here. */
export function assertMayWrite(files: Files, target: WriteTarget, options: WriteOptions): void {
  const existing = findTarget(files, target);
  if (existing === undefined) {
    if (!('parent' in target)) throw new WorldRefusal('itemNotFound');
    assertFolder(target.parent);
    assertName(files, target.parent, target.name);
    if (options.ifMatch !== undefined) throw new WorldRefusal('eTagMismatch');
    return;
  }
  if (!('item' in target) && options.conflict === 'fail') throw new WorldRefusal('nameAlreadyExists');
  if (!('item' in target) && options.conflict === 'rename') return;
  if (existing.kind !== 'file') throw new WorldRefusal('item' in target ? 'notAFile' : 'nameAlreadyExists');
  assertTag(files, existing, options.ifMatch);
  assertUnlocked(files, existing);
}

/** A Graph upload: a new file, or a new version of an existing one. */
export function writeContent(
  files: Files,
  target: WriteTarget,
  content: StoredContent,
  by: Actor,
  options: WriteOptions,
): { item: Item; created: boolean } {
  if ('item' in target && files.isDeleted(target.item)) throw new WorldRefusal('itemNotFound');
  if ('parent' in target && files.isDeleted(target.parent)) throw new WorldRefusal('parentNotFound');
  assertMayWrite(files, target, options);
  const driveId = 'item' in target ? target.item.driveId : target.parent.driveId;
  files.assertRoom(files.driveById(driveId), content.size);
  const existing = findTarget(files, target);
  const replaces = existing !== undefined && ('item' in target || options.conflict === 'replace');
  const item = replaces
    ? addVersion(files, existing, content, by, options)
    : createFile(files, target as { parent: Item; name: string }, content, by, options);
  scheduleRewrite(files, item, content.contentId);
  return { item, created: !replaces };
}

function findTarget(files: Files, target: WriteTarget): Item | undefined {
  return 'item' in target ? target.item : files.findChild(target.parent, target.name);
}

function createFile(
  files: Files,
  target: { parent: Item; name: string },
  content: StoredContent,
  by: Actor,
  options: WriteOptions,
): Item {
  const { parent } = target;
  const taken = files.findChild(parent, target.name) !== undefined;
  const item = files.draftItem(parent, taken ? freeName(files, parent, target.name) : target.name, 'file', by);
  item.versions = [{ number: 1, ...content, modifiedAt: item.modifiedAt, modifiedBy: by }];
  if (options.fileSystemInfo) item.fileSystemInfo = options.fileSystemInfo;
  return files.addItem(item);
}

function addVersion(files: Files, item: Item, content: StoredContent, by: Actor, options: WriteOptions): Item {
  dropPending(files, item);
  return files.changeItem(item, (changed) => {
    putVersion(changed, { number: nextNumber(changed), ...content, modifiedAt: files.now(), modifiedBy: by });
    changed.eTagNumber += 1;
    changed.cTagNumber += 1;
    if (options.fileSystemInfo) changed.fileSystemInfo = options.fileSystemInfo;
  });
}

/** Puts a version on top and lets the item show its time and author. */
export function putVersion(item: Item, version: Version): void {
  item.versions = [version, ...item.versions].slice(0, VERSION_LIMIT);
  item.modifiedAt = version.modifiedAt;
  item.modifiedBy = version.modifiedBy;
}

export function nextNumber(item: Item): number {
  return (item.versions[0]?.number ?? 0) + 1;
}

/** What was still to happen to an older content must not happen to a newer one. */
export function dropPending(files: Files, item: Item): void {
  for (const [id, effect] of [...files.pending.entries()]) {
    if (effect.itemId === item.id) files.pending.delete(id);
  }
}

/** Makes an earlier version the newest again; the ones between stay. */
export async function restoreVersion(files: Files, item: Item, version: Version, by: Actor): Promise<void> {
  assertUnlocked(files, item);
  const contentId = await files.content.copy(version.contentId);
  const { size, quickXorHash } = version;
  assertUnlocked(files, item);
  addVersion(files, item, { contentId, size, quickXorHash }, by, { conflict: 'replace' });
}

function scheduleRewrite(files: Files, item: Item, contentId: string): void {
  const isBusiness = files.driveById(item.driveId).kind === 'business';
  if (!files.behaviour.rewriteOfficeFiles || !isBusiness || !isOpenXml(item.name)) return;
  const dueAt = files.now() + REWRITE_AFTER_MS;
  files.pending.put(newGuid(files.random), { kind: 'rewrite', itemId: item.id, dueAt, contentId });
}
