import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openPostgres } from '../../src/platform/database.ts';
import type { TestClient } from '../client.ts';
import { startTestServer, type TestServer } from '../harness.ts';

let server: TestServer;
let author: TestClient;
beforeAll(async () => {
  server = await startTestServer();
  author = await server.signIn('author');
  await takeDatabaseAway();
});
afterAll(() => server?.close().catch(() => {}));

/** PostgreSQL loses it under the running server; the embedded one is closed. */
async function takeDatabaseAway(): Promise<void> {
  const template = inject('template');
  if (template.kind === 'pglite') return server.db.destroy();
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(server.db);
  const root = openPostgres(template.url);
  await sql`drop database ${sql.id(rows[0]?.name ?? '')} with (force)`.execute(root.db);
  await root.close();
}

it('O3: with the database gone the process lives, and is not ready', async () => {
  expect((await author.get('/healthz')).statusCode).toBe(200);
  const ready = await author.get('/readyz');
  expect(ready.statusCode).toBe(503);
  expect(ready.headers['retry-after']).toBeDefined();
  expect(ready.json().error).toMatchObject({ code: 'unavailable', remedy: expect.any(String) });
});

it('S45: every answer is in words, nobody counts as signed in, and no query is told', async () => {
  for (const url of ['/api/me', '/api/documents', '/auth/oauth2/microsoft/callback/?code=x&state=y']) {
    const answer = await author.get(url);
    expect([500, 503], url).toContain(answer.statusCode);
    expect(answer.body).not.toMatch(/select|relation|driver|postgres|database "|\.ts:/i);
  }
  expect((await author.get('/documents/')).statusCode).toBeLessThan(504);
});
