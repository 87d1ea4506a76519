import { rm } from 'node:fs/promises';
import type { Files } from './files.ts';
import { newGuid } from './ids.ts';
import type { PendingEffect } from './pending.ts';
import type { Item, Version } from './records.ts';
import { rewriteOfficeFile } from './rewrite-office.ts';
import { nextNumber, putVersion } from './write-content.ts';

/** Word on the web writes all saves of one person's session into one version for this long. */
const ONE_VERSION_MS = 10 * 60_000;

/** Does what has fallen due by the emulator's clock: nothing shows it earlier than the first look. */
export function createSettling(files: Files): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    if (running !== undefined) return running;
    if (files.pending.nextDue(files.now()) === undefined) return Promise.resolve();
    running = settle(files).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function settle(files: Files): Promise<void> {
  for (let due = files.pending.nextDue(files.now()); due; due = files.pending.nextDue(files.now())) {
    const [id, effect] = due;
    if (effect.kind === 'save') {
      files.pending.delete(id);
      publishSave(files, effect);
    } else {
      await rewrite(files, effect);
      files.pending.delete(id);
    }
  }
}

async function rewrite(files: Files, effect: PendingEffect & { kind: 'rewrite' }): Promise<void> {
  const contentId = newGuid(files.random);
  const target = files.content.pathOf(contentId);
  if (!(await rewriteOfficeFile(files.content.pathOf(effect.contentId), target))) {
    await rm(target, { force: true });
    return;
  }
  const rewritten = await files.content.finish(contentId);
  // Looked up only now: while the package was being written, an upload or a save may have replaced it.
  const item = findPendingItem(files, effect);
  const top = item?.versions[0];
  if (item === undefined || top?.contentId !== effect.contentId) {
    await files.content.remove(contentId);
    return;
  }
  files.changeItem(item, (changed) => {
    changed.versions[0] = { ...top, ...rewritten };
    changed.eTagNumber += 1;
    changed.cTagNumber += 1;
  });
  await files.content.remove(effect.contentId);
}

function publishSave(files: Files, effect: PendingEffect & { kind: 'save' }): void {
  const item = findPendingItem(files, effect);
  if (item !== undefined) applySave(files, item, effect.version, effect.cTagNumber);
}

/** Shows a save of an editor: in the newest version while one session writes on, else as a new one. */
export function applySave(files: Files, item: Item, save: Version, cTagNumber: number): void {
  const top = item.versions[0];
  const writesOn = top !== undefined && isSameSession(top, save) ? top : undefined;
  files.changeItem(item, (changed) => {
    if (writesOn) changed.versions = changed.versions.slice(1);
    const number = writesOn?.number ?? nextNumber(changed);
    putVersion(changed, { ...save, number, editingSince: writesOn?.editingSince ?? save.modifiedAt });
    changed.eTagNumber += 1;
    changed.cTagNumber = cTagNumber;
  });
  if (writesOn) void files.content.remove(writesOn.contentId);
}

function isSameSession(top: Version, save: Version): boolean {
  const { editingSession, editingSince } = top;
  if (editingSession === undefined || editingSince === undefined) return false;
  return editingSession === save.editingSession && save.modifiedAt - editingSince < ONE_VERSION_MS;
}

function findPendingItem(files: Files, effect: PendingEffect): Item | undefined {
  for (const drive of files.drives.values()) {
    const item = files.findItem({ driveId: drive.id, itemId: effect.itemId });
    if (item !== undefined) return item;
  }
  return undefined;
}
