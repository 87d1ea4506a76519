import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Failure, notFound } from './failures.ts';
import type { Http } from './http.ts';

const DIST = join(import.meta.dirname, '../../../web/dist');
const NONCE = /__NONCE__/g;

/** Serves the built pages. Every page is the same document; its script shows the right one. */
export async function serveWebPages(app: Http, publicUrl: URL): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(DIST, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    // The build writes each script and style in compressed forms beside it.
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
    setHeaders: (reply) => {
      // Public code. The viewer's frame has an origin of its own and loads it from there.
      reply.header('access-control-allow-origin', '*');
      reply.header('cross-origin-resource-policy', 'cross-origin');
    },
  });

  app.get('/viewer.html', async (_request, reply) =>
    reply
      .header('content-security-policy', viewerPolicy(publicUrl))
      .header('x-frame-options', 'SAMEORIGIN')
      // Its frame has an opaque origin: there is none to key a cluster by.
      .removeHeader('origin-agent-cluster')
      .type('text/html; charset=utf-8')
      .send(await readPage('viewer.html')),
  );

  for (const icon of ['favicon.svg', 'favicon.ico'])
    app.get(`/${icon}`, async (_request, reply) => {
      const file = await readFile(join(DIST, icon)).catch(() => undefined);
      if (!file) throw notFound();
      return reply.type(icon.endsWith('svg') ? 'image/svg+xml' : 'image/x-icon').send(file);
    });

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const isPage = request.method === 'GET' && !path.startsWith('/api/') && !path.startsWith('/assets/');
    if (!isPage) throw notFound('This address');
    const page = await readPage('index.html');
    return reply.status(200).type('text/html; charset=utf-8').send(page.replaceAll(NONCE, reply.cspNonce.style));
  });
}

async function readPage(name: string): Promise<string> {
  try {
    return await readFile(join(DIST, name), 'utf8');
  } catch (cause) {
    throw new Failure(503, 'unavailable', 'The pages of MEGDocs have not been built.', {
      remedy: 'Run "npm run build", then reload.',
      cause,
    });
  }
}

/**
 * A document is a stranger's file: it is drawn in a frame without origin, network and forms. The library that draws
 * it writes style elements and attributes, hence 'unsafe-inline' for styles, here alone.
 */
function viewerPolicy(publicUrl: URL): string {
  return [
    "default-src 'none'",
    `script-src ${publicUrl.origin} 'self'`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ].join('; ');
}
