import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examine } from '../../test/broken-scene.ts';
import { startTestServer, type TestServer } from '../../test/harness.ts';
import { openEmbedded, openPostgres } from '../platform/database.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** What PostgreSQL writes to whoever it does not let in: ErrorResponse, its length, and fields that end in zeroes. */
async function refusingPostgres(sqlState: string) {
  const fields = Buffer.from(`SFATAL\0C${sqlState}\0Mnot let in\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  const listener = createServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, fields]))),
  );
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  return { listener, url: `postgres://megdocs:wrong@127.0.0.1:${(listener.address() as AddressInfo).port}/megdocs` };
}

async function lookAt(url: string) {
  const database = openPostgres(url);
  const { ok, toDo } = await examine(server, { database, environment: { DATABASE_URL: url } });
  await database.close();
  expect(ok).toBe(false);
  return toDo[0];
}

it.each([
  ['a wrong password', '28P01', 'database_sign_in_refused', /password in DATABASE_URL/],
  ['a database that is not there', '3D000', 'database_missing', /createdb/],
])('C15: %s is named', async (_, sqlState, code, remedy) => {
  const { listener, url } = await refusingPostgres(sqlState);
  expect(await lookAt(url)).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
  listener.close();
});

it('C15: a port where nobody listens is named', async () => {
  const first = await lookAt('postgres://megdocs@127.0.0.1:9/megdocs');
  expect(first).toMatchObject({ code: 'database_refused', remedy: expect.stringContaining('Start PostgreSQL') });
});

it('C15: before the first start nothing breaks off, and it is said that there was none', async () => {
  const database = await openEmbedded({});
  const { checks, toDo } = await examine(server, { database });
  await database.close();
  const said = Object.fromEntries(checks.map((check) => [check.check, `${check.status}: ${check.said}`]));
  expect(said.database).toMatch(/^ok: .*not been started with it yet/);
  for (const check of ['token-keys', 'refusals']) expect(said[check]).toMatch(/^not-tested: .*not been started/);
  expect(checks.filter((check) => check.said.includes('broke off'))).toEqual([]);
  expect(toDo).toEqual([]);
});
