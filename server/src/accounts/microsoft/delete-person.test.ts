import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
  await scene.connect(await scene.server.signIn('author'), people.author);
});
afterAll(() => scene.close());

const row = () =>
  scene.server.db.selectFrom('person').selectAll().where('email', '=', people.author.email).executeTakeFirstOrThrow();
const integration = () => scene.server.db.selectFrom('oauth2_integration').selectAll().executeTakeFirstOrThrow();

it('S65: deleting somebody erases sign-in and tokens together; id and name stay', async () => {
  const { db } = scene.server;
  const { id, name } = await row();
  const admin = await scene.server.signIn('controller');
  expect((await admin.delete(`/api/people/${id}`)).statusCode).toBe(409);
  await admin.patch(`/api/people/${id}`, { deactivated: true });
  expect(await integration()).toMatchObject({ status: 'connected' });

  // If anything of it fails, nothing of it has happened.
  const trigger = 'create trigger no_sessions before update of password_hash on person for each row execute function';
  await sql.raw(`create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`).execute(db);
  await sql.raw(`${trigger} refuse()`).execute(db);
  expect((await admin.delete(`/api/people/${id}`)).statusCode).toBe(500);
  expect((await integration()).sealed_refresh_token).not.toBeNull();
  expect((await row()).password_hash).not.toBeNull();
  await sql.raw('drop trigger no_sessions on person').execute(db);

  expect((await admin.delete(`/api/people/${id}`)).statusCode).toBe(204);
  expect(await integration()).toMatchObject({ status: 'ended', sealed_access_token: null, sealed_refresh_token: null });
  expect(await row()).toMatchObject({ id, name, password_hash: null, roles: [] });
  for (const table of ['sign_in_session', 'one_time_link', 'pending_authorization'] as const)
    expect(await db.selectFrom(table).select('id').where('person_id', '=', id).execute()).toEqual([]);
  const told = await db.selectFrom('audit_entry').select('detail').where('kind', '=', 'person_deleted').execute();
  expect(told).toEqual([{ detail: { person: id, account: people.author.email } }]);
});

it('S65: only administrators may, and of their own institution alone', async () => {
  const { id } = await row();
  expect((await (await scene.server.signIn('reader')).delete(`/api/people/${id}`)).statusCode).toBe(403);
  expect((await (await scene.server.signIn('riversideController')).delete(`/api/people/${id}`)).statusCode).toBe(404);
});
