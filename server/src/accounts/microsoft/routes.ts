import * as contract from '@megdocs/contract';
import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound } from '../../platform/failures.ts';
import type { Http } from '../../platform/http.ts';
import { readCookie } from '../sign-in/cookies.ts';
import { administrationRoutes } from './administration-routes.ts';
import { answerHeldAccount } from './answer-held.ts';
import { keepBrowserToken, signedInOrNot, signInPage } from './browser-request.ts';
import { callbackRoutes } from './callback-routes.ts';
import { disconnect } from './disconnect.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { presentIntegration } from './presenter.ts';
import { readOutcome } from './read-outcome.ts';
import { localPath } from './return-to.ts';
import { startConnecting } from './start-connecting.ts';

const { routes, pages } = contract;
const connectForm = z.object({ returnTo: z.string().max(2000).optional().catch(undefined) }).nullish();
const heldForm = z.object({ answer: z.enum(['use', 'keep']) }).nullish();
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
      const browserToken = keepBrowserToken(room, request, reply);
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
  app.post(
    routes.heldAccount,
    { schema: { params: z.object({ id: z.uuid() }), body: heldForm } },
    async (request, reply) => {
      const person = await signedInOrNot(room, request);
      if (!person) return reply.redirect(signInPage(), 303);
      const browserToken = readCookie(request, room.config.publicUrl, 'browser');
      const use = request.body?.answer === 'use';
      const answer = { id: request.params.id, use, browserToken, reference: request.id };
      return reply.redirect(await answerHeldAccount(room, person, answer), 303);
    },
  );
  administrationRoutes(http, room);
  callbackRoutes(http, room);
}

/** Whoever starts too many flows harms nobody else. */
function perPerson(room: MicrosoftRoom, max: number) {
  return {
    max,
    timeWindow: '1 minute',
    keyGenerator: async (request: FastifyRequest) => (await signedInOrNot(room, request))?.personId ?? request.ip,
  };
}
