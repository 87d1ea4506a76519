import { expect, test } from 'vitest';
import { fails, reasonOf, tokens, vaultWorld } from '../../test/vault-world.ts';

const world = vaultWorld();
const { advance, connected, sent, startProcess, store } = world;

test('R15, B26: a refused app credential changes no connection, asks seldom, and mends by itself', async () => {
  const ids = await Promise.all(['a', 'b', 'c'].map((id) => connected(-1, id)));
  world.platform = fails('app', 'client_credential_refused', { aadsts: 7000222 });
  const vault = startProcess();
  for (const id of ids) expect(await reasonOf(vault.accessToken(id))).toBe('app_misconfigured');
  expect(sent).toHaveLength(1);
  for (const id of ids) {
    expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0, version: 1 });
  }
  world.platform = async () => tokens('new');
  advance(31);
  for (const id of ids) expect(await vault.accessToken(id)).toBe('access-new');
});

test("R15, B26: every one of the app's faults leaves connections and their back-off alone, and is named to the next", async () => {
  for (const code of ['app_not_found', 'app_misconfigured', 'client_credential_invalid', 'clock_wrong'] as const) {
    const id = await connected(-1, code);
    world.platform = fails('app', code);
    const vault = startProcess();
    for (let caller = 0; caller < 3; caller++) expect(await reasonOf(vault.accessToken(id))).toBe('app_misconfigured');
    expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0, version: 1 });
    expect((await store.read(id))?.nextAttemptInSeconds).toBeLessThanOrEqual(0);
    expect((await store.read(id))?.leaseSecondsLeft).toBeLessThanOrEqual(0);
  }
  expect(sent).toHaveLength(4);
});

test('R15: the alarm rings once, is not waited for, and says when the app is accepted again', async () => {
  const rung: string[] = [];
  const ids = await Promise.all(['a', 'b'].map((id) => connected(-1, id)));
  const vault = startProcess({
    onAppFault: ({ aadsts }) => {
      rung.push(`fault ${aadsts}`);
      throw new Error('the alarm is broken');
    },
    onAppMended: () => rung.push('mended'),
  });
  world.platform = fails('app', 'client_credential_refused', { aadsts: 7000222 });
  for (let minute = 0; minute < 5; minute++) {
    for (const id of ids) expect(await reasonOf(vault.accessToken(id))).toBe('app_misconfigured');
    advance(60);
  }
  expect(sent).toHaveLength(5);
  world.platform = async () => tokens('new');
  expect(await vault.accessToken('a')).toBe('access-new');
  expect(rung).toEqual(['fault 7000222', 'mended']);
});

test('R15: of a crowd that waited out the pause one asks, the others are told', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => connected(-1, `c${n}`)));
  const vault = startProcess();
  world.platform = fails('app', 'client_credential_refused');
  await Promise.allSettled(ids.map((id) => vault.accessToken(id)));
  advance(31);
  sent.length = 0;
  const reasons = await Promise.all(ids.map((id) => reasonOf(vault.accessToken(id))));
  expect(new Set(reasons)).toEqual(new Set(['app_misconfigured']));
  expect(sent).toHaveLength(1);
});

test('R15: where one tenant does not know the app, connections of another go on', async () => {
  const lost = await connected(-1, 'lost', 'tenant-a');
  const well = await connected(-1, 'well', 'tenant-b');
  const vault = startProcess();
  world.platform = fails('app', 'app_not_found', { aadsts: 700016 });
  expect(await reasonOf(vault.accessToken(lost))).toBe('app_misconfigured');
  world.platform = async () => tokens('new');
  expect(await vault.accessToken(well)).toBe('access-new');
  expect(await reasonOf(vault.accessToken(lost))).toBe('app_misconfigured');
  advance(31);
  expect(await vault.accessToken(lost)).toBe('access-new');
});

test('R15: with a living old token even that goes unnoticed', async () => {
  const id = await connected(200);
  world.platform = fails('app', 'client_credential_refused');
  expect(await startProcess().accessToken(id)).toBe('access-old');
});

test('R15: that the app is accepted again is also seen from a grant that is refused', async () => {
  const [gone, well] = [await connected(-1, 'gone'), await connected(-1, 'well')];
  const rung: string[] = [];
  const vault = startProcess({ onAppMended: () => rung.push('mended') });
  world.platform = fails('app', 'client_credential_refused', { oauthError: 'invalid_client' });
  expect(await reasonOf(vault.accessToken(gone))).toBe('app_misconfigured');
  advance(31);
  world.platform = fails('user', 'grant_refused', { oauthError: 'invalid_grant' });
  expect(await reasonOf(vault.accessToken(gone))).toBe('reconnect_needed');
  expect(rung).toEqual(['mended']);
  world.platform = async () => tokens('new');
  expect(await vault.accessToken(well)).toBe('access-new');
});
