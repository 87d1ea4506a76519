import type { FastifyInstance } from 'fastify';
import type { EditorHost } from '../world/editor-host.ts';

/** Serves the page at an item's `webUrl` and everything that page calls, on the content origin. */
export function registerEditor(app: FastifyInstance, _host: EditorHost): void {
  app.get('/_editor/health', async () => ({ editor: 'not built yet' }));
}
