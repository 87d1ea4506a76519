import type { FastifyInstance } from 'fastify';
import type { ContentOrigin } from './content-origin.ts';
import { registerDownloads } from './download-routes.ts';
import { registerGuestAccess } from './guest-access.ts';
import { registerMonitors } from './monitor-routes.ts';
import { registerUploads } from './upload-routes.ts';

export type { ContentOrigin } from './content-origin.ts';
export { UploadSessions } from './upload-sessions.ts';

/** The origin to which bytes go and from which they come. */
export async function registerContent(app: FastifyInstance, origin: ContentOrigin): Promise<void> {
  await app.register(async (scope) => {
    // Bodies are streams: none is ever held in memory.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    registerUploads(scope, origin);
    registerDownloads(scope, origin);
    registerMonitors(scope, origin);
    registerGuestAccess(scope, origin);
  });
}
