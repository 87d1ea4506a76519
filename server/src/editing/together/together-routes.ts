import { joined, routes, together } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EditingRoom } from '../room.ts';
import { visibleSession } from '../visible.ts';
import { joinEditing, leaveEditing } from './join.ts';
import { presentTogether } from './present-together.ts';

const byId = z.object({ id: z.uuid() });
const done = z.object({ done: z.literal(true) });

export function togetherRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();

  app.get(routes.editSessionTogether, { schema: { params: byId, response: { 200: together } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    return presentTogether(room, person, await visibleSession(room, person, request.params.id));
  });

  app.post(routes.editSessionJoin, { schema: { params: byId, response: { 200: joined } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    return joinEditing(room, person, session.id);
  });

  app.post(routes.editSessionLeave, { schema: { params: byId, response: { 200: done } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    await leaveEditing(room, person, session.id);
    return { done: true as const };
  });
}
