import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EditorDocument, EditorHost } from '../../world/editor-host.ts';
import type { OpenDocuments } from './open-documents.ts';

// Proxies and browsers give up on connections on which nothing comes.
const SIGN_OF_LIFE_MS = 15_000;

type Stream = (document: EditorDocument, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Tells pages at once when somebody has saved their document, as server-sent events. */
export function createSaveStream(app: FastifyInstance, host: EditorHost, documents: OpenDocuments): Stream {
  const open = new Set<() => void>();
  // Without this a server that closes would wait for pages to leave.
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });
  return ({ ref, name }, request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const tell = (saved: { tag: string; name: string; tab?: string | undefined }) =>
      raw.write(`data: ${JSON.stringify(saved)}\n\n`);
    const stopWatching = host.watchSaves(ref, (tag) => tell({ tag, name, tab: documents.savingTab(ref) }));
    const alive = setInterval(() => raw.write(': still here\n\n'), SIGN_OF_LIFE_MS);
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
    void documents.read(ref).then(
      ({ tag }) => open.has(end) && tell({ tag, name }),
      () => end(),
    );
    return reply;
  };
}
