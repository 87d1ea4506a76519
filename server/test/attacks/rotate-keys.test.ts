import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSealing, parseTokenKeys, sealTokens } from '@megdocs/microsoft365';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../src/platform/database.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { freePort, isOneMessage, ROTATE_KEYS, SERVER, start } from './process.ts';

const COUNT = 1200;
const OLD = `old:${randomBytes(32).toString('base64')}`;
const NEW = `new:${randomBytes(32).toString('base64')}`;
const TABLE = 'oauth2_integration';
/** Real processes, on a machine that may be busy. */
const PATIENCE = { timeout: 180_000 };

let folder: string;
const dataDir = () => join(folder, 'data');
const onServer = (keys: string, port: number) =>
  start(SERVER, { DATA_DIR: dataDir(), TOKEN_KEYS: keys, PORT: String(port), LOG_LEVEL: 'warn' });
const rotate = () => start(ROTATE_KEYS, { DATA_DIR: dataDir() });

async function withDatabase<T>(work: (db: Awaited<ReturnType<typeof openEmbedded>>['db']) => Promise<T>): Promise<T> {
  const database = await openEmbedded({ folder: join(dataDir(), 'database') });
  try {
    await migrate(database);
    return await work(database.db);
  } finally {
    await database.close();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megdocs-rotation-'));
  const sealing = createSealing(parseTokenKeys(OLD));
  await withDatabase(async (db) => {
    const institution_id = crypto.randomUUID();
    await db.insertInto('institution').values({ id: institution_id, name: 'X', slug: 'x' }).execute();
    for (let from = 0; from < COUNT; from += 300) {
      const rows = Array.from({ length: 300 }, () => ({ id: crypto.randomUUID(), person_id: crypto.randomUUID() }));
      const people = rows.map(({ person_id: id }) => ({ id, institution_id, email: `${id}@x.example`, name: 'X' }));
      await db.insertInto('person').values(people).execute();
      const integrations = rows.map(({ id, person_id }) => {
        const tokens = { accessToken: `at ${id}`, refreshToken: `rt ${id}`, expiresInSeconds: 3600, scopes: [] };
        const sealed = sealTokens(sealing, { table: TABLE, id }, tokens);
        return {
          ...{ id, person_id, institution_id, tid: 't', oid: id, account_name: 'X', account_address: 'x', scopes: [] },
          sealed_access_token: sealed.sealedAccessToken,
          sealed_refresh_token: sealed.sealedRefreshToken,
          access_token_expires_at: new Date(Date.now() + 3_600_000),
          status: 'connected' as const,
        };
      });
      await db.insertInto('oauth2_integration').values(integrations).execute();
    }
  });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run keys:rotate beside a running server', PATIENCE, () => {
  it('R36: server and command are killed in the middle; the next run goes on, and says when the old key may go', async () => {
    const port = await freePort();
    const first = onServer(`${NEW},${OLD}`, port);
    await first.says(/MEGDocs listens on/);
    const cut = rotate();
    await cut.says(/^2400 values are to be sealed anew with the key new: 2400 with old/m);
    await cut.says(/^\d00 of 2400$/m);
    first.child.kill('SIGKILL');
    const broken = await cut.ended;
    expect(broken.code).toBe(1);
    expect(isOneMessage(broken.text.split('\n').slice(-3).join('\n')), broken.text).toBe(true);
    await first.ended;

    const second = onServer(`${NEW},${OLD}`, port);
    await second.says(/MEGDocs listens on/);
    const going = await rotate().ended;
    expect(going, going.text).toMatchObject({ code: 0 });
    expect(Number(/^(\d+) values/m.exec(going.text)?.[1])).toBeLessThan(2400);
    expect(going.text).toMatch(/Done\. Any other key may be removed from TOKEN_KEYS once every running server has new/);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    second.child.kill('SIGTERM');
    await second.ended;
  });

  it('R36, S35: afterwards the server starts without the old key, and not without the new one', async () => {
    const port = await freePort();
    const without = await onServer(OLD, port).ended;
    expect(without).toMatchObject({ code: 1, text: expect.stringContaining('sealed with the key new') });
    const server = onServer(NEW, port);
    await server.says(/MEGDocs listens on/);
    expect((await rotate().ended).text).toMatch(/^Every stored value is sealed with the key new\./);
    server.child.kill('SIGTERM');
    await server.ended;
    const sealing = createSealing(parseTokenKeys(NEW));
    await withDatabase(async (db) => {
      const rows = await db
        .selectFrom('oauth2_integration')
        .select(['id', 'version', 'sealed_refresh_token'])
        .execute();
      expect(rows).toHaveLength(COUNT);
      const place = (id: string) => ({ table: TABLE, id, column: 'sealed_refresh_token' });
      for (const { id, version, sealed_refresh_token: sealed } of rows)
        expect([version, sealed && sealing.open(sealed, place(id))]).toEqual([1, `rt ${id}`]);
    });
  });
});
