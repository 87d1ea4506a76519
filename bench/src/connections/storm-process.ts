// One server of the storm; see storm.ts.
import { request } from 'undici';
import { INTEGRATION_TABLE } from '../../../server/src/accounts/microsoft/microsoft-room.ts';
import { type Db, openPostgres } from '../../../server/src/platform/database.ts';
import { openVault } from './stage.ts';

export interface StormOrder {
  design: 'vault' | 'row-lock';
  ids: string[];
  /** How many want each token at once. */
  callers: number;
  databaseUrl: string;
  loginUrl: string;
  key: { id: string; base64: string };
}

export interface StormReport {
  failures: number;
}

process.once('message', async (order: StormOrder) => {
  const database = openPostgres(order.databaseUrl);
  const get = order.design === 'vault' ? vaultReader(database.db, order) : rowLockReader(database.db, order);
  const wanted = order.ids.flatMap((id) => Array.from({ length: order.callers }, () => get(id)));
  const outcomes = await Promise.allSettled(wanted);
  const failures = outcomes.filter(({ status }) => status === 'rejected').length;
  await database.close();
  process.send?.({ failures } satisfies StormReport, () => process.disconnect());
});
process.send?.('ready');

/** A caller who is told to come again does so, as a request would be repeated. */
function vaultReader(db: Db, { loginUrl, key }: StormOrder): (id: string) => Promise<unknown> {
  const vault = openVault(db, loginUrl, { id: key.id, key: Buffer.from(key.base64, 'base64') });
  return async (id) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await vault.accessToken(id);
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  };
}

/** The usual design: lock the row, look, refresh within the transaction, store. */
function rowLockReader(db: Db, { loginUrl }: StormOrder): (id: string) => Promise<unknown> {
  // A pool gives up on whoever waits long; here they line up instead.
  const turn = inTurn(10);
  return (id) =>
    turn(() =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom(INTEGRATION_TABLE)
          .select(['id', 'access_token_expires_at', 'version'])
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirstOrThrow();
        if (row.version > 1) return;
        const { body } = await request(`${loginUrl}/organizations/oauth2/v2.0/token`, { method: 'POST' });
        const sealed = Buffer.from(await body.text());
        await tx
          .updateTable(INTEGRATION_TABLE)
          .set({ sealed_access_token: sealed, version: row.version + 1 })
          .where('id', '=', id)
          .execute();
      }),
    );
}

function inTurn(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
