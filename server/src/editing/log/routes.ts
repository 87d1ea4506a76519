import { Readable } from 'node:stream';
import { onedriveCalls, onedriveCallsOfQuery, onedriveCallsQuery, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { SignedIn } from '../../accounts/index.ts';
import type { EditingRoom } from '../room.ts';
import { assertAdmin } from '../visible.ts';
import { type CallFilter, listCalls } from './call-store.ts';
import { CALLS_KEPT_DAYS } from './keep-call-log.ts';
import { callsAsCsv, presentCall } from './present-call.ts';

const PAGE = 100;
const CSV_PAGE = 1000;

/** "What MEGDocs did in your OneDrive": for the person, and for the institution's administrators. */
export function callLogRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>();

  app.get(
    routes.myOnedriveCalls,
    { schema: { querystring: onedriveCallsQuery, response: { 200: onedriveCalls } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      return page(room, person, { ...request.query, personId: person.personId });
    },
  );

  app.get(
    routes.onedriveCalls,
    { schema: { querystring: onedriveCallsOfQuery, response: { 200: onedriveCalls } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      assertAdmin(person);
      return page(room, person, request.query);
    },
  );

  app.get(
    routes.onedriveCallsCsv,
    { schema: { querystring: z.object({ personId: z.uuid().optional() }) } },
    async (request, reply) => {
      const person = await room.accounts.signedIn(request);
      assertAdmin(person);
      await room.calls.flush();
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="what-megdocs-did-in-onedrive.csv"')
        .send(Readable.from(csv(room, person, request.query)));
    },
  );
}

interface Wish {
  before?: number | undefined;
  personId?: string | undefined;
}

async function page(room: EditingRoom, person: SignedIn, wish: Wish) {
  await room.calls.flush();
  const rows = await listCalls(room.db, { ...filterOf(person, wish), limit: PAGE });
  return {
    calls: rows.map(presentCall),
    before: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null,
    keptDays: CALLS_KEPT_DAYS,
  };
}

function filterOf(person: SignedIn, { before, personId }: Wish): Omit<CallFilter, 'limit'> {
  return {
    institutionId: person.institutionId,
    ...(before === undefined ? {} : { before }),
    ...(personId ? { personId } : {}),
  };
}

/** In pieces, so that ninety days of a large institution never lie in memory. */
async function* csv(room: EditingRoom, person: SignedIn, wish: Wish): AsyncGenerator<string> {
  let before: number | undefined;
  for (let first = true; ; first = false) {
    const rows = await listCalls(room.db, { ...filterOf(person, { ...wish, before }), limit: CSV_PAGE });
    const text = callsAsCsv(rows);
    yield first ? text : text.slice(text.indexOf('\n') + 1);
    if (rows.length < CSV_PAGE) return;
    before = rows.at(-1)?.id;
  }
}
