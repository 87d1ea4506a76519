import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';

const AUTHOR: EditorUser = {
  id: '00000000-0000-0000-0000-000000000001',
  tid: '00000000-0000-0000-0000-0000000000ff',
  displayName: 'Ada Author',
  userPrincipalName: 'ada@stmarys.example',
};

export interface MemoryHost extends EditorHost {
  put(
    sourcedoc: string,
    content: Uint8Array,
    about?: Partial<Pick<EditorDocument, 'name' | 'mayWrite' | 'kind'>>,
  ): void;
  content(sourcedoc: string): Uint8Array;
  /** Somebody else saves, outside the editor. */
  saveElsewhere(sourcedoc: string, content: Uint8Array): void;
  /** What the editor told the world, in order. */
  calls: string[];
}

interface StoredDocument {
  document: EditorDocument;
  content: Uint8Array;
  version: number;
}

/** A world of a few documents; whoever sends the cookie `ada` is signed in. */
export function createMemoryHost(): MemoryHost {
  const stored = new Map<string, StoredDocument>();
  const calls: string[] = [];
  const get = (itemId: string): StoredDocument => {
    const found = stored.get(itemId);
    if (!found) throw new Error(`There is no document ${itemId}`);
    return found;
  };
  const write = (itemId: string, content: Uint8Array) => {
    const found = get(itemId);
    found.content = content;
    found.version++;
    return { tag: tagOf(found) };
  };
  const tagOf = ({ document, version }: StoredDocument) => `"c:{${document.ref.itemId}},${version}"`;
  return {
    calls,
    put(sourcedoc, content, about) {
      const document = {
        ref: { driveId: 'drive', itemId: sourcedoc },
        name: `${sourcedoc}.docx`,
        mayWrite: true,
        kind: 'word' as const,
      };
      stored.set(sourcedoc, { document: { ...document, ...about }, content, version: 1 });
    },
    content: (sourcedoc) => get(sourcedoc).content,
    saveElsewhere: (sourcedoc, content) => void write(sourcedoc, content),
    now: () => new Date('2026-01-05T09:00:00Z'),
    signedInUser: (cookie) => (cookie?.includes('ada') ? AUTHOR : undefined),
    signInUrl: (origin, returnTo) =>
      `http://sign-in.example/?origin=${encodeURIComponent(origin)}&to=${encodeURIComponent(returnTo)}`,
    openDocument: async (sourcedoc) => {
      if (sourcedoc === 'secret') return 'no-access';
      return stored.get(sourcedoc)?.document ?? 'not-found';
    },
    readContent: async ({ itemId }) => ({ content: get(itemId).content, tag: tagOf(get(itemId)) }),
    saveContent: async ({ itemId }, user, content) => {
      calls.push(`save ${itemId} by ${user.userPrincipalName}`);
      return write(itemId, content);
    },
    keepOpen: ({ itemId }, _user, tab) => void calls.push(`open ${itemId} ${tab}`),
    close: ({ itemId }, _user, tab) => void calls.push(`close ${itemId} ${tab}`),
  };
}
