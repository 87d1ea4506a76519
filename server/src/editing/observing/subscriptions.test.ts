import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { readConfig } from '../../config.ts';

const PATH = '/api/microsoft/notifications';
let scene: EditingScene;
let url: string;

beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}${PATH}`;
  scene = await editingScene({ MICROSOFT_NOTIFICATION_URL: url });
  await scene.server.app.http.listen({ port, host: '127.0.0.1' });
});
afterEach(() => scene.close());

describe('E5: change notifications', () => {
  test('one subscription a drive, and a save is looked at without waiting', async () => {
    const id = await scene.open();
    await (await scene.beside()).open();
    await quiet();
    expect(scene.emulator.control.subscriptions()).toHaveLength(1);
    await scene.save('heard of at once', undefined, await copyOf(id));
    await expect.poll(isDue).toBe(true);
    await scene.server.app.editing.tend();
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });

  test('what is forged, unknown or no notification is answered alike and does nothing', async () => {
    await scene.open();
    await quiet();
    const { subscription_id: subscriptionId } = await row();
    const bodies = [
      JSON.stringify({ value: [{ subscriptionId, clientState: 'guessed' }] }),
      JSON.stringify({ value: [{ subscriptionId }] }),
      JSON.stringify({ value: [{ subscriptionId, lifecycleEvent: 'subscriptionRemoved', clientState: 'x' }] }),
      JSON.stringify({ value: [{ subscriptionId: 'unknown', clientState: 'x' }] }),
      '{"value":',
      '\u0000',
      '',
    ];
    for (const body of bodies) {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      expect([answer.status, await answer.text()]).toEqual([202, '']);
    }
    await settled();
    expect(await isDue()).toBe(false);
    expect((await row()).subscription_id).toBe(subscriptionId);
  });

  test('the handshake gives the token back as text, letter for letter', async () => {
    const token = '<script>alert(1)</script> ü+%26';
    const answer = await fetch(`${url}?validationToken=${encodeURIComponent(token)}`, { method: 'POST' });
    expect(await answer.text()).toBe(token);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('its secret is nowhere in the database', async () => {
    await scene.open();
    await quiet();
    const answer = await (await scene.graph()).request('GET', '/subscriptions');
    const { value } = await answer.json<{ value: { clientState: string }[] }>();
    const secret = String(value[0]?.clientState);
    const stored = JSON.stringify(await row());
    expect(secret).toHaveLength(43);
    expect(stored).not.toContain(secret);
    expect(scene.server.logged()).not.toContain(secret);
  });

  test('is renewed long before it ends, and made anew when it has ended all the same', async () => {
    await scene.open();
    await quiet();
    const first = (await row()).expires_at;
    await scene.pass(36 * 3600);
    await scene.pass(60);
    expect((await row()).expires_at?.getTime()).toBeGreaterThan(first?.getTime() ?? 0);
    const { subscription_id: before } = await row();
    await scene.pass(71 * 3600);
    for (let round = 0; round < 3; round++) await scene.pass(60);
    const after = await row();
    expect(after.subscription_id).not.toBeNull();
    expect(scene.emulator.control.subscriptions().map(({ id }) => id)).toContain(after.subscription_id);
    expect(before).not.toBeNull();
  });

  test('ends when nothing is open in the drive any more', async () => {
    const id = await scene.open();
    await quiet();
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'not wanted' });
    await scene.pass(5);
    await scene.pass(5);
    expect(scene.emulator.control.subscriptions()).toEqual([]);
    expect(await scene.server.db.selectFrom('drive_subscription').selectAll().execute()).toEqual([]);
  });

  test('C9: ends before the tokens are erased', async () => {
    await scene.open();
    await quiet();
    await scene.author.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
    expect(scene.emulator.control.subscriptions()).toEqual([]);
  });

  test('a handshake that fails costs nothing but the notifications', async () => {
    await scene.server.db.deleteFrom('drive_subscription').execute();
    scene.fault({ method: 'POST', path: '/subscriptions' }, { graphError: 'accessDenied' }, { times: 1 });
    const id = await scene.open();
    await quiet();
    expect((await row()).problem).toContain('Files.ReadWrite.All');
    await scene.save('found all the same', undefined, await copyOf(id));
    await scene.pass(61);
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });
});

test('E5: without a public https address, and with the least privilege, nothing is asked for', () => {
  const address = (variables: Record<string, string>) =>
    readConfig(
      {
        TOKEN_KEYS: `test:${'A'.repeat(43)}=`,
        MICROSOFT_CLIENT_ID: '3e5ad2b4-7c16-4d0f-9a38-61b7f2c94d55',
        MICROSOFT_CLIENT_SECRET: 'none',
        ...variables,
      },
      { demo: true },
    ).microsoft?.notificationUrl?.href;
  expect(address({ PUBLIC_URL: 'http://localhost:3000' })).toBeUndefined();
  expect(address({ PUBLIC_URL: 'https://localhost:3000' })).toBeUndefined();
  const publicUrl = 'https://docs.hospital.example';
  expect(address({ PUBLIC_URL: publicUrl })).toBe(`${publicUrl}${PATH}`);
  expect(address({ PUBLIC_URL: publicUrl, MICROSOFT_FILES_SCOPE: 'Files.ReadWrite' })).toBeUndefined();
});

async function quiet(): Promise<void> {
  for (let round = 0; round < 3; round++) await scene.pass(5);
  await scene.pass(1900);
  for (let round = 0; round < 6; round++) await scene.pass(61);
  await settled();
}

/** All notifications that were under way have arrived. */
async function settled(): Promise<void> {
  await expect
    .poll(isDue)
    .toBe(false)
    .catch(() => {});
}

async function isDue(): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`select next_look_at <= app_now() as due from observed_drive`.execute(
    scene.server.db,
  );
  return rows.some(({ due }) => due);
}

const row = () => scene.server.db.selectFrom('drive_subscription').selectAll().executeTakeFirstOrThrow();

async function copyOf(sessionId: string): Promise<{ driveId: string; itemId: string }> {
  const found = await scene.server.db
    .selectFrom('edit_session')
    .select(['drive_id', 'item_id'])
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  return { driveId: String(found.drive_id), itemId: String(found.item_id) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
