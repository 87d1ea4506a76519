import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';
import { paragraphKey, savedBlock } from '../blocks/apply-blocks.ts';
import { commentChanges } from '../comments/comment-changes.ts';
import { EditorError, type EditorErrorCode } from '../errors.ts';
import { editingMode } from './editing-mode.ts';
import type { StorySave } from './merge-save.ts';
import { type OpenDocuments, preparedContent } from './open-documents.ts';
import { isSameOrigin } from './request-origin.ts';
import { createSaveStream } from './save-stream.ts';

const LARGEST_SAVE = 40 * 1024 ** 2;

const tabId = z.string().min(8).max(64);
const storySave = z.object({
  /** Paragraphs that were being typed in when a newer version arrived, with the tag that they are based on. */
  stale: z.record(paragraphKey, z.string()).default({}),
  /** The same for whole blocks whose inner parts could not be told apart. */
  staleBlocks: z.record(paragraphKey, z.string()).default({}),
  blocks: z.array(savedBlock).max(200_000),
  deleted: z.array(z.string().max(8)).max(200_000).default([]),
  pictures: z.record(z.string(), z.object({ type: z.string(), base64: z.base64() })).default({}),
  links: z.record(z.string(), z.string().max(10_000)).default({}),
});
const saveBody = storySave.extend({
  base: z.string().max(500),
  author: z.string().max(500),
  tab: tabId,
  sequence: z.number().int().positive(),
  /** Headers and footers by the id of their relationship, `footnotes`, `endnotes`; `add` makes a new one. */
  stories: z
    .record(
      z.string().max(200),
      storySave.extend({
        add: z.object({ kind: z.enum(['header', 'footer']), type: z.enum(['default', 'first', 'even']) }).optional(),
      }),
    )
    .default({}),
  comments: commentChanges.default({ added: [], deleted: [], resolved: [] }),
});
const tabBody = z.object({ tab: tabId });

const STATUS: Record<EditorErrorCode, number> = {
  'not-a-word-package': 415,
  'package-too-large': 413,
  'unsupported-package': 415,
  'malformed-blocks': 400,
  'base-is-older': 409,
  'save-is-superseded': 410,
  protected: 403,
};

/** What the page calls: the document's content, saves, the sign that it is still open, and that it closed. */
export function registerDocumentRoutes(app: FastifyInstance, host: EditorHost, documents: OpenDocuments): void {
  const opened = (handle: Handler) => (request: FastifyRequest, reply: FastifyReply) =>
    withDocument(host, request, reply, handle);
  const path = '/_editor/documents/:sourcedoc';
  app.get(
    `${path}/content`,
    opened(async (open, _request, reply) => sendContent(documents, open, reply)),
  );
  const stream = createSaveStream(app, host, documents);
  app.get(
    `${path}/saves`,
    opened(async ({ document, user }, request, reply) => stream(document, user, request, reply)),
  );
  app.post(
    `${path}/blocks`,
    { bodyLimit: LARGEST_SAVE },
    opened((open, request, reply) => saveBlocks(host, documents, open, request, reply)),
  );
  app.post(
    `${path}/heartbeat`,
    opened(async ({ document, user }, request, reply) => {
      const { tab } = tabBody.parse(request.body);
      documents.noticeOpen(document.ref, tab);
      if (document.mayWrite) host.keepOpen(document.ref, user, tab);
      return reply.code(204).send();
    }),
  );
  app.post(
    `${path}/close`,
    opened(async ({ document, user }, request, reply) => {
      const { tab } = tabBody.parse(request.body);
      documents.noticeClosed(document.ref, tab);
      host.close(document.ref, user, tab);
      return reply.code(204).send();
    }),
  );
}

interface OpenedDocument {
  document: EditorDocument;
  user: EditorUser;
}

type Handler = (open: OpenedDocument, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

async function withDocument(host: EditorHost, request: FastifyRequest, reply: FastifyReply, handle: Handler) {
  if (request.method !== 'GET' && !isSameOrigin(request))
    return sendProblem(reply, 403, 'cross-site', 'Only the editor itself may save.');
  const user = host.signedInUser(request.headers.cookie);
  if (!user)
    return sendProblem(reply, 401, 'signed-out', 'You are signed out. Sign in again in another tab, then try again.');
  const { sourcedoc } = request.params as { sourcedoc: string };
  const document = await host.openDocument(sourcedoc, user);
  if (document === 'not-found') return sendProblem(reply, 404, document, 'The document no longer exists.');
  if (document === 'no-access') return sendProblem(reply, 403, document, 'You no longer have access to the document.');
  try {
    return await handle({ document, user }, request, reply);
  } catch (error) {
    if (error instanceof EditorError) return sendProblem(reply, STATUS[error.code], error.code, error.message);
    if (error instanceof z.ZodError)
      return sendProblem(reply, 400, 'malformed-blocks', 'The editor sent something that cannot be read.');
    throw error;
  }
}

async function sendContent(documents: OpenDocuments, { document }: OpenedDocument, reply: FastifyReply) {
  const version = await documents.read(document.ref);
  const { mode, readOnlyBecause } = editingMode(version.package);
  return reply
    .headers({
      'content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'cache-control': 'no-store',
      'x-editor-tag': encodeURIComponent(version.tag),
      'x-editor-mode': document.mayWrite ? mode : 'viewing',
      'x-editor-reason': encodeURIComponent(
        readOnlyBecause ?? (document.mayWrite ? '' : 'You can read this document but not change it.'),
      ),
    })
    .send(preparedContent(version));
}

async function saveBlocks(
  host: EditorHost,
  documents: OpenDocuments,
  { document, user }: OpenedDocument,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (!document.mayWrite) return sendProblem(reply, 403, 'protected', 'You can read this document but not change it.');
  const { stories, base, tab, sequence, comments, ...body } = saveBody.parse(request.body);
  if (!documents.isClosed(document.ref, tab)) host.keepOpen(document.ref, user, tab);
  const others = Object.entries(stories).map(([key, { add, ...story }]) => [key, { ...readStory(story), add }]);
  const save = { ...readStory(body), base, tab, sequence, comments, stories: Object.fromEntries(others) };
  return reply.send(await documents.save(document.ref, user, save));
}

function readStory({ blocks, deleted, stale, staleBlocks, pictures, links }: z.infer<typeof storySave>): StorySave {
  return { blocks, deleted, stale: { paragraphs: stale, blocks: staleBlocks }, targets: { pictures, links } };
}

function sendProblem(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });
}
