import * as contract from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound } from '../../platform/failures.ts';
import type { Http } from '../../platform/http.ts';
import type { AccountsRoom } from '../room.ts';
import { changePerson } from './change-person.ts';
import { addTeam, deleteTeam } from './change-teams.ts';
import { invitePerson, issuePasswordReset, renewInvitation } from './invite-person.ts';
import { presentNames, presentPeople } from './presenter.ts';
import { isAdmin } from './rights.ts';
import { teamsWithCounts } from './team-store.ts';

const { routes } = contract;
const byId = z.object({ id: z.uuid() });

export function peopleRoutes(http: Http, room: AccountsRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.people, { schema: { response: { 200: contract.people } } }, async (request) => {
    const person = await room.signedIn(request);
    const present = isAdmin(person) ? presentPeople : presentNames;
    return { people: await present(room.db, person.institutionId) };
  });
  app.patch(
    routes.person,
    { schema: { params: byId, body: contract.updatePerson, response: { 200: contract.person } } },
    async (request) => {
      const by = await room.signedIn(request);
      await changePerson(room, by, request.params.id, request.body);
      const people = await presentPeople(room.db, by.institutionId);
      const changed = people.find((person) => person.id === request.params.id);
      if (!changed) throw notFound('This person');
      return changed;
    },
  );
  app.post(
    routes.invitations,
    { schema: { body: contract.invite, response: { 201: contract.oneTimeLink } } },
    async (request, reply) => {
      const link = await invitePerson(room, await room.signedIn(request), request.body);
      return reply.status(201).send(link);
    },
  );
  app.post(
    routes.personInvitation,
    { schema: { params: byId, response: { 201: contract.oneTimeLink } } },
    async (request, reply) => {
      const link = await renewInvitation(room, await room.signedIn(request), request.params.id);
      return reply.status(201).send(link);
    },
  );
  app.post(
    routes.personPasswordReset,
    { schema: { params: byId, response: { 201: contract.oneTimeLink } } },
    async (request, reply) => {
      const link = await issuePasswordReset(room, await room.signedIn(request), request.params.id);
      return reply.status(201).send(link);
    },
  );
}

export function teamRoutes(http: Http, room: AccountsRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.teams, { schema: { response: { 200: contract.teams } } }, async (request) => {
    const { institutionId } = await room.signedIn(request);
    return { teams: await teamsWithCounts(room.db, institutionId) };
  });
  app.post(
    routes.teams,
    { schema: { body: contract.newTeam, response: { 201: contract.team } } },
    async (request, reply) =>
      reply.status(201).send(await addTeam(room, await room.signedIn(request), request.body.name)),
  );
  app.delete(routes.team, { schema: { params: byId } }, async (request, reply) => {
    await deleteTeam(room, await room.signedIn(request), request.params.id);
    return reply.status(204).send();
  });
}
