import { type Files, matchesTag } from './files.ts';
import { isAllowedName, nameKey, numberedName } from './names.ts';
import { type Actor, type ConflictBehaviour, type Item, WorldRefusal } from './records.ts';

export function createFolder(
  files: Files,
  parent: Item,
  name: string,
  by: Actor,
  conflict: ConflictBehaviour,
  wishes: Pick<Item, 'description' | 'fileSystemInfo'> = {},
): Item {
  assertFolder(parent);
  assertName(files, parent, name);
  const existing = files.findChild(parent, name);
  if (existing === undefined) return files.addItem({ ...files.draftItem(parent, name, 'folder', by), ...wishes });
  if (conflict === 'fail') throw new WorldRefusal('nameAlreadyExists');
  if (conflict === 'replace') {
    if (existing.kind !== 'folder') throw new WorldRefusal('nameAlreadyExists');
    return existing;
  }
  return files.addItem({ ...files.draftItem(parent, freeName(files, parent, name), 'folder', by), ...wishes });
}

/** Walks down from a folder and makes what is missing on the way, as a path-addressed upload does. */
export function ensureFolders(files: Files, from: Item, path: readonly string[], by: Actor): Item {
  let folder = from;
  for (const name of path) {
    const child = files.findChild(folder, name);
    if (child !== undefined && child.kind !== 'folder') throw new WorldRefusal('notAFolder');
    folder = child ?? createFolder(files, folder, name, by, 'fail');
  }
  return folder;
}

export interface ItemChange {
  name?: string;
  parent?: Item;
  fileSystemInfo?: Item['fileSystemInfo'];
  description?: string;
}

/** Renames, moves and sets the times of the client's own file system. */
export function changeItem(files: Files, item: Item, change: ItemChange, by: Actor, conflict: ConflictBehaviour): Item {
  const moves = change.name !== undefined || change.parent !== undefined;
  assertNotCheckedOut(item, by);
  if (moves) assertMayLeave(files, item, by);
  const parent = change.parent ?? files.parentOf(item);
  let name = change.name ?? item.name;
  if (moves && parent !== undefined) {
    assertMayArrive(files, item, parent, name);
    const taken = files.findChild(parent, name);
    if (taken !== undefined && taken.id !== item.id) name = makeRoom(files, parent, taken, name, conflict, by);
  }
  return files.changeItem(item, (changed) => {
    changed.name = name;
    if (parent !== undefined) changed.parentId = parent.id;
    if (change.fileSystemInfo) changed.fileSystemInfo = { ...changed.fileSystemInfo, ...change.fileSystemInfo };
    if (change.description !== undefined) changed.description = change.description;
    changed.eTagNumber += 1;
    changed.modifiedAt = files.now();
    changed.modifiedBy = by;
  });
}

function makeRoom(
  files: Files,
  parent: Item,
  taken: Item,
  name: string,
  conflict: ConflictBehaviour,
  by: Actor,
): string {
  if (conflict === 'rename') return freeName(files, parent, name);
  if (conflict === 'fail' || taken.kind === 'folder') throw new WorldRefusal('nameAlreadyExists');
  deleteItem(files, taken, by);
  return name;
}

/** Into the recycle bin. */
export function deleteItem(files: Files, item: Item, by: Actor): void {
  assertMayLeave(files, item, by);
  files.changeItem(item, (deleted) => {
    deleted.deletedAt = files.now();
  });
}

/** Out of the recycle bin, to where it was or to another folder. */
export function restoreItem(files: Files, item: Item, to: { parent?: Item; name?: string }): Item {
  if (item.deletedAt === undefined || item.purged) throw new WorldRefusal('itemNotFound');
  const parent = to.parent ?? files.parentOf(item);
  if (parent === undefined || files.isDeleted(parent)) throw new WorldRefusal('parentNotFound');
  const name = to.name ?? item.name;
  assertMayArrive(files, item, parent, name);
  const taken = files.findChild(parent, name) !== undefined;
  return files.changeItem(item, (restored) => {
    delete restored.deletedAt;
    restored.parentId = parent.id;
    restored.name = taken ? freeName(files, parent, name) : name;
    restored.eTagNumber += 1;
  });
}

/** Past the recycle bin: the contents are gone for good, with all below. */
export async function purgeItem(files: Files, item: Item, by: Actor): Promise<void> {
  assertMayLeave(files, item, by);
  const contentIds: string[] = [];
  for (const one of [item, ...descendants(files, item)]) {
    contentIds.push(...one.versions.map((version) => version.contentId));
    files.changeItem(one, (purged) => {
      purged.deletedAt = files.now();
      purged.purged = true;
      purged.versions = purged.versions.slice(0, 1);
    });
  }
  await Promise.all(contentIds.map((contentId) => files.content.remove(contentId)));
}

export function freeName(files: Files, folder: Item, name: string): string {
  for (let number = 1; ; number++) {
    const candidate = numberedName(name, number);
    if (files.findChild(folder, candidate) === undefined) return candidate;
  }
}

export function assertName(files: Files, folder: Item, name: string): void {
  if (!isAllowedName(name, files.driveById(folder.driveId).kind)) throw new WorldRefusal('invalidName');
  files.assertPathFits(folder, name);
}

export function assertFolder(item: Item): void {
  if (item.kind !== 'folder') throw new WorldRefusal('notAFolder');
}

/** Open in an Office app, or checked out by somebody else. */
export function assertUnlocked(files: Files, item: Item, by: Actor): void {
  assertNotCheckedOut(item, by);
  if (files.locks.isLocked({ driveId: item.driveId, itemId: item.id })) throw new WorldRefusal('locked');
}

function assertNotCheckedOut(item: Item, by: Actor): void {
  if (item.checkout === undefined) return;
  const { userId, clientId } = item.checkout.by;
  const isSame = userId === undefined ? by.userId === undefined && clientId === by.clientId : userId === by.userId;
  if (!isSame) throw new WorldRefusal('checkedOut');
}

export function assertTag(files: Files, item: Item, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  if (!matchesTag(ifMatch, item, files.driveById(item.driveId).kind)) throw new WorldRefusal('eTagMismatch');
}

/** `*` stands for anything that is there: a caller who must not overwrite says so. */
export function assertNoneMatches(files: Files, item: Item, ifNoneMatch: string | undefined): void {
  if (ifNoneMatch === undefined) return;
  if (matchesTag(ifNoneMatch, item, files.driveById(item.driveId).kind)) throw new WorldRefusal('eTagMismatch');
}

/** The root stays where it is, and nothing moves while it, or anything below it, is open in an Office app. */
function assertMayLeave(files: Files, item: Item, by: Actor): void {
  if (item.parentId === undefined) throw new WorldRefusal('isRoot');
  assertUnlocked(files, item, by);
  for (const below of descendants(files, item)) assertUnlocked(files, below, by);
}

function assertMayArrive(files: Files, item: Item, parent: Item, name: string): void {
  assertFolder(parent);
  if (parent.id !== item.parentId || nameKey(name) !== nameKey(item.name)) assertName(files, parent, name);
  for (let at: Item | undefined = parent; at !== undefined; at = files.parentOf(at)) {
    if (at.id === item.id) throw new WorldRefusal('intoItself');
  }
}

export function* descendants(files: Files, item: Item): Generator<Item> {
  for (const child of files.children(item)) {
    yield child;
    yield* descendants(files, child);
  }
}
