import { createHash, createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Clock } from './clock.ts';
import { newSecret, type Random } from './ids.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { type Journal, Table } from './table.ts';

const ALGORITHM = 'RS256';
const HOUR_MS = 60 * 60_000;
/** How long one key signs. */
const PERIOD_MS = 45 * 24 * HOUR_MS;
/** A key is in the key set this long before it signs: whoever fetches the set once a day never meets an unknown one. */
const PUBLISHED_BEFORE_MS = 24 * HOUR_MS;
/** Longer than the longest token lives (28 hours), so that each can be checked to its end. */
const KEPT_AFTER_MS = 48 * HOUR_MS;

interface StoredKey {
  privateJwk: JsonWebKey;
  /** DER, in base64: what `x5c` holds. */
  certificate: string;
  signsFrom: number;
}

type Key = StoredKey & { id: string };

/**
 * The key pairs that sign id_tokens and the access tokens of work accounts. The next one is published before it signs,
 * the last one stays published for as long as its tokens live; all survive a restart with the data.
 */
export class SigningKeys {
  readonly #table: Table<StoredKey>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #privateKeys = new Map<string, KeyObject>();
  /** Keys are made one after the other: two callers must not both roll. */
  #making: Promise<unknown> = Promise.resolve();
  /** For the short-lived secrets in upload and download URLs. */
  readonly urlSecret: string;

  private constructor(journal: Journal, clock: Clock, random: Random) {
    this.#table = new Table('signingKeys', journal);
    this.#clock = clock;
    this.#random = random;
    const secrets = new Table<{ value: string }>('secrets', journal);
    this.urlSecret = (secrets.get('url') ?? secrets.put('url', { value: newSecret(random) })).value;
  }

  static async open(journal: Journal, clock: Clock, random: Random): Promise<SigningKeys> {
    const keys = new SigningKeys(journal, clock, random);
    await keys.#current();
    return keys;
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { id } = await this.#current();
    const header = { typ: 'JWT', alg: ALGORITHM, x5t: id, kid: id };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#privateKey(id));
  }

  /** As the key set shows them, the one that signs first, the next one among them. */
  async publicKeys(): Promise<JWK[]> {
    return this.#inTurn(async () => {
      const current = (await this.#settle()).id;
      if (!this.#keys().some(({ signsFrom }) => signsFrom > this.#now())) {
        const { signsFrom } = this.#keys().find(({ id }) => id === current) ?? { signsFrom: this.#now() };
        await this.#make(Math.max(signsFrom + PERIOD_MS, this.#now() + PUBLISHED_BEFORE_MS));
      }
      const shown = this.#keys().map(publicJwk);
      return [...shown.filter(({ kid }) => kid === current), ...shown.filter(({ kid }) => kid !== current)];
    });
  }

  /** From now on another key signs: the published next one, or one that nobody has seen yet. */
  async roll(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#settle();
      const next = this.#keys().find(({ signsFrom }) => signsFrom > this.#now());
      if (next === undefined) await this.#make(this.#now());
      else this.#put({ ...next, signsFrom: this.#now() });
    });
  }

  #current(): Promise<Key> {
    return this.#inTurn(() => this.#settle());
  }

  /** The key that signs now. A moved clock brings the next one to its turn, or makes one where none was published. */
  async #settle(): Promise<Key> {
    const now = this.#now();
    for (const key of this.#keys()) if (this.#retiredAt(key) + KEPT_AFTER_MS < now) this.#table.delete(key.id);
    const keys = this.#keys();
    // A clock that was set back by a reset may lie before the first key.
    const current = keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
    if (current !== undefined && now < current.signsFrom + PERIOD_MS) return current;
    return this.#make(now);
  }

  #retiredAt(key: Key): number {
    const successor = this.#keys().find(({ signsFrom }) => signsFrom > key.signsFrom);
    return successor?.signsFrom ?? Number.POSITIVE_INFINITY;
  }

  async #make(signsFrom: number): Promise<Key> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const certificate = selfSignedCertificate(privateKey, this.#random(15), this.#clock.now());
    const id = createHash('sha1').update(certificate).digest('base64url');
    const stored = { privateJwk: privateKey.export({ format: 'jwk' }), certificate: certificate.toString('base64') };
    return this.#put({ id, ...stored, signsFrom });
  }

  #put(key: Key): Key {
    const { id, ...row } = key;
    this.#table.put(id, row);
    return key;
  }

  #keys(): Key[] {
    const keys = [...this.#table.entries()].map(([id, row]) => ({ id, ...row }));
    return keys.sort((one, other) => one.signsFrom - other.signsFrom);
  }

  #privateKey(id: string): KeyObject {
    const known = this.#privateKeys.get(id);
    if (known !== undefined) return known;
    const stored = this.#table.get(id);
    if (stored === undefined) throw new Error(`There is no signing key ${id}.`);
    const key = createPrivateKey({ key: stored.privateJwk, format: 'jwk' });
    this.#privateKeys.set(id, key);
    return key;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#making.then(work);
    this.#making = done.catch(() => undefined);
    return done;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function publicJwk({ id, privateJwk, certificate }: Key): JWK {
  return {
    kty: 'RSA',
    use: 'sig',
    kid: id,
    x5t: id,
    n: privateJwk.n ?? '',
    e: privateJwk.e ?? '',
    x5c: [certificate],
  };
}

/** Graph tokens of personal accounts are no JWTs. */
export function opaqueToken(random: Random): string {
  return `EwB${newSecret(random, 120)}`;
}
