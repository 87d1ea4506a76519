import { afterEach, expect, test } from 'vitest';
import type { Emulator, EmulatorConfig } from '../src/index.ts';
import { aClock, aConfig, CLIENT_ID, graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

afterEach(() => emulator.close());

type Throttling = NonNullable<EmulatorConfig['behaviour']>['throttling'];

async function start(throttling: Throttling): Promise<void> {
  emulator = await startTestEmulator({ clock: aClock(), config: aConfig({ behaviour: { throttling } }) });
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
}

const limitsOf = ({ headers }: { headers: Headers }) =>
  ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map((name) => headers.get(name));

test('tells what is left from 80 % on, and refuses what is over, until the window ends', async () => {
  await start({ requests: 10, windowSeconds: 60 });
  for (let i = 1; i <= 7; i++) expect(limitsOf(await graph('GET', '/me'))).toEqual([null, null, null]);
  expect(limitsOf(await graph('GET', '/me'))).toEqual(['10', '2', '60']);
  emulator.control.advanceClock(20);
  expect(limitsOf(await graph('GET', '/me'))).toEqual(['10', '1', '40']);
  expect((await graph('GET', '/me')).status).toBe(200);
  const refused = await graph('GET', '/me');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
  expect(limitsOf(refused)).toEqual(['10', '0', '40']);
  expect(refused.body.error).toMatchObject({ code: 'activityLimitReached', innerError: { code: 'throttledRequest' } });
  emulator.control.advanceClock(40);
  expect((await graph('GET', '/me')).status).toBe(200);
});

test('whoever comes back early waits longer each time, and is recorded', async () => {
  await start({ requests: 1, windowSeconds: 10 });
  await graph('GET', '/me');
  const waits = [];
  for (let i = 0; i < 3; i++) waits.push((await graph('GET', '/me')).headers.get('retry-after'));
  expect(waits).toEqual(['10', '20', '40']);
  expect(emulator.control.throttling()).toEqual([
    {
      clientId: CLIENT_ID,
      user: 'ann@hospital.example',
      used: 4,
      limit: 1,
      refused: 3,
      earlyReturns: 2,
      closedUntil: '2026-03-02T10:00:40.000Z',
    },
  ]);
  expect(emulator.control.requests().filter(({ early }) => early)).toHaveLength(2);
  expect(await (await fetch(`${emulator.url}/_emulator/throttling`)).json()).toEqual(emulator.control.throttling());
  emulator.control.advanceClock(40);
  expect((await graph('GET', '/me')).status).toBe(200);
});

test('the wait is told as seconds, as a fraction, as a date, or not at all', async () => {
  const told: (string | null)[] = [];
  for (const retryAfter of ['seconds', 'fraction', 'date', 'none'] as const) {
    await start({ requests: 1, windowSeconds: 2.5, retryAfter });
    await graph('GET', '/me');
    told.push((await graph('GET', '/me')).headers.get('retry-after'));
    if (retryAfter !== 'none') await emulator.close();
  }
  expect(told).toEqual(['3', '2.500', 'Mon, 02 Mar 2026 10:00:03 GMT', null]);
});

test('each application and person has a budget of their own', async () => {
  await start({ requests: 1 });
  const bob = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
  expect([(await graph('GET', '/me')).status, (await graph('GET', '/me')).status]).toEqual([200, 429]);
  expect((await bob('GET', '/me')).status).toBe(200);
});

test('a batch counts by its parts', async () => {
  await start({ requests: 2 });
  const requests = ['a', 'b', 'c'].map((id) => ({ id, method: 'GET', url: '/me' }));
  const { status, body } = await graph('POST', '/$batch', { requests });
  expect(status).toBe(200);
  const parts = body.responses as { status: number; headers: Record<string, string> }[];
  expect(parts.map((part) => part.status).sort()).toEqual([200, 200, 429]);
  expect(parts.find((part) => part.status === 429)?.headers['Retry-After']).toBe('300');
});
