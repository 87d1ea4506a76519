import { randomUUID } from 'node:crypto';
import { people } from '@megdocs/fixtures';
import { connectionStoreContract, type StoreUnderTest } from '@megdocs/microsoft365';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../test/harness.ts';
import { inTransaction, secondsFromNow } from '../../platform/database.ts';
import { createConnectionStore } from './connection-store.ts';
import { endIntegration, insertIntegration, replaceTokens } from './integration-store.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

type NewConnection = Parameters<StoreUnderTest['connect']>[0];

const columns = (connection: NewConnection) => ({
  sealed_access_token: connection.sealedAccessToken,
  sealed_refresh_token: connection.sealedRefreshToken,
  access_token_expires_at: secondsFromNow(connection.expiresInSeconds),
  scopes: connection.scopes,
  status: 'connected' as const,
});

/** One account after the other connects for the same person, as at most one may be live. */
async function makeStore(): Promise<StoreUnderTest> {
  const { db, seeded } = server;
  const stMarys = seeded.get('stmarys');
  const personId = stMarys?.personIds.get(people.author.email);
  if (!stMarys || !personId) throw new Error('the cast is not there');
  return {
    store: createConnectionStore(
      db,
      async () => {},
      () => 'REFERENCE7',
    ),
    connect: (connection) =>
      inTransaction(db, async (tx) => {
        const live = await tx.selectFrom('oauth2_integration').select('id').where('status', '!=', 'ended').execute();
        for (const { id } of live) await endIntegration(tx, id);
        const id = randomUUID();
        await insertIntegration(tx, {
          ...columns(connection),
          id,
          institution_id: stMarys.id,
          person_id: personId,
          tid: randomUUID(),
          oid: randomUUID(),
          account_name: 'A',
          account_address: 'a@stmarys.example',
        });
        return id;
      }),
    reconnect: (id, connection) => inTransaction(db, (tx) => replaceTokens(tx, id, columns(connection))),
    disconnect: (id) =>
      inTransaction(db, async (tx) => {
        await endIntegration(tx, id);
      }),
  };
}

describe('C7: connections in the database', () => {
  const checks = connectionStoreContract(makeStore, (seconds) => server.clock.advance(seconds));
  it.each(checks)('$name', ({ run }) => run());

  it('S39: a token has no length limit', async () => {
    const { store, connect } = await makeStore();
    const sealed = new Uint8Array(16 * 1024 + 50).fill(7);
    const id = await connect({
      sealedAccessToken: sealed,
      sealedRefreshToken: sealed,
      expiresInSeconds: 60,
      scopes: [],
    });
    const row = await store.read(id);
    expect(Buffer.from(row?.sealedAccessToken ?? []).equals(sealed)).toBe(true);
  });
});
