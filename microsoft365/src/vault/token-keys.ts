import type { TokenKey } from './sealing.ts';

const REMEDY = 'Write id:base64 of 32 random bytes, for example k1:$(openssl rand -base64 32), several with commas.';

/**
 * Reads `id:base64,id2:base64`; the first key is the current one.
 * @throws Error whose message says what is wrong and what to write, without any of the keys
 */
export function parseTokenKeys(text: string): TokenKey[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.join('') === '') throw new Error(`No token key is given. ${REMEDY}`);
  const keys = entries.map(parseEntry);
  const ids = keys.map(({ id }) => id);
  const twice = ids.find((id, position) => ids.indexOf(id) !== position);
  if (twice !== undefined) throw new Error(`Two token keys are called ${twice}. Give each its own id.`);
  return keys;
}

function parseEntry(entry: string, position: number): TokenKey {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(0, colon)).trim();
  const encoded = entry.slice(colon + 1).trim();
  const which = `Token key ${position + 1}`;
  if (!/^[\w-]{1,32}$/.test(id)) {
    throw new Error(`${which} has no id of 1 to 32 letters, digits, _ or - before a colon. ${REMEDY}`);
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw new Error(`${which} (${id}) is not base64. ${REMEDY}`);
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== 32) throw new Error(`${which} (${id}) has ${key.length} bytes, 32 are needed. ${REMEDY}`);
  if (key.every((byte) => byte === key[0])) throw new Error(`${which} (${id}) is not random. ${REMEDY}`);
  return { id, key: new Uint8Array(key) };
}
