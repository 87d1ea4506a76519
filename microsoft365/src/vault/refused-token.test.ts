import { expect, test } from 'vitest';
import { fails, reasonOf, tokens, vaultWorld } from '../../test/vault-world.ts';
import type { ConnectionFailure, MemoryStore } from '../index.ts';

const world = vaultWorld();
const { advance, connected, sent, startProcess, store } = world;
/** The store, and what was recorded as a failure. */
function recordingStore() {
  const recorded: ConnectionFailure[] = [];
  const recording: MemoryStore = {
    ...store,
    recordFailure: (id, fence, failure) => {
      recorded.push(failure);
      return store.recordFailure(id, fence, failure);
    },
  };
  return { recorded, recording };
}

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1657834417"}}}';

test('R20: after a 401 the token is renewed once; R21: what replaced it already is adopted', async () => {
  const id = await connected(3600);
  const [one, other] = [startProcess(), startProcess()];
  expect(await one.renewAfterRefusal(id, 'access-old')).toBe('access-new');
  expect(await other.renewAfterRefusal(id, 'access-old')).toBe('access-new');
  expect(sent).toHaveLength(1);
});

test('R20: the refused token is never handed out again', async () => {
  const id = await connected(3600);
  world.platform = fails('transient', 'microsoft_unavailable');
  expect(await reasonOf(startProcess().renewAfterRefusal(id, 'access-old'))).toBe('microsoft_unreachable');
});

test('R21: what replaced it is adopted also inside the last five minutes, while Microsoft is down', async () => {
  const id = await connected(200);
  world.platform = fails('transient', 'microsoft_unavailable');
  expect(await startProcess().renewAfterRefusal(id, 'access-older')).toBe('access-old');
  expect(sent).toEqual([]);
});

test('R20: of many that are refused at once one renews', async () => {
  const id = await connected(3600);
  const vaults = [startProcess(), startProcess()];
  const renewed = vaults.flatMap((vault) =>
    Array.from({ length: 20 }, () => vault.renewAfterRefusal(id, 'access-old')),
  );
  expect(new Set(await Promise.all(renewed))).toEqual(new Set(['access-new']));
  expect(sent).toHaveLength(1);
});

test('R20, R22: a token that is refused after its renewal needs the person, who is asked for the claims', async () => {
  const id = await connected(3600);
  const vault = startProcess();
  const { recorded, recording } = recordingStore();
  const renewed = await vault.renewAfterRefusal(id, 'access-old', { claims: CLAIMS });
  const given = startProcess({ store: recording }).giveUpAfterRefusal(id, renewed, { claims: CLAIMS });
  await expect(given).rejects.toMatchObject({ reason: 'reconnect_needed', cause: { claims: CLAIMS } });
  expect(recorded).toMatchObject([{ status: 'reconnect_needed', kind: 'user', code: 'token_refused', claims: CLAIMS }]);
  expect(await reasonOf(vault.accessToken(id))).toBe('reconnect_needed');
  expect(await reasonOf(vault.renewAfterRefusal(id, renewed))).toBe('reconnect_needed');
  expect(sent).toHaveLength(1);
});

test('R22: where the forced renewal is refused, the claims of the 401 stay with the refusal', async () => {
  const [one, other] = [await connected(3600, 'one'), await connected(3600, 'other')];
  const { recorded, recording } = recordingStore();
  const vault = startProcess({ store: recording });
  world.platform = fails('user', 'grant_refused', { aadsts: 50173 });
  expect(await reasonOf(vault.renewAfterRefusal(one, 'access-old', { claims: CLAIMS }))).toBe('reconnect_needed');
  world.platform = fails('user', 'interaction_required', { claims: '{"id_token":{}}' });
  expect(await reasonOf(vault.renewAfterRefusal(other, 'access-old', { claims: CLAIMS }))).toBe('reconnect_needed');
  expect(recorded).toMatchObject([
    { code: 'grant_refused', claims: CLAIMS },
    { code: 'interaction_required', claims: '{"id_token":{}}' },
  ]);
});

test('R24, R20: whoever gives up a token that was replaced meanwhile changes nothing', async () => {
  const id = await connected(3600);
  const vault = startProcess();
  expect(await reasonOf(vault.giveUpAfterRefusal(id, 'access-older'))).toBe('microsoft_unreachable');
  await store.acquireLease(id, 1, 'another process', 15);
  expect(await reasonOf(vault.giveUpAfterRefusal(id, 'access-old'))).toBe('microsoft_unreachable');
  expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0 });
});

test('R20: an hour of 401s while Microsoft renews nothing is no storm', async () => {
  const id = await connected(3600);
  world.platform = fails('transient', 'microsoft_unavailable');
  const vault = startProcess();
  for (let minute = 0; minute < 60; minute++) {
    expect(await reasonOf(vault.renewAfterRefusal(id, 'access-old'))).toBe('microsoft_unreachable');
    advance(60);
  }
  expect(sent.length).toBeLessThan(12);
  world.platform = async () => tokens('new');
  advance(900);
  expect(await vault.renewAfterRefusal(id, 'access-old')).toBe('access-new');
});
