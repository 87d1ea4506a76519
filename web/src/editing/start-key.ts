/** The part of `sessionStorage` that is needed. */
export interface KeyStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * The idempotency key of one click on "Edit in Word", kept in the tab: a reload of the opening page asks for the same
 * edit session again. A new tab is a new click and gets its own.
 */
export function startKey(store: KeyStore, documentId: string, newKey: () => string): string {
  const name = `opening:${documentId}`;
  const kept = store.getItem(name);
  if (kept) return kept;
  const key = newKey();
  store.setItem(name, key);
  return key;
}

/** After the session has ended the same tab may be used for the next one. */
export function forgetStartKey(store: KeyStore, documentId: string): void {
  store.removeItem(`opening:${documentId}`);
}
