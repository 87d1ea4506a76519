import { proposal, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound } from '../../platform/failures.ts';
import type { EditingRoom } from '../room.ts';
import { visibleSession } from '../visible.ts';
import { proposeCheckIn } from './propose-check-in.ts';

export function checkInRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  app.get(
    routes.editSessionProposal,
    { schema: { params: z.object({ id: z.uuid() }), response: { 200: proposal } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      if (session.starter_id !== person.personId) throw notFound('This check-in');
      return proposeCheckIn(room, session);
    },
  );
}
