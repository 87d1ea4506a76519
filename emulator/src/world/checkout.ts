import { assertUnlocked } from './arrange-items.ts';
import type { Files } from './files.ts';
import { type Actor, type Item, WorldRefusal } from './records.ts';

/** Keeps a file for one person: until they check it in or give up, nobody else may change it. */
export function checkOut(files: Files, item: Item, by: Actor): void {
  if (item.kind !== 'file') throw new WorldRefusal('notAFile');
  assertUnlocked(files, item, by);
  if (item.checkout !== undefined) return;
  const versionNumber = item.versions[0]?.number ?? 0;
  files.changeItem(item, (changed) => {
    changed.checkout = { by, at: files.now(), versionNumber };
    changed.eTagNumber += 1;
  });
}

export function checkIn(files: Files, item: Item, by: Actor): void {
  assertCheckedOut(files, item, by);
  files.changeItem(item, (changed) => {
    delete changed.checkout;
    changed.eTagNumber += 1;
  });
}

/** Back to what the file was when it was checked out. */
export async function discardCheckout(files: Files, item: Item, by: Actor): Promise<void> {
  const { versionNumber } = assertCheckedOut(files, item, by);
  const discarded = item.versions.filter(({ number }) => number > versionNumber);
  for (const id of files.pending.idsOf(item.id)) files.pending.delete(id);
  files.changeItem(item, (changed) => {
    delete changed.checkout;
    changed.versions = changed.versions.filter(({ number }) => number <= versionNumber);
    changed.eTagNumber += 1;
    const [top] = changed.versions;
    if (discarded.length === 0 || top === undefined) return;
    changed.cTagNumber += 1;
    changed.modifiedAt = top.modifiedAt;
    changed.modifiedBy = top.modifiedBy;
  });
  await Promise.all(discarded.map(({ contentId }) => files.content.remove(contentId)));
}

function assertCheckedOut(files: Files, item: Item, by: Actor): NonNullable<Item['checkout']> {
  if (item.checkout === undefined) throw new WorldRefusal('notCheckedOut');
  assertUnlocked(files, item, by);
  return item.checkout;
}
