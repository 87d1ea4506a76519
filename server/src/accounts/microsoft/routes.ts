import * as contract from '@megdocs/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Failure, notFound } from '../../platform/failures.ts';
import type { Http } from '../../platform/http.ts';
import type { SignedIn } from '../room.ts';
import { readCookie, writeCookie } from '../sign-in/cookies.ts';
import { disconnect } from './disconnect.ts';
import { finishConnecting } from './finish-connecting.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { presentIntegration } from './presenter.ts';
import { readOutcome } from './read-outcome.ts';
import { localPath } from './return-to.ts';
import { startConnecting } from './start-connecting.ts';

const { routes, pages } = contract;
const BROWSER_COOKIE_SECONDS = 400 * 24 * 3600;
const connectForm = z.object({ returnTo: z.string().max(2000).optional().catch(undefined) }).nullish();
const disconnectForm = z.object({ when: z.enum(['now', 'cleaned-up']).default('now') }).nullish();

export function microsoftRoutes(http: Http, room: MicrosoftRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.integration, { schema: { response: { 200: contract.microsoftIntegration } } }, async (request) =>
    presentIntegration(room, await room.signedIn(request)),
  );
  app.get(
    routes.connectOutcome,
    { schema: { params: z.object({ id: z.string().max(50) }), response: { 200: contract.connectOutcome } } },
    async (request) => {
      const outcome = await readOutcome(room, await room.signedIn(request), request.params.id);
      if (!outcome) throw notFound('This result');
      return outcome;
    },
  );
  app.post(
    routes.connect,
    { schema: { body: connectForm }, config: { rateLimit: perPerson(room, 30) } },
    async (request, reply) => {
      const person = await signedInOrNot(room, request);
      if (!person) return reply.redirect(signInPage(), 303);
      if (!room.app) return reply.redirect(pages.microsoft, 303);
      const browserToken = readCookie(request, room.config.publicUrl, 'browser') ?? room.random.token();
      writeCookie(reply, room.config.publicUrl, 'browser', browserToken, BROWSER_COOKIE_SECONDS);
      const returnTo = localPath(request.body?.returnTo);
      const target = await startConnecting(room, room.app, person, { browserToken, returnTo, reference: request.id });
      return reply.redirect(target, 303);
    },
  );
  app.post(routes.disconnect, { schema: { body: disconnectForm } }, async (request, reply) => {
    const person = await signedInOrNot(room, request);
    if (!person) return reply.redirect(signInPage(), 303);
    await disconnect(room, person, request.body?.when ?? 'now');
    return reply.redirect(pages.microsoft, 303);
  });
  callbackRoutes(http, room);
}

/** Both spellings answer: the page that asked for it writes it with and without the final slash. */
function callbackRoutes(http: Http, room: MicrosoftRoom): void {
  const perAddress = { max: 300, timeWindow: '1 minute' };
  for (const url of [routes.callback, routes.callback.replace(/\/$/, '')]) {
    http.get(url, {
      exposeHeadRoute: false,
      config: { rateLimit: perAddress },
      handler: (request, reply) => answerCallback(room, request, reply),
    });
    http.route({
      method: ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async (_request, reply) => {
        keepSecret(reply).header('allow', 'GET');
        throw new Failure(405, 'invalid_request', 'Microsoft sends the browser here by GET only.');
      },
    });
  }
}

async function answerCallback(room: MicrosoftRoom, request: FastifyRequest, reply: FastifyReply) {
  keepSecret(reply);
  if (isPrefetch(request))
    throw new Failure(503, 'unavailable', 'This page is not loaded ahead of time.', { remedy: 'Open it.' });
  const { searchParams: parameters } = new URL(request.raw.url ?? '', room.config.publicUrl);
  const person = await signedInOrNot(room, request);
  if (!person) return reply.redirect(signInPage(), 303);
  // An administrator who approved for the tenant comes back without a code: there is nothing to redeem.
  const approved = parameters.has('admin_consent') && !parameters.has('error') && !parameters.has('code');
  if (approved || !room.app) return reply.redirect(pages.microsoft, 303);
  const browserToken = readCookie(request, room.config.publicUrl, 'browser');
  const target = await finishConnecting(room, room.app, person, { parameters, browserToken, reference: request.id });
  return reply.redirect(target, 303);
}

/** The address holds a code and a state: it is neither stored nor passed on as a referrer. */
function keepSecret(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
}

function isPrefetch({ headers }: FastifyRequest): boolean {
  return [headers['sec-purpose'], headers.purpose, headers['x-purpose'], headers['x-moz']].some((value) =>
    String(value ?? '').includes('prefetch'),
  );
}

async function signedInOrNot(room: MicrosoftRoom, request: FastifyRequest): Promise<SignedIn | undefined> {
  try {
    return await room.signedIn(request);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_signed_in') return undefined;
    throw error;
  }
}

function signInPage(): string {
  return `${pages.signIn}?returnTo=${encodeURIComponent(pages.microsoft)}`;
}

/** Whoever starts too many flows harms nobody else. */
function perPerson(room: MicrosoftRoom, max: number) {
  return {
    max,
    timeWindow: '1 minute',
    keyGenerator: async (request: FastifyRequest) => (await signedInOrNot(room, request))?.personId ?? request.ip,
  };
}
