import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EditorDocument, EditorHost, EditorUser } from '../../world/editor-host.ts';
import { escapeHtml, sendNotice } from './notice-page.ts';
import { requestOrigin } from './request-origin.ts';

/** Where `npm run build -w microsoft365-emulator` puts the page; the same place seen from `src` and from `dist`. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../dist/editor-page/', import.meta.url));

/** `webUrl` of Word, Excel and PowerPoint files, as SharePoint writes them. */
export function registerEditorPage(app: FastifyInstance, host: EditorHost): void {
  for (const letter of ['w', 'x', 'p']) {
    for (const area of ['personal', 'sites'])
      app.get(`/::${letter}::/r/${area}/:site/_layouts/15/Doc.aspx`, (request, reply) =>
        openPage(host, request, reply),
      );
  }
}

async function openPage(host: EditorHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const user = host.signedInUser(request.headers.cookie);
  const origin = requestOrigin(request);
  if (!user)
    return reply.header('cache-control', 'no-store').redirect(host.signInUrl(origin, origin + request.url), 302);
  const { sourcedoc } = request.query as { sourcedoc?: unknown };
  const document = typeof sourcedoc === 'string' ? await host.openDocument(sourcedoc, user) : 'not-found';
  if (document === 'not-found') return sendNotice(reply, NOT_FOUND, user.userPrincipalName);
  if (document === 'no-access') return sendNotice(reply, NO_ACCESS, user.userPrincipalName);
  if (document.kind === 'other') return sendNotice(reply, cannotEdit(document), user.userPrincipalName);
  host.noticeOpened(document.ref, user);
  return sendEditor(reply, String(sourcedoc), document, user);
}

const NOT_FOUND = {
  status: 404,
  title: 'This item might not exist or is no longer available',
  text: 'It may have been deleted or moved, or its address is wrong. Go back to the place where you found the link.',
};

const NO_ACCESS = {
  status: 403,
  title: "You don't have access",
  text: 'Your account has no permission to open this document. Sign in with another account, or ask its owner to share it with you.',
};

/** The program that opens a kind of file, and where its page finds the file. */
const PROGRAMS: Record<Exclude<EditorDocument['kind'], 'other'>, { name: string; path: string }> = {
  word: { name: 'Word', path: 'documents' },
  excel: { name: 'Excel', path: 'workbooks' },
  powerpoint: { name: 'PowerPoint', path: 'presentations' },
};

function cannotEdit({ name }: EditorDocument) {
  return {
    status: 501,
    title: `“${name}” cannot be edited here`,
    text: 'This emulator has no editor for files of this kind. Nothing about the file was changed.',
  };
}

async function sendEditor(reply: FastifyReply, sourcedoc: string, document: EditorDocument, user: EditorUser) {
  const template = await readTemplate();
  if (template === undefined) return sendNotice(reply, NOT_BUILT);
  const nonce = randomBytes(16).toString('base64');
  const kind = document.kind === 'other' ? 'word' : document.kind;
  const { name: program, path } = PROGRAMS[kind];
  const config = {
    kind,
    documentUrl: `/_editor/${path}/${encodeURIComponent(sourcedoc)}`,
    tab: randomUUID(),
    name: document.name,
    mayWrite: document.mayWrite,
    author: user.displayName,
    account: user.userPrincipalName,
  };
  const html = template
    .replaceAll('__NONCE__', nonce)
    .replaceAll('__TITLE__', () => escapeHtml(document.name))
    .replace('__PROGRAM__', program)
    .replace('__CONFIG__', () => escapeHtml(JSON.stringify(config)));
  return reply.headers(pageHeaders(nonce)).send(html);
}

const NOT_BUILT = {
  status: 503,
  title: 'The editor has not been built',
  text: 'Run “npm run build -w microsoft365-emulator” and load this page again.',
};

async function readTemplate(): Promise<string | undefined> {
  try {
    return await readFile(`${BUILT_PAGE}index.html`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  };
}
