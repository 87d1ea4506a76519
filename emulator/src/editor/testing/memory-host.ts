import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';

const CAST = ['ada Author', 'ben Builder', 'cleo Clark'].map((name, index): EditorUser => {
  const [given = '', family = ''] = name.split(' ');
  return {
    id: `00000000-0000-0000-0000-00000000000${index + 1}`,
    tid: '00000000-0000-0000-0000-0000000000ff',
    displayName: `${given[0]?.toUpperCase()}${given.slice(1)} ${family}`,
    userPrincipalName: `${given}@stmarys.example`,
  };
});

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

/** A world of a few documents; whoever sends the cookie `ada`, `ben` or `cleo` is signed in. */
export function createMemoryHost(): MemoryHost {
  const stored = new Map<string, StoredDocument>();
  const calls: string[] = [];
  const watchers = new Set<(itemId: string, tag: string) => void>();
  const get = (itemId: string): StoredDocument => {
    const found = stored.get(itemId);
    if (!found) throw new Error(`There is no document ${itemId}`);
    return found;
  };
  const write = (itemId: string, content: Uint8Array) => {
    const found = get(itemId);
    found.content = content;
    found.version++;
    const tag = tagOf(found);
    for (const notify of watchers) notify(itemId, tag);
    return { tag };
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
    signedInUser: (cookie) => CAST.find(({ userPrincipalName }) => cookie?.includes(userPrincipalName.slice(0, 3))),
    signInUrl: (origin, returnTo) =>
      `http://sign-in.example/?origin=${encodeURIComponent(origin)}&to=${encodeURIComponent(returnTo)}`,
    openDocument: async (sourcedoc) => {
      if (sourcedoc === 'secret') return 'no-access';
      return stored.get(sourcedoc)?.document ?? 'not-found';
    },
    readContent: async ({ itemId }) => ({
      content: get(itemId).content,
      tag: tagOf(get(itemId)),
      savedBy: 'Eve Elsewhere',
    }),
    saveContent: async ({ itemId }, user, content) => {
      calls.push(`save ${itemId} by ${user.userPrincipalName}`);
      return write(itemId, content);
    },
    replaceContent: async ({ itemId }, user, content, ifTag) => {
      if (tagOf(get(itemId)) !== ifTag) return 'tag-changed';
      calls.push(`save ${itemId} by ${user.userPrincipalName}`);
      return write(itemId, content);
    },
    watchSaves: (ref, listener) => {
      const notify = (itemId: string, tag: string) => itemId === ref.itemId && listener(tag);
      watchers.add(notify);
      return () => watchers.delete(notify);
    },
    noticeOpened: ({ itemId }) => void calls.push(`opened ${itemId}`),
    keepOpen: ({ itemId }, _user, tab) => void calls.push(`open ${itemId} ${tab}`),
    close: ({ itemId }, _user, tab) => void calls.push(`close ${itemId} ${tab}`),
  };
}
