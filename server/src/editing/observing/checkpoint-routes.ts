import { recoveredVersion, recoverVersion as recoverVersionBody, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EditingRoom } from '../room.ts';
import { visibleSession } from '../visible.ts';
import { recoverVersion } from './recover-version.ts';

const byIds = z.object({ id: z.uuid(), checkpointId: z.uuid() });

export function checkpointRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  fastify
    .withTypeProvider<ZodTypeProvider>()
    .post(
      routes.checkpointRecover,
      { schema: { params: byIds, body: recoverVersionBody, response: { 200: recoveredVersion } } },
      async (request) => {
        const person = await room.accounts.signedIn(request);
        const { id, checkpointId } = request.params;
        const session = await visibleSession(room, person, id);
        const { summary } = request.body;
        return { version: await recoverVersion(room, person, session, { checkpointId, summary }) };
      },
    );
}
