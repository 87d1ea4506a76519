import {
  checkedIn,
  checkIn as checkInBody,
  decide as decideBody,
  discard as discardBody,
  editSession,
  editSessionQuery,
  editSessions,
  routes,
  settling,
  startEditing as startEditingBody,
  startedEditing,
} from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Failure, notFound } from '../platform/failures.ts';
import { checkIn } from './checking-in/check-in.ts';
import { checkInRoutes } from './checking-in/check-in-routes.ts';
import { closeUnchanged, discardEdits } from './ending/close-session.ts';
import { discardUndecided, recoverCheckpoint } from './ending/decision.ts';
import { endingRoutes } from './ending/routes.ts';
import { followUpRoutes } from './follow-ups/follow-up-routes.ts';
import { callLogRoutes } from './log/routes.ts';
import { checkpointRoutes } from './observing/checkpoint-routes.ts';
import { findCheckpoint } from './observing/checkpoint-store.ts';
import { liveRoutes } from './observing/live-routes.ts';
import { notificationRoutes } from './observing/notification-routes.ts';
import { askSettling } from './observing/settling.ts';
import { openingRoutes } from './opening/opening-routes.ts';
import { startEditing } from './opening/start-editing.ts';
import { tryNow } from './opening/try-now.ts';
import { presentSession, presentSessions, presentStart } from './presenter.ts';
import type { EditingRoom } from './room.ts';
import { findSession, listSessions, sessionsOfDocument } from './store.ts';
import { takingOverRoutes } from './taking-over/taking-over-routes.ts';
import { togetherRoutes } from './together/together-routes.ts';
import { assertController, assertSeesDrafts, visibleSession } from './visible.ts';
import { editingPolicyRoutes } from './word/policy-routes.ts';

const byId = z.object({ id: z.uuid() });
const done = z.object({ done: z.literal(true) });
const SESSIONS_SHOWN = 10;

export function editingRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  const signedIn = (request: Parameters<typeof room.accounts.signedIn>[0]) => room.accounts.signedIn(request);

  app.post(
    routes.documentEditSessions,
    { schema: { params: byId, body: startEditingBody, response: { 200: startedEditing } } },
    async (request) => {
      const person = await signedIn(request);
      const session = await startEditing(room, person, request.params.id, request.body.idempotencyKey);
      if (session.state !== 'starting' && session.state !== 'active' && session.state !== 'checking-in')
        throw new Failure(409, 'session_closed', 'This editing has ended already.', {
          remedy: 'Go back to the document and start anew.',
        });
      return presentStart(room, session);
    },
  );

  app.get(
    routes.documentEditSessions,
    { schema: { params: byId, response: { 200: editSessions } } },
    async (request) => {
      const person = await signedIn(request);
      await assertSeesDrafts(room, person, request.params.id);
      const rows = await sessionsOfDocument(room.db, request.params.id, SESSIONS_SHOWN);
      return { sessions: await presentSessions(room, person, rows) };
    },
  );

  app.get(
    routes.editSessions,
    { schema: { querystring: editSessionQuery, response: { 200: editSessions } } },
    async (request) => {
      const person = await signedIn(request);
      const { scope } = request.query;
      if (scope !== 'mine') assertController(person);
      const rows = await listSessions(room.db, {
        institutionId: person.institutionId,
        ...(scope === 'mine' ? { starterId: person.personId } : {}),
        ...(scope === 'decisions' ? { states: ['needs-a-decision'] as const } : {}),
      });
      return { sessions: await presentSessions(room, person, rows) };
    },
  );

  app.get(routes.editSession, { schema: { params: byId, response: { 200: editSession } } }, async (request) => {
    const person = await signedIn(request);
    return presentSession(room, person, await visibleSession(room, person, request.params.id));
  });

  app.post(routes.editSessionSettling, { schema: { params: byId, response: { 200: settling } } }, async (request) => {
    const person = await signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    if (session.starter_id !== person.personId) throw notFound('This check-in');
    return askSettling(room, session.id, person.personId);
  });

  app.post(
    routes.editSessionCheckIn,
    { schema: { params: byId, body: checkInBody, response: { 200: checkedIn } } },
    async (request) => {
      const person = await signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      return checkIn(room, person, session.id, request.body);
    },
  );

  app.post(routes.editSessionClose, { schema: { params: byId, response: { 200: done } } }, async (request) => {
    const person = await signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    await closeUnchanged(room, person, session.id);
    return { done: true as const };
  });

  app.post(
    routes.editSessionDiscard,
    { schema: { params: byId, body: discardBody, response: { 200: done } } },
    async (request) => {
      const person = await signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      await discardEdits(room, person, session.id, request.body.reason);
      return { done: true as const };
    },
  );

  app.post(routes.editSessionRetry, { schema: { params: byId, response: { 200: editSession } } }, async (request) => {
    const person = await signedIn(request);
    const session = await visibleSession(room, person, request.params.id);
    if (session.starter_id !== person.personId) assertController(person);
    await tryNow(room, session.id);
    return presentSession(room, person, (await findSession(room.db, session.id)) ?? session);
  });

  app.post(
    routes.editSessionDecision,
    { schema: { params: byId, body: decideBody, response: { 200: editSession } } },
    async (request) => {
      const person = await signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      assertController(person);
      if (request.body.decision === 'recover') await recoverCheckpoint(room, person, session.id, request.body);
      else await discardUndecided(room, person, session.id, request.body.reason);
      return presentSession(room, person, (await findSession(room.db, session.id)) ?? session);
    },
  );

  app.get(
    routes.checkpointContent,
    { schema: { params: byId.extend({ checkpointId: z.uuid() }) } },
    async (request, reply) => {
      const person = await signedIn(request);
      const session = await visibleSession(room, person, request.params.id);
      const checkpoint = await findCheckpoint(room.db, session.id, request.params.checkpointId);
      if (!checkpoint) throw notFound('This checkpoint');
      return room.documents.sendContent(reply, { ...checkpoint, fileName: session.file_name });
    },
  );

  togetherRoutes(fastify, room);
  takingOverRoutes(fastify, room);
  followUpRoutes(fastify, room);
  checkpointRoutes(fastify, room);
  liveRoutes(fastify, room);
  notificationRoutes(fastify, room);
  openingRoutes(fastify, room);
  checkInRoutes(fastify, room);
  editingPolicyRoutes(fastify, room);
  callLogRoutes(fastify, room);
  endingRoutes(fastify, room);
}
