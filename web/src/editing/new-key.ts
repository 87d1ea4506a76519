/** A random idempotency key; unlike `randomUUID` also where a page is served over plain http in a test network. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
