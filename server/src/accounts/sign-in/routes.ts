import * as contract from '@megdocs/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import type { Http } from '../../platform/http.ts';
import { acceptLink, findLink } from '../links/accept-link.ts';
import { updatePersonRow } from '../people/people-store.ts';
import { presentMe } from '../people/presenter.ts';
import type { AccountsRoom } from '../room.ts';
import { changePassword } from './change-password.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';
import { describeBrowser } from './describe-browser.ts';
import { endSession } from './end-session.ts';
import { personOfSession } from './request.ts';
import { listLiveSessions } from './session-store.ts';
import { signIn, type Visitor } from './sign-in.ts';

const { routes } = contract;
const withToken = z.object({ token: z.string().max(100) });

export function signInRoutes(http: Http, room: AccountsRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  const { publicUrl } = room.config;
  app.post(
    routes.session,
    { schema: { body: contract.signInRequest, response: { 200: contract.me } } },
    async (request, reply) => {
      const token = await signIn(room, request.body, visitorOf(room, request));
      return welcome(room, reply, token);
    },
  );
  app.delete(routes.session, async (request, reply) => {
    const person = await room.signedIn(request);
    await endSession(room, person, person.sessionId);
    dropCookie(reply, publicUrl, 'session');
    return reply.status(204).send();
  });
  app.get(routes.link, { schema: { params: withToken, response: { 200: contract.linkDetails } } }, async (request) => {
    const { purpose, institution, name, email } = await findLink(room, request.params.token);
    return { purpose, institution, name, email };
  });
  app.post(
    routes.link,
    { schema: { params: withToken, body: contract.acceptLink, response: { 200: contract.me } } },
    async (request, reply) => {
      const token = await acceptLink(room, request.params.token, request.body, visitorOf(room, request));
      return welcome(room, reply, token);
    },
  );
}

export function myRoutes(http: Http, room: AccountsRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.me, { schema: { response: { 200: contract.me } } }, async (request) =>
    presentMe(room.db, await room.signedIn(request)),
  );
  app.patch(routes.me, { schema: { body: contract.updateMe, response: { 200: contract.me } } }, async (request) => {
    const person = await room.signedIn(request);
    const { name } = request.body;
    if (name !== undefined && name !== person.name)
      await inTransaction(room.db, async (tx) => {
        await updatePersonRow(tx, person.personId, { name });
        await recordAudit(tx, {
          institutionId: person.institutionId,
          personId: person.personId,
          kind: 'person_changed',
          detail: { person: person.personId, name: { from: person.name, to: name } },
        });
      });
    return presentMe(room.db, person);
  });
  app.post(routes.myPassword, { schema: { body: contract.changePassword } }, async (request, reply) => {
    await changePassword(room, await room.signedIn(request), request.body, request.ip);
    return reply.status(204).send();
  });
  app.get(routes.mySessions, { schema: { response: { 200: contract.signInSessions } } }, async (request) => {
    const person = await room.signedIn(request);
    const rows = await listLiveSessions(room.db, person.personId);
    const sessions = rows.map((row) => ({
      id: row.id,
      current: row.id === person.sessionId,
      browser: row.browser,
      address: row.address,
      startedAt: row.started_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
    }));
    return { sessions };
  });
  app.delete(routes.mySession, { schema: { params: z.object({ id: z.uuid() }) } }, async (request, reply) => {
    const person = await room.signedIn(request);
    await endSession(room, person, request.params.id);
    if (request.params.id === person.sessionId) dropCookie(reply, room.config.publicUrl, 'session');
    return reply.status(204).send();
  });
}

function visitorOf(room: AccountsRoom, request: FastifyRequest): Visitor {
  return {
    address: request.ip,
    browser: describeBrowser(request.headers['user-agent']),
    oldToken: readCookie(request, room.config.publicUrl, 'session'),
  };
}

async function welcome(room: AccountsRoom, reply: FastifyReply, token: string) {
  writeCookie(reply, room.config.publicUrl, 'session', token);
  return presentMe(room.db, await personOfSession(room, token));
}
