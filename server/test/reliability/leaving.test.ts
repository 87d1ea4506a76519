import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { integrationOf, seedHospital } from './cast.ts';
import { type Pair, startPair } from './pair.ts';

const { author2, controller } = people;

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
  await seedHospital(pair);
});
afterAll(() => pair?.close());

/** Which transaction wrote the row last. */
async function writerOf(table: string, where: ReturnType<typeof sql>): Promise<string | undefined> {
  const found = await sql<{ writer: string }>`select xmin::text as writer from ${sql.table(table)} where ${where}
    order by id desc limit 1`.execute(pair.db);
  return found.rows[0]?.writer;
}

it('S65: who leaves loses every way to sign in at once, and then the tokens, each with its trail in one transaction', async () => {
  const [leaver, admin] = [await Browser.signIn(pair.a, author2), await Browser.signIn(pair.b, controller)];
  await leaver.connect(pair.b, author2);
  const id = await integrationOf(pair, author2.email);
  // A flow that is under way has sealed values of its own.
  const callback = await leaver.atMicrosoft(await leaver.press(pair.b), author2);
  const { id: personId } = JSON.parse((await leaver.get(pair.a, '/api/me')).text);
  expect((await admin.post(pair.b, `/api/people/${personId}/password-reset`, {})).status).toBe(201);

  expect((await admin.patch(pair.b, `/api/people/${personId}`, { deactivated: true })).status).toBe(200);
  for (const server of pair.both) expect((await leaver.get(server, '/api/me')).status).toBe(401);
  for (const table of ['sign_in_session', 'one_time_link'])
    expect((await sql`select id from ${sql.table(table)} where person_id = ${personId}`.execute(pair.db)).rows).toEqual(
      [],
    );
  expect(await writerOf('person', sql`id = ${personId}`)).toBe(
    await writerOf('audit_entry', sql`kind = 'person_deactivated' and detail ->> 'person' = ${personId}`),
  );

  await pair.a.endConnections();
  expect(await pair.row(id)).toMatchObject({ status: 'ended', sealed_access_token: null, sealed_refresh_token: null });
  expect(await writerOf('oauth2_integration', sql`id = ${id}`)).toBe(
    await writerOf('audit_entry', sql`kind = 'microsoft_disconnected' and detail ->> 'of' = ${personId}`),
  );
  pair.gate.forget();
  expect((await leaver.get(pair.b, callback)).location).toMatch(/^\/sign-in\//);
  await expect(leaver.signIn(pair.a, author2)).rejects.toThrow(/can't sign in/);
  for (const server of pair.both) expect(await server.ask([id])).toMatchObject([{ result: 'ended' }]);
  expect(pair.gate.tokenCalls()).toBe(0);
});
