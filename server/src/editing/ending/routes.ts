import { endingPolicy, onSessions, onSessionsDone, routes, workCounts } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import { assertAdmin, assertController, visibleSession } from '../visible.ts';
import { desktopLink } from './desktop-link.ts';
import { orderOnSessions } from './order-on-sessions.ts';
import { endingPolicyOf, putEndingPolicy } from './policy-store.ts';
import { countWork } from './work-store.ts';

/** Ends of several sessions at once, how an institution wants them, and how much of all that waits. */
export function endingRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();

  app.post(routes.onSessions, { schema: { body: onSessions, response: { 200: onSessionsDone } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    assertController(person);
    return { results: await orderOnSessions(room, person, request.body) };
  });

  app.get(routes.workCounts, { schema: { response: { 200: workCounts } } }, async (request) =>
    countWork(room.db, await room.accounts.signedIn(request)),
  );

  app.get(
    routes.editSessionDesktopLink,
    { schema: { params: z.object({ id: z.uuid() }), response: { 200: z.object({ url: z.string() }) } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      return { url: await desktopLink(room, person, session) };
    },
  );

  app.get(routes.endingPolicy, { schema: { response: { 200: endingPolicy } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    assertAdmin(person);
    return endingPolicyOf(room.db, person.institutionId);
  });

  app.put(routes.endingPolicy, { schema: { body: endingPolicy, response: { 200: endingPolicy } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    assertAdmin(person);
    await inTransaction(room.db, async (tx) => {
      const before = await endingPolicyOf(tx, person.institutionId);
      await putEndingPolicy(tx, person.institutionId, request.body);
      await recordAudit(tx, {
        institutionId: person.institutionId,
        personId: person.personId,
        kind: 'ending_policy_changed',
        detail: { before, after: request.body },
      });
    });
    return endingPolicyOf(room.db, person.institutionId);
  });
}
