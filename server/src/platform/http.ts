import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { type ErrorBody, routes } from '@megdocs/contract';
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { isDatabaseGone } from './database.ts';
import { failurePage } from './failure-page.ts';
import { databaseGone, Failure } from './failures.ts';
import type { Log } from './log.ts';
import { assertStorableText } from './request-text.ts';
import { answerNoHttp, LONGEST_PARAMETER, readableAddress } from './unreadable-requests.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called by other servers, with no session: what it takes is proven in another way. */
    fromAnywhere?: boolean;
  }
}

export type Http = FastifyInstance;

interface HttpOptions {
  publicUrl: URL;
  trustedProxies: string[];
  /** Where a connect form is redirected to: `form-action` is enforced along the whole chain. */
  loginOrigin: string;
  log: Log;
}

const JSON_LIMIT = 1024 * 1024;
const YEAR_SECONDS = 31_536_000;
// Letters and figures that are not mistaken for one another when read over the telephone.
const REFERENCE_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** The Fastify instance with everything that holds for every route. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    genReqId: newReference,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: LONGEST_PARAMETER },
    rewriteUrl: ({ url }) => callbackInAnyCase(readableAddress(url ?? '/')),
    clientErrorHandler: (error, socket) =>
      answerNoHttp(error, socket, { reference: newReference(), secure: options.publicUrl.protocol === 'https:' }),
    forceCloseConnections: 'idle',
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(cookie);
  await app.register(formbody);
  await app.register(rateLimit, { global: false });
  await app.register(helmet, securityHeaders(options));
  await app.register(swagger, {
    openapi: { info: { title: 'MEGDocs', version: '1', description: 'What the pages of MEGDocs use' } },
    transform: jsonSchemaTransform,
  });
  // A file is never parsed: it arrives as the stream itself, and the route bounds it.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', async (request) => assertSameOrigin(request, options.publicUrl));
  app.addHook('preValidation', async (request) => assertStorableText(request));
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-reference', request.id);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
  return app.withTypeProvider<ZodTypeProvider>() as unknown as Http;
}

const DRAIN_MS = 10_000;

/** Takes no more requests, lets those under way finish, and cuts off what takes longer: an upload or a download. */
export async function closeHttp(http: Http, drainMs = DRAIN_MS): Promise<void> {
  const timer = setTimeout(() => http.server.closeAllConnections(), drainMs);
  try {
    await http.close();
  } finally {
    clearTimeout(timer);
  }
}

function newReference(): string {
  return [...randomBytes(10)].map((byte) => REFERENCE_LETTERS[byte % REFERENCE_LETTERS.length]).join('');
}

function securityHeaders({ publicUrl, loginOrigin }: HttpOptions) {
  const secure = publicUrl.protocol === 'https:';
  return {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'", 'https:', loginOrigin],
      },
    },
    strictTransportSecurity: secure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' as const },
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' as const },
  };
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * State changes come from our own pages only. A browser says so by `Sec-Fetch-Site` or `Origin`;
 * a request with neither is refused, as is any whose two tales differ.
 */
function assertSameOrigin(request: FastifyRequest, publicUrl: URL): void {
  if (SAFE_METHODS.has(request.method) || request.routeOptions.config.fromAnywhere) return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const originIsOurs = origin !== undefined && isOurs(origin, publicUrl);
  // With `Referrer-Policy: no-referrer` a form sends `Origin: null`: then the site alone speaks.
  const originSpeaks = origin !== undefined && origin !== 'null';
  const allowed = site === undefined ? originIsOurs : site === 'same-origin' && (!originSpeaks || originIsOurs);
  if (!allowed)
    throw new Failure(403, 'not_same_origin', 'This request did not come from a page of MEGDocs.', {
      remedy: `Open ${publicUrl.origin} and do it there.`,
    });
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isOurs(origin: string, publicUrl: URL): boolean {
  if (origin === publicUrl.origin) return true;
  const url = URL.parse(origin);
  // On one machine, localhost and 127.0.0.1 are the same server.
  return (
    url?.origin === origin &&
    LOOPBACK.has(url.hostname) &&
    LOOPBACK.has(publicUrl.hostname) &&
    url.port === publicUrl.port &&
    url.protocol === publicUrl.protocol
  );
}

/** The one translator from error to HTTP. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = toFailure(error);
  if (failure.status >= 500) request.log.error({ err: error }, 'a request failed');
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', Math.ceil(failure.retryAfterSeconds));
  const body: ErrorBody = {
    error: {
      code: failure.code,
      message: failure.message,
      remedy: failure.remedy,
      reference: request.id,
      fields: failure.fields,
      retryAfterSeconds: failure.retryAfterSeconds === undefined ? undefined : Math.ceil(failure.retryAfterSeconds),
    },
  };
  // Whoever sent a form or came back from Microsoft sees the answer itself, not a page of ours that reads it.
  if (wantsPage(request))
    return reply.status(failure.status).type('text/html; charset=utf-8').send(failurePage(failure, request.id));
  return reply.status(failure.status).type('application/json').send(JSON.stringify(body));
}

function wantsPage({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/api/') && /^text\/html\b/.test(headers.accept ?? '');
}

function toFailure(error: FastifyError): Failure {
  if (error instanceof Failure) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = Object.fromEntries(
      error.validation.map((issue) => [
        issue.instancePath.replace(/^\//, '') || 'request',
        issue.message ?? 'is not valid',
      ]),
    );
    return new Failure(
      400,
      'invalid_request',
      `Something in the request is not valid: ${Object.entries(fields)
        .map(([name, why]) => `${name}: ${why}`)
        .join('; ')}.`,
      { fields },
    );
  }
  if (error.statusCode === 413)
    return new Failure(413, 'too_large', 'The request is too large.', { remedy: 'Send less at once.' });
  if (error.statusCode === 429)
    return new Failure(429, 'too_many_requests', 'That was asked too often.', {
      remedy: 'Wait a minute, then try again.',
    });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Failure(error.statusCode, 'invalid_request', 'The request could not be read.', { cause: error });
  if (isDatabaseGone(error)) return databaseGone(error);
  return new Failure(500, 'internal', 'Something went wrong on our side. Nothing that was stored before is lost.', {
    remedy: 'Try again. If it stays, give your administrator the reference.',
    cause: error,
  });
}

/** A proxy or a registration may write the callback's path in capitals: Entra sends it back as it was registered. */
function callbackInAnyCase(url: string): string {
  const path = url.split('?', 1)[0] ?? url;
  const lower = path.toLowerCase();
  const isCallback = lower.replace(/\/?$/, '/') === routes.callback;
  return isCallback ? lower + url.slice(path.length) : url;
}
