import type { Behaviour } from '../config.ts';
import type { Clock } from './clock.ts';
import type { ContentStore } from './content-store.ts';
import type { Directory, User } from './directory.ts';
import { driveIdOf, itemIdOf, newGuid, type Random } from './ids.ts';
import { ItemIndex } from './item-index.ts';
import { Locks, type Opening } from './locks.ts';
import { PATH_LIMIT } from './names.ts';
import { PendingEffects } from './pending.ts';
import { type Actor, type Drive, type Item, type ItemRef, WorldRefusal } from './records.ts';
import type { Site, Sites } from './sites.ts';
import { type Journal, Table } from './table.ts';

const DEFAULT_QUOTA_BYTES = 1024 ** 4;

/** All drives and their items: finding them and keeping records, tags and indexes in step. */
export class Files {
  readonly drives: Table<Drive>;
  readonly pending: PendingEffects;
  readonly content: ContentStore;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly random: Random;
  readonly behaviour: Behaviour;
  readonly #directory: Directory;
  readonly #sites: Sites;
  readonly #items: Table<Item>;
  readonly #openings: Table<Opening>;
  #index = new ItemIndex();
  #usedBytes = new Map<string, number>();
  #fileCounts = new Map<string, number>();
  /** By folder: the bytes of all living files below, and those of all their versions. */
  #folderBytes = new Map<string, Bytes>();

  constructor(parts: {
    directory: Directory;
    sites: Sites;
    journal: Journal;
    content: ContentStore;
    clock: Clock;
    random: Random;
    behaviour: Behaviour;
  }) {
    this.#directory = parts.directory;
    this.#sites = parts.sites;
    this.content = parts.content;
    this.clock = parts.clock;
    this.random = parts.random;
    this.behaviour = parts.behaviour;
    this.drives = new Table('drives', parts.journal);
    this.pending = new PendingEffects(parts.journal);
    this.#items = new Table('items', parts.journal);
    this.#openings = new Table('openings', parts.journal);
    this.locks = new Locks(this.#openings, parts.clock, parts.behaviour.lockMinutesAfterClose);
    for (const item of this.#items.values()) this.#indexItem(item);
    for (const item of this.#items.values()) if (item.kind === 'file') this.#countBelow(item, 1);
    this.#index.sortChanges();
  }

  /** Their drive, made at the first question for it. */
  driveOf(user: User): Drive {
    const kind = user.personal ? 'personal' : 'business';
    const id = driveIdOf(kind, user.id);
    return this.drives.get(id) ?? this.#makeDrive({ id, kind, ownerId: user.id }, { userId: user.id });
  }

  /** The document library of that name, made at the first question for it. */
  libraryOf(site: Site, library: string): Drive {
    const id = driveIdOf('documentLibrary', `${site.id} ${library}`);
    return this.drives.get(id) ?? this.#makeDrive({ id, kind: 'documentLibrary', ownerId: site.id, library }, {});
  }

  /** The tenant that the drive lies in. */
  tenantOf(drive: Drive): string | undefined {
    if (drive.kind === 'documentLibrary') return this.#sites.byId(drive.ownerId)?.tenantId;
    return this.#directory.findUser(drive.ownerId)?.tenantId;
  }

  findDrive(id: string): Drive | undefined {
    const known = this.drives.get(id);
    if (known !== undefined) return known;
    const owner = this.#directory.users.find(
      (user) => driveIdOf(user.personal ? 'personal' : 'business', user.id) === id,
    );
    if (owner !== undefined) return this.driveOf(owner);
    for (const site of this.#sites.all()) {
      const library = site.libraries.find((name) => driveIdOf('documentLibrary', `${site.id} ${name}`) === id);
      if (library !== undefined) return this.libraryOf(site, library);
    }
    return undefined;
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

  /** In the order of their names, from behind that name on. */
  *childrenAfter(folder: Item, name: string | undefined, descending: boolean): Generator<Item> {
    for (const id of this.#index.childIdsAfter(folder.id, name, descending)) {
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

  newestChanges(drive: Drive): Generator<Item> {
    return this.#index.newestChanges(drive, (id) => this.#items.get(id));
  }

  /** The place in the drive's count that it had reached at that time. */
  sequenceAt(drive: Drive, time: number): number {
    return this.#index.sequenceAt(drive, time);
  }

  parentOf(item: Item): Item | undefined {
    return item.parentId === undefined ? undefined : this.#items.get(item.parentId);
  }

  bytesBelow(folder: Item): number {
    return this.#bytesBelow(folder).shown;
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

  /** What lies in the recycle bin counts as used. */
  quotaOf(drive: Drive): { total: number; used: number; deleted: number; fileCount: number } {
    const owner = this.#directory.findUser(drive.ownerId);
    const total = (owner && this.#directory.quotaBytes(owner)) ?? DEFAULT_QUOTA_BYTES;
    const used = this.#usedBytes.get(drive.id) ?? 0;
    const deleted = used - (this.#folderBytes.get(drive.rootId)?.stored ?? 0);
    return { total, used, deleted, fileCount: this.#fileCounts.get(drive.id) ?? 0 };
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
    this.#countBelow(item, 1);
    this.#countFile(item, 1);
    return item;
  }

  /** The one way to change an item: indexes, the drive's count, used bytes and the journal follow. */
  changeItem(item: Item, change: (item: Item) => void): Item {
    const bytesBefore = bytesOf(item);
    this.#countBelow(item, -1);
    this.#countFile(item, -1);
    this.#index.remove(item);
    change(item);
    this.#countBelow(item, 1);
    this.#countFile(item, 1);
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
    this.#fileCounts = new Map();
    this.#folderBytes = new Map();
  }

  #makeDrive(identity: Pick<Drive, 'id' | 'kind' | 'ownerId' | 'library'>, by: Actor): Drive {
    const now = this.now();
    const rootGuid = newGuid(this.random);
    const rootId = itemIdOf(identity.kind, identity.id, rootGuid);
    const drive = this.drives.put(identity.id, { ...identity, rootId, createdAt: now, sequence: 0 });
    this.addItem({ ...blankItem(drive, rootGuid, by, now), name: 'root', kind: 'folder' });
    return drive;
  }

  #indexItem(item: Item): void {
    this.#index.add(item);
    this.#index.noteChange(item);
    this.#countBytes(item, bytesOf(item));
    this.#countFile(item, 1);
  }

  #countChange(item: Item): void {
    const drive = this.driveById(item.driveId);
    drive.sequence += 1;
    item.changedAtSequence = drive.sequence;
    item.changedAt = this.now();
    this.#index.noteChange(item);
    this.drives.put(drive.id, drive);
  }

  #livingBytes(item: Item): Bytes {
    if (item.deletedAt !== undefined) return NO_BYTES;
    if (item.kind === 'folder') return this.#bytesBelow(item);
    return { shown: item.versions[0]?.size ?? 0, stored: bytesOf(item) };
  }

  #bytesBelow(folder: Item): Bytes {
    return this.#folderBytes.get(folder.id) ?? NO_BYTES;
  }

  #countFile(item: Item, by: number): void {
    if (item.kind !== 'file' || item.deletedAt !== undefined) return;
    this.#fileCounts.set(item.driveId, (this.#fileCounts.get(item.driveId) ?? 0) + by);
  }

  /** Every folder above counts along, up to one that is deleted: that one has taken all below it out of the count. */
  #countBelow(item: Item, sign: 1 | -1): void {
    const { shown, stored } = this.#livingBytes(item);
    if (stored === 0) return;
    for (let at = this.parentOf(item); at !== undefined; at = this.parentOf(at)) {
      const below = this.#bytesBelow(at);
      this.#folderBytes.set(at.id, { shown: below.shown + sign * shown, stored: below.stored + sign * stored });
      if (at.deletedAt !== undefined) return;
    }
  }

  #countBytes(item: Item, bytes: number): void {
    this.#usedBytes.set(item.driveId, (this.#usedBytes.get(item.driveId) ?? 0) + bytes);
  }
}

interface Bytes {
  /** Of the newest version alone, as sizes are told. */
  shown: number;
  /** Of every version, as quotas count. */
  stored: number;
}

const NO_BYTES: Bytes = { shown: 0, stored: 0 };

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

/** Whether an `If-Match` or `If-None-Match` header names what the item is now. Weak marks, `*` and cTags are taken like eTags. */
export function matchesTag(header: string, item: Item, kind: Drive['kind']): boolean {
  const wanted = header.split(/,(?=\s*(?:W\/)?")/).map((one) => bareTag(one));
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
