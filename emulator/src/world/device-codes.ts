import type { Clock } from './clock.ts';
import type { Application } from './directory.ts';
import type { Grant } from './grants.ts';
import { hashSecret, newSecret, type Random } from './ids.ts';
import { type Journal, Table } from './table.ts';

const LIFE_SECONDS = 900;
const INTERVAL_SECONDS = 5;
/** Without vowels and look-alikes. */
const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXYZ23456789';
const USER_CODE_LENGTH = 9;

/** A device that waits until somebody types its code elsewhere. */
export interface DeviceCode {
  /** The hash of the device's own secret. */
  id: string;
  userCode: string;
  clientId: string;
  tenantSegment: string;
  scopes: string[];
  issuedAt: number;
  polledAt?: number;
  state: 'pending' | 'declined' | 'redeemed' | { approved: Grant };
}

/** Codes of the device flow, by the hash of the secret that the device keeps. */
export class DeviceCodes {
  readonly #table: Table<Omit<DeviceCode, 'id'>>;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(journal: Journal, clock: Clock, random: Random) {
    this.#table = new Table('deviceCodes', journal);
    this.#clock = clock;
    this.#random = random;
  }

  issue(
    app: Application,
    tenantSegment: string,
    scopes: string[],
  ): { deviceCode: string; userCode: string; expiresInSeconds: number; intervalSeconds: number } {
    const now = this.#now();
    for (const [id, row] of this.#table.entries()) {
      if (row.issuedAt + 2 * LIFE_SECONDS * 1000 >= now) break;
      this.#table.delete(id);
    }
    const deviceCode = newSecret(this.#random, 96);
    const userCode = this.#newUserCode();
    const row = { userCode, clientId: app.clientId, tenantSegment, scopes, issuedAt: now, state: 'pending' as const };
    this.#table.put(hashSecret(deviceCode), row);
    return { deviceCode, userCode, expiresInSeconds: LIFE_SECONDS, intervalSeconds: INTERVAL_SECONDS };
  }

  find(deviceCode: string): DeviceCode | undefined {
    return this.#withId(hashSecret(deviceCode));
  }

  get(id: string): DeviceCode | undefined {
    return this.#withId(id);
  }

  /** Case, spaces and dashes in what a person types don't matter. */
  findByUserCode(text: string): DeviceCode | undefined {
    const wanted = text.toUpperCase().replace(/[\s-]/g, '');
    const [id] = [...this.#table.entries()].find(([, row]) => row.userCode === wanted) ?? [];
    return id === undefined ? undefined : this.#withId(id);
  }

  isExpired(code: DeviceCode): boolean {
    return this.#now() >= code.issuedAt + LIFE_SECONDS * 1000;
  }

  /** Notes that the device asks; answers whether it came before the interval was over. */
  poll(code: DeviceCode): { tooEarly: boolean } {
    const now = this.#now();
    this.#change(code, { polledAt: now });
    // A second of grace: devices count the interval from when they got the last answer.
    return { tooEarly: code.polledAt !== undefined && now < code.polledAt + (INTERVAL_SECONDS - 1) * 1000 };
  }

  settle(code: DeviceCode, state: DeviceCode['state']): void {
    this.#change(code, { state });
  }

  clear(): void {
    this.#table.clear();
  }

  #change(code: DeviceCode, change: Partial<DeviceCode>): void {
    const row = this.#table.get(code.id);
    if (row !== undefined) this.#table.put(code.id, { ...row, ...change });
  }

  #withId(id: string): DeviceCode | undefined {
    const row = this.#table.get(id);
    return row && { ...row, id };
  }

  #newUserCode(): string {
    const letters = [...this.#random(USER_CODE_LENGTH)].map(
      (byte) => USER_CODE_LETTERS[byte % USER_CODE_LETTERS.length] ?? '',
    );
    const code = letters.join('');
    return this.findByUserCode(code) === undefined ? code : this.#newUserCode();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
