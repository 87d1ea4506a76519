interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const NAME = 'opening-title';

/** Leaves the document's name for the tab that is about to open: it can say at once what it is doing. */
export function rememberTitle(store: Store, document: { id: string; number: string; title: string }): void {
  try {
    store.setItem(NAME, JSON.stringify([document.id, `${document.number} ${document.title}`]));
  } catch {
    // A full or forbidden store costs half a second of "the document".
  }
}

export function rememberedTitle(store: Store, documentId: string): string | null {
  try {
    const kept: unknown = JSON.parse(store.getItem(NAME) ?? 'null');
    if (!Array.isArray(kept) || kept[0] !== documentId || typeof kept[1] !== 'string') return null;
    return kept[1];
  } catch {
    return null;
  }
}
