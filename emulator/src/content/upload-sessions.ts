import type { Clock } from '../world/clock.ts';
import { hashSecret, newGuid, newSecret } from '../world/ids.ts';
import type { Actor, ConflictBehaviour, Item } from '../world/records.ts';
import { Table } from '../world/table.ts';
import type { World } from '../world/world.ts';

const SESSION_LIFE_MS = 7 * 24 * 60 * 60_000;

export interface UploadSession {
  id: string;
  secretHash: string;
  driveId: string;
  target: { itemId: string } | { parentId: string; name: string };
  conflict: ConflictBehaviour;
  ifMatch?: string;
  ifNoneMatch?: string;
  fileSystemInfo?: Item['fileSystemInfo'];
  description?: string;
  by: Actor;
  deferCommit: boolean;
  contentId: string;
  received: number;
  total?: number;
  /** A fragment before the last was no multiple of 320 KiB: it shows at the end, as at Microsoft. */
  irregular?: boolean;
  expiresAt: number;
}

/** Uploads under way, by the hash of the secret in their URL. */
export class UploadSessions {
  readonly #table: Table<UploadSession>;
  readonly #clock: Clock;
  readonly #world: World;
  /** Sessions into which a fragment is being written right now. */
  readonly #busy = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.#clock = world.clock;
    this.#table = new Table('uploadSessions', world.journal);
  }

  async begin(
    order: Omit<UploadSession, 'id' | 'secretHash' | 'contentId' | 'received' | 'expiresAt'>,
  ): Promise<{ session: UploadSession; secret: string }> {
    await this.#sweep();
    const secret = newSecret(this.#world.random, 48);
    const session: UploadSession = {
      ...order,
      id: newGuid(this.#world.random),
      secretHash: hashSecret(secret),
      contentId: await this.#world.files.content.begin(),
      received: 0,
      expiresAt: this.#clock.now().getTime() + SESSION_LIFE_MS,
    };
    this.#table.put(session.id, session);
    return { session, secret };
  }

  find(id: string, secret: string): UploadSession | undefined {
    const session = this.#table.get(id);
    if (session === undefined || session.secretHash !== hashSecret(secret)) return undefined;
    return session.expiresAt > this.#clock.now().getTime() ? session : undefined;
  }

  /** Each fragment moves the end of the session. */
  put(session: UploadSession): void {
    this.#table.put(session.id, { ...session, expiresAt: this.#clock.now().getTime() + SESSION_LIFE_MS });
  }

  /** One fragment at a time; answers whether this one may come now. */
  tryOccupy(session: UploadSession): boolean {
    if (this.#busy.has(session.id)) return false;
    this.#busy.add(session.id);
    return true;
  }

  release(session: UploadSession): void {
    this.#busy.delete(session.id);
  }

  /** The bytes belong to an item now. */
  forget(session: UploadSession): void {
    this.#table.delete(session.id);
  }

  async cancel(session: UploadSession): Promise<void> {
    this.#table.delete(session.id);
    await this.#world.files.content.remove(session.contentId);
  }

  clear(): void {
    this.#table.clear();
    this.#busy.clear();
  }

  async #sweep(): Promise<void> {
    const now = this.#clock.now().getTime();
    for (const session of [...this.#table.values()]) {
      if (session.expiresAt <= now) await this.cancel(session);
    }
  }
}

export function presentSession(session: UploadSession): { expirationDateTime: string; nextExpectedRanges: string[] } {
  return {
    expirationDateTime: new Date(session.expiresAt).toISOString(),
    nextExpectedRanges: session.received === session.total ? [] : [`${session.received}-`],
  };
}
