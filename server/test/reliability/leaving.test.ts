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

/** The trail takes no entry of this kind, until the answer is called: whatever is written with it must fail too. */
async function refuseEntries(kind: string): Promise<() => Promise<void>> {
  const run = (text: string) => sql.raw(text).execute(pair.db);
  await run(`create function refuse_entry() returns trigger language plpgsql as
    $$ begin raise 'the trail takes no entry'; end $$`);
  await run(`create trigger refuse_entry before insert on audit_entry for each row
    when (new.kind = '${kind}') execute function refuse_entry()`);
  return async () => void (await run('drop function refuse_entry cascade'));
}

it('S65: who leaves loses every way to sign in at once, and then the tokens, each with its trail in one transaction', async () => {
  const [leaver, admin] = [await Browser.signIn(pair.a, author2), await Browser.signIn(pair.b, controller)];
  await leaver.connect(pair.b, author2);
  const id = await integrationOf(pair, author2.email);
  // A flow that is under way has sealed values of its own.
  const callback = await leaver.atMicrosoft(await leaver.press(pair.b), author2);
  const { id: personId } = JSON.parse((await leaver.get(pair.a, '/api/me')).text);
  expect((await admin.post(pair.b, `/api/people/${personId}/password-reset`, {})).status).toBe(201);

  const deactivate = () => admin.patch(pair.b, `/api/people/${personId}`, { deactivated: true });
  const withoutTrail = await refuseEntries('person_deactivated');
  expect((await deactivate()).status).toBe(500);
  expect((await leaver.get(pair.a, '/api/me')).status).toBe(200);
  await withoutTrail();
  expect((await deactivate()).status).toBe(200);
  for (const server of pair.both) expect((await leaver.get(server, '/api/me')).status).toBe(401);
  for (const table of ['sign_in_session', 'one_time_link'])
    expect((await sql`select id from ${sql.table(table)} where person_id = ${personId}`.execute(pair.db)).rows).toEqual(
      [],
    );

  const again = await refuseEntries('microsoft_disconnected');
  await pair.a.endConnections();
  expect(await pair.row(id)).toMatchObject({ status: 'connected' });
  await again();
  await pair.a.endConnections();
  expect(await pair.row(id)).toMatchObject({ status: 'ended', sealed_access_token: null, sealed_refresh_token: null });
  pair.gate.forget();
  expect((await leaver.get(pair.b, callback)).location).toMatch(/^\/sign-in\//);
  await expect(leaver.signIn(pair.a, author2)).rejects.toThrow(/can't sign in/);
  for (const server of pair.both) expect(await server.ask([id])).toMatchObject([{ result: 'ended' }]);
  expect(pair.gate.tokenCalls()).toBe(0);
});
