import { type Opening, opening, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound } from '../../platform/failures.ts';
import type { EditingRoom } from '../room.ts';
import { isOpen } from '../states.ts';
import type { SessionRow } from '../store.ts';
import { visibleSession } from '../visible.ts';
import { findPreparation } from '../word/preparation-store.ts';
import { uploadedSoFar } from './upload-store.ts';

export function openingRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  app.get(
    routes.editSessionOpening,
    { schema: { params: z.object({ id: z.uuid() }), response: { 200: opening } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      if (session.starter_id !== person.personId) throw notFound('This opening');
      return presentOpening(room, session);
    },
  );
}

async function presentOpening(room: EditingRoom, session: SessionRow): Promise<Opening> {
  const upload = await uploadedSoFar(room.db, session.id);
  const preparation = await findPreparation(room.db, session.id);
  const open = isOpen(session.state);
  return {
    state: session.state === 'starting' ? 'starting' : open ? 'open' : 'closed',
    webUrl: open ? session.web_url : null,
    sentBytes: upload?.sentBytes ?? null,
    totalBytes: upload?.totalBytes ?? null,
    problem: session.problem,
    note: preparation?.left_alone ?? null,
  };
}
