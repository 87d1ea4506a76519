import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';
import type { OpenDocuments } from './open-documents.ts';

// Proxies and browsers give up on connections on which nothing comes.
const SIGN_OF_LIFE_MS = 15_000;

type Stream = (
  document: EditorDocument,
  user: EditorUser,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply;

/** Tells pages at once when somebody has saved their document, as server-sent events. */
export function createSaveStream(app: FastifyInstance, host: EditorHost, documents: OpenDocuments): Stream {
  const open = new Set<() => void>();
  // Without this a server that closes would wait for pages to leave.
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });
  return ({ ref, name }, user, request, reply) => {
    const { sourcedoc } = request.params as { sourcedoc: string };
    // Somebody may have given the file another name since.
    const nameNow = async () => {
      const now = await host.openDocument(sourcedoc, user);
      return typeof now === 'string' ? name : now.name;
    };
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const tell = (saved: { tag: string; name: string; tab?: string | undefined }) =>
      raw.write(`data: ${JSON.stringify(saved)}\n\n`);
    const stopWatching = host.watchSaves(ref, (tag) => {
      const tab = documents.savingTab(ref);
      void nameNow().then((newest) => open.has(end) && tell({ tag, name: newest, tab }));
    });
    const tellNewest = async () => {
      const [{ tag }, newest] = await Promise.all([documents.read(ref), nameNow()]);
      if (open.has(end)) tell({ tag, name: newest });
    };
    // A new name, or a content that did not come from an editor, is announced by nobody.
    const alive = setInterval(() => void tellNewest().catch(() => end()), SIGN_OF_LIFE_MS);
    const end = () => {
      clearInterval(alive);
      stopWatching();
      open.delete(end);
      raw.end();
    };
    open.add(end);
    raw.on('close', end);
    request.raw.on('close', end);
    // What was saved before this connection stood.
    void tellNewest().catch(() => end());
    return reply;
  };
}
