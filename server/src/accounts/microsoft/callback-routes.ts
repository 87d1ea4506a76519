import { pages, routes } from '@megdocs/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../platform/failures.ts';
import type { Http } from '../../platform/http.ts';
import { readCookie } from '../sign-in/cookies.ts';
import { signedInOrNot, signInAfterMicrosoft } from './browser-request.ts';
import { finishConnecting } from './finish-connecting.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

/** Both spellings answer: the page that asked for it writes it with and without the final slash. */
export function callbackRoutes(http: Http, room: MicrosoftRoom): void {
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
  // Whoever approved by a link that was passed on began nothing here, and is perhaps nobody of ours.
  if (parameters.has('admin_consent') && !parameters.has('state')) return reply.redirect(approvalPage(parameters), 303);
  const person = await signedInOrNot(room, request);
  if (!person) return reply.redirect(signInAfterMicrosoft(), 303);
  if (!room.app) return reply.redirect(pages.microsoft, 303);
  const browserToken = readCookie(request, room.config.publicUrl, 'browser');
  const target = await finishConnecting(room, room.app, person, { parameters, browserToken, reference: request.id });
  return reply.redirect(target, 303);
}

/** With an error Microsoft sends `admin_consent=True` as well. */
function approvalPage(parameters: URLSearchParams): string {
  return parameters.has('error') ? `${pages.microsoftApproval}?declined` : pages.microsoftApproval;
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
