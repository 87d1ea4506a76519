import { editingPolicy, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import { assertAdmin } from '../visible.ts';
import { readEditingPolicy, writeEditingPolicy } from './policy-store.ts';

export function editingPolicyRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();
  const shown = { response: { 200: editingPolicy } };

  app.get(routes.editingPolicy, { schema: shown }, async (request) => {
    const person = await room.accounts.signedIn(request);
    assertAdmin(person);
    return readEditingPolicy(room.db, person.institutionId);
  });

  app.put(routes.editingPolicy, { schema: { body: editingPolicy, ...shown } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    assertAdmin(person);
    await inTransaction(room.db, async (tx) => {
      await writeEditingPolicy(tx, person.institutionId, request.body);
      await recordAudit(tx, {
        institutionId: person.institutionId,
        personId: person.personId,
        kind: 'editing_policy_changed',
        detail: request.body,
      });
    });
    return request.body;
  });
}
