import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Where unguessable things come from. */
export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): string;
  /** 32 random bytes as base64url: 43 characters. */
  token(): string;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
};

export function sha256(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}
