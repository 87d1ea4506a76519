import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Pair, startPair } from './pair.ts';

let pair: Pair;
let line: Server;
let broken = 0;

beforeAll(async () => {
  pair = await startPair();
  const target = new URL(pair.environment.DATABASE_URL ?? '');
  // Lets everything through, and breaks whatever connection begins to listen for news.
  line = createServer((incoming) => {
    const outgoing = connect(Number(target.port), target.hostname);
    outgoing.pipe(incoming);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    incoming.on('data', (bytes: Buffer) => {
      if (!bytes.includes('listen megdocs_live')) return void outgoing.write(bytes);
      broken += 1;
      incoming.destroy();
    });
  });
  await new Promise<void>((ready) => line.listen(0, '127.0.0.1', ready));
});
afterAll(async () => {
  await pair?.close();
  line?.close();
});

it('O3: a connection of the database that breaks as it begins to listen for news ends no process', async () => {
  const port = String((line.address() as AddressInfo).port);
  const url = Object.assign(new URL(pair.environment.DATABASE_URL ?? ''), { port });
  const server = await pair.startServer({ DATABASE_URL: url.href });
  await expect.poll(() => broken, { timeout: 60_000 }).toBeGreaterThan(1);
  expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
});
