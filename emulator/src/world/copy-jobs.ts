import { assertName, createFolder, descendants, freeName } from './arrange-items.ts';
import type { Files } from './files.ts';
import { hashSecret, newGuid, newSecret, type Random } from './ids.ts';
import { type Actor, type ConflictBehaviour, type Item, type Refusal, WorldRefusal } from './records.ts';
import { type Journal, Table } from './table.ts';
import { storedIn } from './write-content.ts';

export interface CopyJob {
  id: string;
  secretHash: string;
  status: 'notStarted' | 'inProgress' | 'completed' | 'failed';
  copied: number;
  total: number;
  /** The copy, once it is whole. */
  resourceId?: string;
  reason?: Refusal;
}

export interface CopyOrder {
  item: Item;
  parent: Item;
  name: string;
  by: Actor;
  conflict: ConflictBehaviour;
}

/** Copies under way and done, each found by the secret in the address of its monitor. */
export class CopyJobs {
  readonly #jobs: Table<CopyJob>;
  readonly #files: Files;
  readonly #random: Random;

  constructor(parts: { journal: Journal; files: Files; random: Random }) {
    this.#jobs = new Table('copyJobs', parts.journal);
    this.#files = parts.files;
    this.#random = parts.random;
  }

  /** Begins at once, and goes on after the answer. */
  start(order: CopyOrder): { job: CopyJob; secret: string } {
    const secret = newSecret(this.#random);
    const total = 1 + [...descendants(this.#files, order.item)].length;
    const id = newGuid(this.#random);
    const job = this.#jobs.put(id, { id, secretHash: hashSecret(secret), status: 'notStarted', copied: 0, total });
    setImmediate(() => void this.#run(job, order));
    return { job, secret };
  }

  find(id: string, secret: string): CopyJob | undefined {
    const job = this.#jobs.get(id);
    return job?.secretHash === hashSecret(secret) ? job : undefined;
  }

  clear(): void {
    this.#jobs.clear();
  }

  async #run(job: CopyJob, order: CopyOrder): Promise<void> {
    try {
      this.#change(job, { status: 'inProgress' });
      const copy = await this.#copy(job, order);
      this.#change(job, { status: 'completed', resourceId: copy.id });
    } catch (error) {
      this.#change(job, { status: 'failed', reason: error instanceof WorldRefusal ? error.reason : 'itemNotFound' });
    }
  }

  #change(job: CopyJob, change: Partial<CopyJob>): void {
    // After a reset nobody may find it any more.
    if (this.#jobs.get(job.id) === job) this.#jobs.put(job.id, Object.assign(job, change));
  }

  async #copy(job: CopyJob, { item, parent, name, by, conflict }: CopyOrder): Promise<Item> {
    const copy =
      item.kind === 'folder'
        ? createFolder(this.#files, parent, name, by, conflict === 'rename' ? 'rename' : 'fail')
        : await copyFile(this.#files, { item, parent, name, by, conflict });
    this.#change(job, { copied: job.copied + 1 });
    for (const child of [...this.#files.children(item)]) {
      await this.#copy(job, { item: child, parent: copy, name: child.name, by, conflict: 'fail' });
    }
    return copy;
  }
}

async function copyFile(files: Files, { item, parent, name, by, conflict }: CopyOrder): Promise<Item> {
  const top = item.versions[0];
  if (top === undefined) throw new WorldRefusal('itemNotFound');
  assertPlace(files, parent, name, conflict);
  files.assertRoom(files.driveById(parent.driveId), top.size);
  const contentId = await files.content.copy(top.contentId);
  // The world went on while the bytes were copied.
  if (files.isDeleted(parent)) throw new WorldRefusal('parentNotFound');
  const existing = assertPlace(files, parent, name, conflict);
  const version = { ...storedIn(top), contentId, modifiedAt: files.now(), modifiedBy: by };
  if (existing !== undefined && conflict === 'replace') {
    return files.changeItem(existing, (changed) => {
      changed.versions = [{ ...version, number: (changed.versions[0]?.number ?? 0) + 1 }, ...changed.versions];
      changed.eTagNumber += 1;
      changed.cTagNumber += 1;
    });
  }
  const free = existing === undefined ? name : freeName(files, parent, name);
  return files.addItem({ ...files.draftItem(parent, free, 'file', by), versions: [{ ...version, number: 1 }] });
}

function assertPlace(files: Files, parent: Item, name: string, conflict: ConflictBehaviour): Item | undefined {
  assertName(files, parent, name);
  const existing = files.findChild(parent, name);
  if (existing === undefined || conflict === 'rename') return existing;
  if (conflict === 'fail' || existing.kind !== 'file') throw new WorldRefusal('nameAlreadyExists');
  return existing;
}
