import type { Behaviour } from '../config.ts';
import type { Clock } from './clock.ts';
import type { ContentStore } from './content-store.ts';
import type { Directory, User } from './directory.ts';
import { driveIdOf, itemIdOf, newGuid, type Random } from './ids.ts';
import { ItemIndex } from './item-index.ts';
import { Locks, type Opening } from './locks.ts';
import { PATH_LIMIT } from './names.ts';
import { type Actor, type Drive, type Item, type ItemRef, type Version, WorldRefusal } from './records.ts';
import { type Journal, Table } from './table.ts';

const DEFAULT_QUOTA_BYTES = 1024 ** 4;

/** Something that happens to an item by itself a little later; it is done at the first look after that time. */
export type PendingEffect =
  | { kind: 'rewrite'; itemId: string; dueAt: number; contentId: string }
  | { kind: 'save'; itemId: string; dueAt: number; version: Version; cTagNumber: number };

/** All drives and their items: finding them and keeping records, tags and indexes in step. */
export class Files {
  readonly drives: Table<Drive>;
  readonly pending: Table<PendingEffect>;
  readonly content: ContentStore;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly random: Random;
  readonly behaviour: Behaviour;
  readonly #directory: Directory;
  readonly #items: Table<Item>;
  readonly #openings: Table<Opening>;
  #index = new ItemIndex();
  #usedBytes = new Map<string, number>();

  constructor(parts: {
    directory: Directory;
    journal: Journal;
    content: ContentStore;
    clock: Clock;
    random: Random;
    behaviour: Behaviour;
  }) {
    this.#directory = parts.directory;
    this.content = parts.content;
    this.clock = parts.clock;
    this.random = parts.random;
    this.behaviour = parts.behaviour;
    this.drives = new Table('drives', parts.journal);
    this.pending = new Table('pending', parts.journal);
    this.#items = new Table('items', parts.journal);
    this.#openings = new Table('openings', parts.journal);
    this.locks = new Locks(this.#openings, parts.clock, parts.behaviour.lockMinutesAfterClose);
    for (const item of this.#items.values()) this.#indexItem(item);
    this.#index.sortChanges();
  }

  /** Their drive, made at the first question for it. */
  driveOf(user: User): Drive {
    const kind = user.personal ? 'personal' : 'business';
    const id = driveIdOf(kind, user.id);
    const existing = this.drives.get(id);
    if (existing !== undefined) return existing;
    const now = this.now();
    const rootGuid = newGuid(this.random);
    const rootId = itemIdOf(kind, id, rootGuid);
    const drive = this.drives.put(id, { id, kind, ownerId: user.id, rootId, createdAt: now, sequence: 0 });
    this.addItem({ ...blankItem(drive, rootGuid, { userId: user.id }, now), name: 'root', kind: 'folder' });
    return drive;
  }

  findDrive(id: string): Drive | undefined {
    const known = this.drives.get(id);
    if (known !== undefined) return known;
    const owner = this.#directory.users.find(
      (user) => driveIdOf(user.personal ? 'personal' : 'business', user.id) === id,
    );
    return owner && this.driveOf(owner);
  }

  findItem(ref: ItemRef): Item | undefined {
    const item = this.#items.get(ref.itemId);
    return item?.driveId === ref.driveId ? item : undefined;
  }

  /** Only what is not in the recycle bin. */
  findLivingItem(ref: ItemRef): Item | undefined {
    const item = this.findItem(ref);
    return item === undefined || this.isDeleted(item) ? undefined : item;
  }

  getItem(ref: ItemRef): Item {
    const item = this.findLivingItem(ref);
    if (item === undefined) throw new WorldRefusal('itemNotFound');
    return item;
  }

  findByGuid(guid: string): Item | undefined {
    const id = this.#index.idByGuid(guid);
    const item = id === undefined ? undefined : this.#items.get(id);
    return item === undefined || this.isDeleted(item) ? undefined : item;
  }

  findChild(folder: Item, name: string): Item | undefined {
    const id = this.#index.childIdByName(folder.id, name);
    return id === undefined ? undefined : this.#items.get(id);
  }

  findByPath(from: Item, path: readonly string[]): Item | undefined {
    let item: Item | undefined = from;
    for (const name of path) item = item && this.findChild(item, name);
    return item;
  }

  *children(folder: Item): Generator<Item> {
    for (const id of this.#index.childIds(folder.id)) {
      const child = this.#items.get(id);
      if (child !== undefined) yield child;
    }
  }

  childCount(folder: Item): number {
    return this.#index.childCount(folder.id);
  }

  changedAfter(drive: Drive, sequence: number): Generator<Item> {
    return this.#index.changedAfter(drive, sequence, (id) => this.#items.get(id));
  }

  rootOf(drive: Drive): Item {
    return this.getItem({ driveId: drive.id, itemId: drive.rootId });
  }

  driveById(id: string): Drive {
    const drive = this.drives.get(id);
    if (drive === undefined) throw new WorldRefusal('itemNotFound');
    return drive;
  }

  /** The item itself or any folder above it is in the recycle bin. */
  isDeleted(item: Item): boolean {
    let at: Item | undefined = item;
    while (at !== undefined) {
      if (at.deletedAt !== undefined) return true;
      at = at.parentId === undefined ? undefined : this.#items.get(at.parentId);
    }
    return false;
  }

  /** From the root, without it, down to the item. */
  pathOf(item: Item): string[] {
    const path: string[] = [];
    let at: Item | undefined = item;
    while (at?.parentId !== undefined) {
      path.unshift(at.name);
      at = this.#items.get(at.parentId);
    }
    return path;
  }

  assertPathFits(folder: Item, name: string): void {
    if ([...this.pathOf(folder), name].join('/').length > PATH_LIMIT) throw new WorldRefusal('pathTooLong');
  }

  quotaOf(drive: Drive): { total: number; used: number } {
    const owner = this.#directory.findUser(drive.ownerId);
    const total = (owner && this.#directory.quotaBytes(owner)) ?? DEFAULT_QUOTA_BYTES;
    return { total, used: this.#usedBytes.get(drive.id) ?? 0 };
  }

  assertRoom(drive: Drive, addedBytes: number): void {
    const { total, used } = this.quotaOf(drive);
    if (used + addedBytes > total) throw new WorldRefusal('quotaExceeded');
  }

  /** A new item that is in no table yet. */
  draftItem(folder: Item, name: string, kind: Item['kind'], by: Actor): Item {
    const drive = this.driveById(folder.driveId);
    const draft = blankItem(drive, newGuid(this.random), by, this.now());
    return { ...draft, parentId: folder.id, name, kind };
  }

  addItem(item: Item): Item {
    this.#countChange(item);
    this.#items.put(item.id, item);
    this.#index.add(item);
    this.#countBytes(item, bytesOf(item));
    return item;
  }

  /** The one way to change an item: indexes, the drive's count, used bytes and the journal follow. */
  changeItem(item: Item, change: (item: Item) => void): Item {
    const bytesBefore = bytesOf(item);
    this.#index.remove(item);
    change(item);
    this.#countChange(item);
    this.#items.put(item.id, item);
    this.#index.add(item);
    this.#countBytes(item, bytesOf(item) - bytesBefore);
    return item;
  }

  now(): number {
    return this.clock.now().getTime();
  }

  clear(): void {
    for (const table of [this.drives, this.pending, this.#items, this.#openings]) table.clear();
    this.#index = new ItemIndex();
    this.#usedBytes = new Map();
  }

  #indexItem(item: Item): void {
    this.#index.add(item);
    this.#index.noteChange(item);
    this.#countBytes(item, bytesOf(item));
  }

  #countChange(item: Item): void {
    const drive = this.driveById(item.driveId);
    this.#stamp(drive, item);
    // The root is listed by every delta that lists anything.
    const root = this.#items.get(drive.rootId);
    if (root !== undefined && root.id !== item.id) {
      this.#stamp(drive, root);
      this.#items.put(root.id, root);
    }
    this.drives.put(drive.id, drive);
  }

  #stamp(drive: Drive, item: Item): void {
    drive.sequence += 1;
    item.changedAtSequence = drive.sequence;
    this.#index.noteChange(item);
  }

  #countBytes(item: Item, bytes: number): void {
    this.#usedBytes.set(item.driveId, (this.#usedBytes.get(item.driveId) ?? 0) + bytes);
  }
}

function bytesOf(item: Item): number {
  return item.purged ? 0 : item.versions.reduce((sum, version) => sum + version.size, 0);
}

function blankItem(drive: Drive, guid: string, by: Actor, now: number): Omit<Item, 'name' | 'kind'> {
  return {
    id: itemIdOf(drive.kind, drive.id, guid),
    guid,
    driveId: drive.id,
    createdAt: now,
    createdBy: by,
    modifiedAt: now,
    modifiedBy: by,
    eTagNumber: 1,
    cTagNumber: 1,
    changedAtSequence: 0,
    versions: [],
  };
}

/** `"{GUID},2"` with the quotes at work; unquoted and opaque for personal drives. */
export function eTagOf(item: Item, kind: Drive['kind']): string {
  return tag('', item, item.eTagNumber, kind);
}

export function cTagOf(item: Item, kind: Drive['kind'], cTagNumber = item.cTagNumber): string {
  return tag('c:', item, cTagNumber, kind);
}

function tag(prefix: string, item: Item, number: number, kind: Drive['kind']): string {
  const text = `${prefix}{${item.guid.toUpperCase()}},${number}`;
  return kind === 'personal' ? `a${Buffer.from(text).toString('base64url')}` : `"${text}"`;
}

/** Whether an `If-Match` header names what the item is now. Weak marks, `*` and cTags are taken like eTags. */
export function matchesTag(ifMatch: string, item: Item, kind: Drive['kind']): boolean {
  const wanted = ifMatch.split(/,(?=\s*(?:W\/)?")/).map((one) => bareTag(one));
  return wanted.some(
    (one) => one === '*' || one === bareTag(eTagOf(item, kind)) || one === bareTag(cTagOf(item, kind)),
  );
}

function bareTag(text: string): string {
  return text
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')
    .toUpperCase();
}
