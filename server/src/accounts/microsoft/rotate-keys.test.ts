import { randomBytes } from 'node:crypto';
import { createSealing, createTokenVault, parseTokenKeys, type Sealing, sealTokens } from '@megdocs/microsoft365';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../test/harness.ts';
import { createConnectionStore } from './connection-store.ts';
import { INTEGRATION_TABLE } from './microsoft-room.ts';
import { type RotationStep, rotateKeysStep } from './rotate-keys.ts';
import { assertKeysKnown } from './sealed-columns.ts';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const OLD = newKey('old');
const NEW = newKey('new');
const sealingWith = (...keys: string[]) => createSealing(parseTokenKeys(keys.join(',')));

let server: TestServer;
let institutionId: string;
let ids: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  institutionId = server.seeded.get('stmarys')?.id ?? '';
});
afterAll(() => server.close());

/** So many people with a connection each, sealed by `sealing`. */
async function connections(count: number, sealing: Sealing): Promise<string[]> {
  await server.db.deleteFrom('oauth2_integration').execute();
  const made = Array.from({ length: count }, () => ({ id: crypto.randomUUID(), personId: crypto.randomUUID() }));
  for (let from = 0; from < count; from += 500) {
    const some = made.slice(from, from + 500);
    await server.db
      .insertInto('person')
      .values(
        some.map(({ personId }) => ({
          id: personId,
          institution_id: institutionId,
          email: `${personId}@x.example`,
          name: 'X',
          password_hash: null,
        })),
      )
      .execute();
    await server.db
      .insertInto('oauth2_integration')
      .values(
        some.map(({ id, personId }) => {
          const tokens = { accessToken: `at ${id}`, refreshToken: `rt ${id}`, expiresInSeconds: 3600, scopes: [] };
          const sealed = sealTokens(sealing, { table: INTEGRATION_TABLE, id }, tokens);
          return {
            id,
            institution_id: institutionId,
            person_id: personId,
            tid: 't',
            oid: id,
            account_name: 'X',
            account_address: 'x',
            scopes: [],
            sealed_access_token: sealed.sealedAccessToken,
            sealed_refresh_token: sealed.sealedRefreshToken,
            access_token_expires_at: new Date(Date.now() + 3_600_000),
            status: 'connected' as const,
          };
        }),
      )
      .execute();
  }
  return made.map(({ id }) => id);
}

function readerWith(sealing: Sealing) {
  const store = createConnectionStore(
    server.db,
    async () => {},
    () => 'REF',
  );
  return createTokenVault({
    store,
    sealing,
    table: INTEGRATION_TABLE,
    refresh: async () => ({ accessToken: 'renewed', refreshToken: 'renewed', expiresInSeconds: 3600, scopes: [] }),
    randomId: () => crypto.randomUUID(),
    now: () => server.clock.now(),
  });
}

/** Walks until the end, or so many steps as if killed after them. */
async function rotate(sealing: Sealing, steps = Number.POSITIVE_INFINITY): Promise<RotationStep> {
  const room = { db: server.db, sealing };
  let step = await rotateKeysStep(room, { cursor: null, begin: true });
  for (let count = 0; step.cursor && count < steps; count++) step = await rotateKeysStep(room, { cursor: step.cursor });
  return step;
}

const keysInUse = async () => {
  const rows = await server.db
    .selectFrom('oauth2_integration')
    .select(['sealed_access_token', 'sealed_refresh_token'])
    .execute();
  const sealing = sealingWith(NEW, OLD);
  const values = rows.flatMap((row) => [row.sealed_access_token, row.sealed_refresh_token]);
  return [...new Set(values.flatMap((value) => (value ? [sealing.keyIdOf(value)] : [])))].sort();
};

describe('S35, R36: the key is changed while 10,000 connections are served', () => {
  const rotating = sealingWith(NEW, OLD);

  beforeAll(async () => {
    ids = await connections(10_000, sealingWith(OLD));
  });

  it('R36: no read fails, though it is killed in the middle and taken up again', async () => {
    const vault = readerWith(rotating);
    const reading = { go: true, done: 0, failed: 0 };
    const reader = (async () => {
      while (reading.go) {
        const id = ids[reading.done % ids.length] ?? '';
        const token = await vault.accessToken(id).catch(() => undefined);
        reading.done += 1;
        if (token !== `at ${id}`) reading.failed += 1;
      }
    })();
    const killed = await rotate(rotating, 30);
    expect(killed.cursor).not.toBeNull();
    expect(await keysInUse()).toEqual(['new', 'old']);
    const ended = await rotate(rotating);
    reading.go = false;
    await reader;
    expect(reading.done).toBeGreaterThan(100);
    expect(reading.failed).toBe(0);
    expect(ended).toMatchObject({ left: {}, cursor: null, currentKeyId: 'new' });
    expect(await keysInUse()).toEqual(['new']);
  });

  it('S35: no version moved, every token is what it was, and the old key is not needed any more', async () => {
    const moved = await server.db.selectFrom('oauth2_integration').select('id').where('version', '!=', 1).execute();
    expect(moved).toEqual([]);
    const vault = readerWith(sealingWith(NEW));
    for (const id of ids.filter((_, at) => at % 97 === 0)) expect(await vault.accessToken(id)).toBe(`at ${id}`);
    await assertKeysKnown(server.db, sealingWith(NEW), ['new']);
  });

  it('S61: the trail of the institution tells it, with the keys and how many values, and no secret', async () => {
    const told = await server.db
      .selectFrom('audit_entry')
      .select(['institution_id', 'detail'])
      .where('kind', '=', 'token_keys_rotated')
      .orderBy('id')
      .execute();
    expect(told).toHaveLength(2);
    expect(told[0]).toEqual({ institution_id: institutionId, detail: { to: 'new', from: { old: 20_000 } } });
  });
});

describe('a rotation and what else happens', () => {
  const both = sealingWith(NEW, OLD);
  const column = (row: Uint8Array | null) => (row ? both.keyIdOf(row) : undefined);
  const rowOf = (id: string) =>
    server.db.selectFrom('oauth2_integration').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('a row whose token is just being renewed is left alone, and taken by the next walk', async () => {
    const [held = '', free = ''] = await connections(2, sealingWith(OLD));
    const lease = { lease_owner: 'somebody', lease_until: new Date(Date.now() + 15_000) };
    await server.db.updateTable('oauth2_integration').set(lease).where('id', '=', held).execute();
    expect((await rotate(both)).left).toEqual({ old: 2 });
    expect(column((await rowOf(held)).sealed_access_token)).toBe('old');
    expect(column((await rowOf(free)).sealed_access_token)).toBe('new');
    await server.db.updateTable('oauth2_integration').set({ lease_owner: null, lease_until: null }).execute();
    expect((await rotate(both)).left).toEqual({});
  });

  it('R38: a damaged value and one of an unknown key are counted, and hold nobody up', async () => {
    const [damaged = '', foreign = '', fine = ''] = await connections(3, sealingWith(OLD));
    const bytes = Buffer.from((await rowOf(damaged)).sealed_access_token ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const lost = sealingWith(newKey('lost')).seal('x', {
      table: INTEGRATION_TABLE,
      id: foreign,
      column: 'sealed_access_token',
    });
    await server.db
      .updateTable('oauth2_integration')
      .set({ sealed_access_token: bytes })
      .where('id', '=', damaged)
      .execute();
    await server.db
      .updateTable('oauth2_integration')
      .set({ sealed_access_token: lost })
      .where('id', '=', foreign)
      .execute();
    expect((await rotate(both)).left).toEqual({ lost: 1, old: 1 });
    expect(column((await rowOf(fine)).sealed_refresh_token)).toBe('new');
    await expect(assertKeysKnown(server.db, both, ['new', 'old'])).rejects.toThrow(/the key lost/);
  });

  it('R37: while one instance lacks the new key nothing is sealed with it, so both read everything', async () => {
    const [id = ''] = await connections(1, sealingWith(OLD));
    // First step of the order: the new key stands second, on one instance only.
    const ahead = readerWith(sealingWith(OLD, NEW));
    const behind = readerWith(sealingWith(OLD));
    await server.db
      .updateTable('oauth2_integration')
      .set({ access_token_expires_at: new Date(Date.now() + 1000) })
      .execute();
    expect(await ahead.accessToken(id)).toBe('renewed');
    expect(await behind.accessToken(id)).toBe('renewed');
    expect(column((await rowOf(id)).sealed_access_token)).toBe('old');
  });
});
