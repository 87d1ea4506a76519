import { nameKey } from './names.ts';
import type { Drive, Item } from './records.ts';
import { SortedNames } from './sorted-names.ts';

interface Change {
  sequence: number;
  itemId: string;
  at: number;
}

interface Siblings {
  ids: Map<string, string>;
  names: SortedNames;
}

/** Finds items by name, by GUID and by change without looking at every item of a drive. */
export class ItemIndex {
  readonly #children = new Map<string, Siblings>();
  readonly #guids = new Map<string, string>();
  readonly #changes = new Map<string, Change[]>();

  childIds(folderId: string): Iterable<string> {
    return this.#children.get(folderId)?.ids.values() ?? [];
  }

  /** In the order of their names, from behind that one on. */
  *childIdsAfter(folderId: string, name: string | undefined, descending: boolean): Generator<string> {
    const siblings = this.#children.get(folderId);
    if (siblings === undefined) return;
    const after = name === undefined ? undefined : nameKey(name);
    for (const key of siblings.names.after(after, descending)) {
      const id = siblings.ids.get(key);
      if (id !== undefined) yield id;
    }
  }

  childCount(folderId: string): number {
    return this.#children.get(folderId)?.ids.size ?? 0;
  }

  childIdByName(folderId: string, name: string): string | undefined {
    return this.#children.get(folderId)?.ids.get(nameKey(name));
  }

  idByGuid(guid: string): string | undefined {
    return this.#guids.get(guid.toLowerCase());
  }

  add(item: Item): void {
    this.#guids.set(item.guid, item.id);
    if (item.parentId === undefined || item.deletedAt !== undefined) return;
    const siblings = this.#children.get(item.parentId) ?? { ids: new Map(), names: new SortedNames() };
    this.#children.set(item.parentId, siblings);
    const key = nameKey(item.name);
    siblings.ids.set(key, item.id);
    siblings.names.add(key);
  }

  /** Must be called before its name, parent or deletion changes. */
  remove(item: Item): void {
    const siblings = item.parentId === undefined ? undefined : this.#children.get(item.parentId);
    const key = nameKey(item.name);
    if (siblings?.ids.get(key) !== item.id) return;
    siblings.ids.delete(key);
    siblings.names.delete(key);
  }

  noteChange(item: Item): void {
    const changes = this.#changes.get(item.driveId) ?? [];
    this.#changes.set(item.driveId, changes);
    changes.push({ sequence: item.changedAtSequence, itemId: item.id, at: item.changedAt ?? 0 });
  }

  /** Puts the changes of a loaded state in order. */
  sortChanges(): void {
    for (const changes of this.#changes.values()) changes.sort((a, b) => a.sequence - b.sequence);
  }

  /** Items that changed after that place in the drive's count, oldest change first, each once, at its last change. */
  *changedAfter(drive: Drive, sequence: number, find: (id: string) => Item | undefined): Generator<Item> {
    const changes = this.#changes.get(drive.id) ?? [];
    for (let i = firstWhere(changes, (change) => change.sequence > sequence); i < changes.length; i++) {
      const change = changes[i];
      const item = change && find(change.itemId);
      if (item !== undefined && item.changedAtSequence === change?.sequence) yield item;
    }
  }

  /** The same from the newest change on backwards. */
  *newestChanges(drive: Drive, find: (id: string) => Item | undefined): Generator<Item> {
    const changes = this.#changes.get(drive.id) ?? [];
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      const item = change && find(change.itemId);
      if (item !== undefined && item.changedAtSequence === change?.sequence) yield item;
    }
  }

  /** The place in the drive's count that it had reached at that time. */
  sequenceAt(drive: Drive, time: number): number {
    const changes = this.#changes.get(drive.id) ?? [];
    return changes[firstWhere(changes, (change) => change.at > time) - 1]?.sequence ?? 0;
  }
}

/** The first place from which on the test holds; it must not hold before and hold after. */
function firstWhere(changes: readonly Change[], test: (change: Change) => boolean): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const change = changes[middle];
    if (change !== undefined && test(change)) high = middle;
    else low = middle + 1;
  }
  return low;
}
