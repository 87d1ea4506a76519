import {
  adoptDraft as adoptDraftBody,
  dismissDraft as dismissDraftBody,
  followUpDraft,
  followUpDrafts,
  routes,
} from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { presentDraft } from '../presenter.ts';
import type { EditingRoom } from '../room.ts';
import { assertSeesDrafts } from '../visible.ts';
import { draftsOfDocument } from './draft-store.ts';
import { adoptDraft, dismissDraft, lookAtDraft } from './follow-up.ts';

const byId = z.object({ id: z.uuid() });
const done = z.object({ done: z.literal(true) });
const version = z.object({ version: z.string() });

export function followUpRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();

  app.get(
    routes.documentFollowUpDrafts,
    { schema: { params: byId, response: { 200: followUpDrafts } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      await assertSeesDrafts(room, person, request.params.id);
      const rows = await draftsOfDocument(room.db, request.params.id);
      return { drafts: await Promise.all(rows.map((row) => presentDraft(room, person, row))) };
    },
  );

  app.get(routes.followUpDraft, { schema: { params: byId, response: { 200: followUpDraft } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    return presentDraft(room, person, await lookAtDraft(room, person, request.params.id));
  });

  app.get(routes.followUpDraftContent, { schema: { params: byId } }, async (request, reply) => {
    const person = await room.accounts.signedIn(request);
    const draft = await lookAtDraft(room, person, request.params.id);
    const fileName = await room.documents.fileNameOf(room.db, draft.follows_version_id);
    return room.documents.sendContent(reply, { ...draft, fileName });
  });

  app.post(
    routes.followUpDraftAdopt,
    { schema: { params: byId, body: adoptDraftBody, response: { 200: version } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      return { version: await adoptDraft(room, person, request.params.id, request.body) };
    },
  );

  app.post(
    routes.followUpDraftDismiss,
    { schema: { params: byId, body: dismissDraftBody, response: { 200: done } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      await dismissDraft(room, person, request.params.id, request.body.reason);
      return { done: true as const };
    },
  );
}
