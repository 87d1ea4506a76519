import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';
import { EditorError, type EditorErrorCode } from '../errors.ts';
import { isSameOrigin } from '../serving/request-origin.ts';
import { type FieldFormat, type FileView, OpenFiles } from './open-files.ts';

const LARGEST_SAVE = 8 * 1024 ** 2;
const MOST_CHANGES = 10_000;

const STATUS: Partial<Record<EditorErrorCode, number>> = {
  'not-a-word-package': 415,
  'package-too-large': 413,
  'unsupported-package': 415,
  protected: 403,
};

const tabId = z.string().min(8).max(64);
const tabBody = z.object({ tab: tabId });

export interface FieldRoutes<View extends FileView, Value> {
  /** Where these files are served: `/_editor/workbooks`. */
  path: string;
  kind: EditorDocument['kind'];
  format: FieldFormat<View, Value>;
  value: z.ZodType<Value>;
}

/** What the page of a workbook or presentation calls: its content, saves, the sign that it is open, and that it closed. */
export function registerFieldRoutes<View extends FileView, Value>(
  app: FastifyInstance,
  host: EditorHost,
  { path, kind, format, value }: FieldRoutes<View, Value>,
): void {
  const files = new OpenFiles(host, format);
  const saveBody = z.object({
    base: z.string().max(500),
    tab: tabId,
    changes: z
      .array(z.object({ key: z.string().max(500), edit: z.number().int().positive(), value }))
      .max(MOST_CHANGES),
  });
  const opened = (handle: Handler) => (request: FastifyRequest, reply: FastifyReply) =>
    withFile(host, kind, request, reply, handle);
  app.get(
    `${path}/:sourcedoc/content`,
    opened(async ({ document }, request, reply) => {
      const { after } = request.query as { after?: string };
      const { tag, view } = await files.read(document.ref, after);
      return reply.header('cache-control', 'no-store').send({ tag, mayWrite: document.mayWrite, view: view ?? null });
    }),
  );
  app.post(
    `${path}/:sourcedoc/fields`,
    { bodyLimit: LARGEST_SAVE },
    opened(async ({ document, user }, request, reply) => {
      if (!document.mayWrite) return sendProblem(reply, 403, 'protected', 'You can read this file but not change it.');
      const body = saveBody.parse(request.body);
      if (!files.isClosed(document.ref, body.tab)) host.keepOpen(document.ref, user, body.tab);
      return reply.send(await files.save(document.ref, user, body));
    }),
  );
  app.post(
    `${path}/:sourcedoc/heartbeat`,
    opened(async ({ document, user }, request, reply) => {
      const { tab } = tabBody.parse(request.body);
      files.noticeOpen(document.ref, tab);
      if (document.mayWrite) host.keepOpen(document.ref, user, tab);
      return reply.code(204).send();
    }),
  );
  app.post(
    `${path}/:sourcedoc/close`,
    opened(async ({ document, user }, request, reply) => {
      const { tab } = tabBody.parse(request.body);
      files.noticeClosed(document.ref, tab);
      host.close(document.ref, user, tab);
      return reply.code(204).send();
    }),
  );
}

interface OpenedFile {
  document: EditorDocument;
  user: EditorUser;
}

type Handler = (open: OpenedFile, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

async function withFile(
  host: EditorHost,
  kind: EditorDocument['kind'],
  request: FastifyRequest,
  reply: FastifyReply,
  handle: Handler,
) {
  if (request.method !== 'GET' && !isSameOrigin(request))
    return sendProblem(reply, 403, 'cross-site', 'Only the editor itself may save.');
  const user = host.signedInUser(request.headers.cookie);
  if (!user)
    return sendProblem(reply, 401, 'signed-out', 'You are signed out. Sign in again in another tab, then try again.');
  const { sourcedoc } = request.params as { sourcedoc: string };
  const document = await host.openDocument(sourcedoc, user);
  if (document === 'not-found') return sendProblem(reply, 404, document, 'The file no longer exists.');
  if (document === 'no-access') return sendProblem(reply, 403, document, 'You no longer have access to the file.');
  if (document.kind !== kind) return sendProblem(reply, 415, 'another-kind', 'The file is of another kind by now.');
  try {
    return await handle({ document, user }, request, reply);
  } catch (error) {
    if (error instanceof EditorError) return sendProblem(reply, STATUS[error.code] ?? 400, error.code, error.message);
    if (error instanceof z.ZodError)
      return sendProblem(reply, 400, 'malformed-fields', 'The editor sent something that cannot be read.');
    throw error;
  }
}

function sendProblem(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });
}
