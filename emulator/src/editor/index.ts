import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { EditorHost } from '../world/editor-host.ts';
import { registerExcel } from './excel/index.ts';
import { registerPowerPoint } from './powerpoint/index.ts';
import { registerDocumentRoutes } from './serving/document-routes.ts';
import { BUILT_PAGE, registerEditorPage } from './serving/editor-page.ts';
import { OpenDocuments } from './serving/open-documents.ts';

/** Serves the page at an item's `webUrl` and everything that page calls, on the content origin. */
export function registerEditor(app: FastifyInstance, host: EditorHost): void {
  registerEditorPage(app, host);
  registerDocumentRoutes(app, host, new OpenDocuments(host));
  registerExcel(app, host);
  registerPowerPoint(app, host);
  app.register(fastifyStatic, {
    root: `${BUILT_PAGE}assets`,
    prefix: '/_editor/assets/',
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  });
}
