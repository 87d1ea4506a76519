import { continueElsewhere as continueBody, continued, routes, successors } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EditingRoom } from '../room.ts';
import { visibleSession } from '../visible.ts';
import { continueElsewhere } from './continue-elsewhere.ts';
import { possibleSuccessors } from './successors.ts';

const byId = z.object({ id: z.uuid() });
const searchQuery = z.object({ search: z.string().max(100).default('') });

export function takingOverRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  const body = { params: byId, body: continueBody, response: { 200: continued } };

  app.get(
    routes.editSessionSuccessors,
    { schema: { params: byId, querystring: searchQuery, response: { 200: successors } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      return { people: await possibleSuccessors(room, person, session, request.query.search) };
    },
  );

  app.post(routes.editSessionTakeOver, { schema: body }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    return continueElsewhere(room, person, session.id, 'taken-over', request.body);
  });

  app.post(routes.editSessionHandOver, { schema: body }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    return continueElsewhere(room, person, session.id, 'handed-over', request.body);
  });
}
