import { nameKey } from './names.ts';
import type { Drive, Item } from './records.ts';

/** Finds items by name, by GUID and by change without looking at every item of a drive. */
export class ItemIndex {
  readonly #children = new Map<string, Map<string, string>>();
  readonly #guids = new Map<string, string>();
  readonly #changes = new Map<string, { sequence: number; itemId: string }[]>();

  childIds(folderId: string): Iterable<string> {
    return this.#children.get(folderId)?.values() ?? [];
  }

  childCount(folderId: string): number {
    return this.#children.get(folderId)?.size ?? 0;
  }

  childIdByName(folderId: string, name: string): string | undefined {
    return this.#children.get(folderId)?.get(nameKey(name));
  }

  idByGuid(guid: string): string | undefined {
    return this.#guids.get(guid.toLowerCase());
  }

  add(item: Item): void {
    this.#guids.set(item.guid, item.id);
    if (item.parentId === undefined || item.deletedAt !== undefined) return;
    const siblings = this.#children.get(item.parentId) ?? new Map<string, string>();
    this.#children.set(item.parentId, siblings);
    siblings.set(nameKey(item.name), item.id);
  }

  /** Must be called before its name, parent or deletion changes. */
  remove(item: Item): void {
    if (item.parentId !== undefined) this.#children.get(item.parentId)?.delete(nameKey(item.name));
  }

  noteChange(item: Item): void {
    const changes = this.#changes.get(item.driveId) ?? [];
    this.#changes.set(item.driveId, changes);
    changes.push({ sequence: item.changedAtSequence, itemId: item.id });
  }

  /** Puts the changes of a loaded state in order. */
  sortChanges(): void {
    for (const changes of this.#changes.values()) changes.sort((a, b) => a.sequence - b.sequence);
  }

  /** Items that changed after that place in the drive's count, oldest change first, each once, at its last change. */
  *changedAfter(drive: Drive, sequence: number, find: (id: string) => Item | undefined): Generator<Item> {
    const changes = this.#changes.get(drive.id) ?? [];
    for (let i = firstAfter(changes, sequence); i < changes.length; i++) {
      const change = changes[i];
      const item = change && find(change.itemId);
      if (item !== undefined && item.changedAtSequence === change?.sequence) yield item;
    }
  }
}

function firstAfter(changes: readonly { sequence: number }[], sequence: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
