import { describe, test } from 'vitest';
import { connectionStoreContract, createMemoryStore } from '../index.ts';

describe('the memory store keeps the contract of connection stores:', () => {
  let now = Date.now();
  let count = 0;
  const store = createMemoryStore({ now: () => new Date(now) });
  const checks = connectionStoreContract(
    async () => ({
      store,
      connect: async (connection) => {
        const id = `connection-${++count}`;
        await store.connect(id, connection);
        return id;
      },
      reconnect: store.connect,
      disconnect: store.disconnect,
    }),
    (seconds) => {
      now += seconds * 1000;
    },
  );
  for (const { name, run } of checks) test(name, run);
});
