import { assertFolder, assertName, assertNoneMatches, assertTag, assertUnlocked, freeName } from './arrange-items.ts';
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
  ifNoneMatch?: string | undefined;
  fileSystemInfo?: Item['fileSystemInfo'] | undefined;
  description?: string | undefined;
}

/** All that can be refused before a byte has come; the same is checked again when the bytes are here. */
export function assertMayWrite(files: Files, target: WriteTarget, by: Actor, options: WriteOptions): void {
  const existing = findTarget(files, target);
  if (existing === undefined) {
    if (!('parent' in target)) throw new WorldRefusal('itemNotFound');
    assertFolder(target.parent);
    assertName(files, target.parent, target.name);
    if (options.ifMatch !== undefined) throw new WorldRefusal('eTagMismatch');
    return;
  }
  assertNoneMatches(files, existing, options.ifNoneMatch);
  if (!('item' in target) && options.conflict === 'fail') throw new WorldRefusal('nameAlreadyExists');
  if (!('item' in target) && options.conflict === 'rename') return;
  if (existing.kind !== 'file') throw new WorldRefusal('item' in target ? 'notAFile' : 'nameAlreadyExists');
  assertTag(files, existing, options.ifMatch);
  assertUnlocked(files, existing, by);
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
  assertMayWrite(files, target, by, options);
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
  if (options.description !== undefined) item.description = options.description;
  return files.addItem(item);
}

function addVersion(files: Files, item: Item, content: StoredContent, by: Actor, options: WriteOptions): Item {
  dropPending(files, item);
  return files.changeItem(item, (changed) => {
    // While it is checked out all writing goes into one draft.
    const draft = changed.versions[0];
    if (draft !== undefined && changed.checkout !== undefined && draft.number > changed.checkout.versionNumber) {
      changed.versions = changed.versions.slice(1);
      void files.content.remove(draft.contentId);
    }
    putVersion(changed, { number: nextNumber(changed), ...content, modifiedAt: files.now(), modifiedBy: by });
    changed.eTagNumber += 1;
    changed.cTagNumber += 1;
    if (options.fileSystemInfo) changed.fileSystemInfo = options.fileSystemInfo;
    if (options.description !== undefined) changed.description = options.description;
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

/** The content of a version, without who made it and when. */
export function storedIn({ contentId, size, quickXorHash, sha1Hash, sha256Hash, crc32Hash }: Version): StoredContent {
  return {
    contentId,
    size,
    quickXorHash,
    ...(sha1Hash === undefined ? {} : { sha1Hash }),
    ...(sha256Hash === undefined ? {} : { sha256Hash }),
    ...(crc32Hash === undefined ? {} : { crc32Hash }),
  };
}

/** What was still to happen to an older content must not happen to a newer one. */
export function dropPending(files: Files, item: Item): void {
  for (const id of files.pending.idsOf(item.id)) files.pending.delete(id);
}

/** Makes an earlier version the newest again; the ones between stay. */
export async function restoreVersion(files: Files, item: Item, version: Version, by: Actor): Promise<void> {
  assertUnlocked(files, item, by);
  const contentId = await files.content.copy(version.contentId);
  assertUnlocked(files, item, by);
  addVersion(files, item, { ...storedIn(version), contentId }, by, { conflict: 'replace' });
}

/** SharePoint makes a version of the same content when the times of the client's file system are set. */
export async function keepAsVersion(files: Files, item: Item, by: Actor): Promise<void> {
  const [top] = item.versions;
  const isWork = files.driveById(item.driveId).kind !== 'personal';
  if (top === undefined || !isWork || item.checkout !== undefined) return;
  const contentId = await files.content.copy(top.contentId);
  if (item.versions[0] !== top) return files.content.remove(contentId);
  files.changeItem(item, (changed) => {
    putVersion(changed, {
      ...storedIn(top),
      contentId,
      number: nextNumber(item),
      modifiedAt: files.now(),
      modifiedBy: by,
    });
  });
  // What SharePoint was going to write into the one before, it writes into this one.
  for (const id of files.pending.idsOf(item.id)) {
    const effect = files.pending.get(id);
    if (effect?.kind === 'rewrite') files.pending.put(id, { ...effect, contentId });
  }
}

/** For good; the item itself does not change. */
export function deleteVersion(files: Files, item: Item, version: Version, by: Actor): void {
  assertUnlocked(files, item, by);
  files.changeItem(item, (changed) => {
    changed.versions = changed.versions.filter((one) => one !== version);
  });
  void files.content.remove(version.contentId);
}

function scheduleRewrite(files: Files, item: Item, contentId: string): void {
  const isPersonal = files.driveById(item.driveId).kind === 'personal';
  if (!files.behaviour.rewriteOfficeFiles || isPersonal || !isOpenXml(item.name)) return;
  const dueAt = files.now() + REWRITE_AFTER_MS;
  files.pending.put(newGuid(files.random), { kind: 'rewrite', itemId: item.id, dueAt, contentId });
}
