import { createHash } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random bytes, passed in so that a test may repeat itself. */
export type Random = (size: number) => Uint8Array;

export type DriveKind = 'business' | 'personal' | 'documentLibrary';

export function newGuid(random: Random): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatGuid(bytes);
}

export function newSecret(random: Random, bytes = 32): string {
  return Buffer.from(random(bytes)).toString('base64url');
}

/** Secrets are looked up by their hash: the state, a journal on disk included, never holds one. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function formatGuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function guidBytes(guid: string): Buffer {
  return Buffer.from(guid.replaceAll('-', ''), 'hex');
}

/** The same for the same owner at every start: `b!` and 48 bytes for work, 16 hex digits for personal drives. */
export function driveIdOf(kind: DriveKind, ownerId: string): string {
  if (kind === 'personal') return createHash('sha256').update(`cid ${ownerId}`).digest('hex').slice(0, 16);
  return `b!${createHash('sha512').update(`drive ${ownerId}`).digest().subarray(0, 48).toString('base64url')}`;
}

/** `01` and 32 characters: four bytes that stand for the drive, then the item's GUID; `{CID}!s{hex}` if personal. */
export function itemIdOf(kind: DriveKind, driveId: string, guid: string): string {
  if (kind === 'personal') return `${driveId.toUpperCase()}!s${guid.replaceAll('-', '')}`;
  const drive = createHash('sha256').update(driveId).digest().subarray(0, 4);
  return `01${base32(Buffer.concat([drive, guidBytes(guid)]))}`;
}

function base32(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let i = 0; i < (bytes.length * 8) / 5; i++) {
    text = BASE32[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}
