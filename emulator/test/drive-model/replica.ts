import { expect } from 'vitest';
import type { Drive } from './drive.ts';

/** What is compared: all that a client needs to know whether it holds the file as it is. */
// biome-ignore lint/suspicious/noExplicitAny: an item as it comes
export function rowOf(item: any): string {
  return `${item.parentReference?.id}/${item.name} ${item.id} ${item.eTag} ${item.file?.hashes.quickXorHash ?? 'folder'}`;
}

/** A client that knows the drive from delta alone. */
export class Replica {
  // biome-ignore lint/suspicious/noExplicitAny: items as they come
  readonly #items = new Map<string, any>();
  readonly #drive: Drive;
  #link: string;

  constructor(drive: Drive, link: string) {
    this.#drive = drive;
    this.#link = link;
  }

  async sync(): Promise<void> {
    for (let next: string | undefined = this.#link; next !== undefined; ) {
      const { status, body } = await this.#drive.call('GET', next);
      expect(status).toBe(200);
      for (const item of body.value) {
        if (item.deleted === undefined) this.#items.set(item.id, item);
        else this.#items.delete(item.id);
      }
      next = body['@odata.nextLink'];
      this.#link = body['@odata.deltaLink'] ?? this.#link;
    }
  }

  rowsBelow(rootId: string): string[] {
    const isBelow = (id: string): boolean => {
      const parentId = this.#items.get(id)?.parentReference?.id;
      return parentId === rootId || (parentId !== undefined && isBelow(parentId));
    };
    return [...this.#items.values()].flatMap((item) => (isBelow(item.id) ? [rowOf(item)] : [])).sort();
  }
}
