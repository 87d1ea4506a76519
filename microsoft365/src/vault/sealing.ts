import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// Layout of a sealed value:
//   1 byte   format, 1
//   1 byte   length n of the key id
//   n bytes  key id, ASCII
//   12 bytes random IV
//   rest     ciphertext of the UTF-8 text, then the 16-byte tag
// Associated data: JSON of [format, table, id, column, key id], so that a value opens only where it was sealed.
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key for sealing, by the id that every sealed value names. */
export interface TokenKey {
  /** 1 to 32 letters, digits, `_` or `-`. */
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** The row and column that a sealed value belongs to. */
export interface SealedPlace {
  table: string;
  id: string;
  column: string;
}

/** Seals secrets for one place each. */
export interface Sealing {
  /** Seals with the current (first) key. */
  seal(plaintext: string, place: SealedPlace): Uint8Array;
  /** @throws SealingError unless every byte is as sealed, for this place, under a known key */
  open(sealed: Uint8Array, place: SealedPlace): string;
  /** Which key a sealed value needs. */
  keyIdOf(sealed: Uint8Array): string;
  readonly currentKeyId: string;
}

/** A sealed value can't be opened; nothing of it is in the message. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
  readonly code: 'damaged' | 'unknown_key';

  constructor(code: 'damaged' | 'unknown_key', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Sealing with AES-256-GCM (NIST SP 800-38D) under random 96-bit IVs; the first key seals, all of them open.
 * @throws TypeError for no key, a doubled id, or a key that isn't 32 bytes
 */
export function createSealing(keys: readonly TokenKey[]): Sealing {
  const current = keys[0];
  if (!current) throw new TypeError('at least one token key is needed');
  const known = new Map(keys.map(({ id, key }) => [id, Buffer.from(key)]));
  if (known.size !== keys.length) throw new TypeError('two token keys have the same id');
  for (const [id, key] of known) {
    if (!/^[\w-]{1,32}$/.test(id) || key.length !== 32) throw new TypeError('a token key has a bad id or length');
  }
  return {
    currentKeyId: current.id,
    seal(plaintext, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(place, current.id));
      const keyId = Buffer.from(current.id, 'latin1');
      const body = [cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat([Buffer.from([FORMAT, keyId.length]), keyId, iv, ...body]);
    },
    open(sealed, place) {
      const { keyId, iv, ciphertext, tag } = takeApart(sealed);
      const key = known.get(keyId);
      if (!key) throw new SealingError('unknown_key', 'This value was sealed with a token key that is not configured.');
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(place, keyId));
      decipher.setAuthTag(tag);
      try {
        // GCM keeps nothing back for the end, where only the tag is checked.
        const plaintext = decipher.update(ciphertext);
        decipher.final();
        return plaintext.toString('utf8');
      } catch {
        throw damaged();
      }
    },
    keyIdOf: (sealed) => takeApart(sealed).keyId,
  };
}

function takeApart(sealed: Uint8Array) {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const keyEnd = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== FORMAT || bytes.length < keyEnd + IV_BYTES + TAG_BYTES) throw damaged();
  return {
    keyId: bytes.toString('latin1', 2, keyEnd),
    iv: bytes.subarray(keyEnd, keyEnd + IV_BYTES),
    ciphertext: bytes.subarray(keyEnd + IV_BYTES, bytes.length - TAG_BYTES),
    tag: bytes.subarray(bytes.length - TAG_BYTES),
  };
}

function associatedData({ table, id, column }: SealedPlace, keyId: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, table, id, column, keyId]), 'utf8');
}

function damaged(): SealingError {
  return new SealingError('damaged', 'This sealed value was changed or belongs elsewhere; it is not used.');
}
