// One server of a pair: the whole product on a port of its own, with a clock that may be wrong, and a line to the test
// by which it asks for tokens as the product does: by a call to Graph for somebody's connection.
import process from 'node:process';
import type { App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { listen } from '../../src/listen.ts';

/** What a test may ask of a process, beside what its HTTP offers. */
export type Order =
  /** Calls `path` of Graph as each connection, so many times; `atOnce` callers share the work. */
  | { kind: 'ask'; ids: string[]; times: number; path: string; atOnce: number }
  /** Moves this process's own clock. */
  | { kind: 'advance'; seconds: number }
  /** One round of the sweeper of edit sessions. */
  | { kind: 'tend' }
  /** One round of ending the connections of whoever left. */
  | { kind: 'end-connections' };

export interface Outcome {
  id: string;
  /** `ok`, or why there was no token or no answer. */
  result: string;
  retryAfterSeconds?: number;
  milliseconds: number;
}

let offsetMs = Number(process.env.CLOCK_OFFSET_SECONDS ?? 0) * 1000;
const clock = { now: () => new Date(Date.now() + offsetMs) };

const server = await listen(readConfig(process.env, { demo: false }), { clock });
process.on('message', (message: { number: number; order: Order }) => {
  void carryOut(server.app, message.order).then((answer) => process.send?.({ number: message.number, answer }));
});
let closing = false;
process.on('SIGTERM', async () => {
  if (closing) return;
  closing = true;
  await server.close();
  process.exit(0);
});
process.stdout.write(`MEGDocs listens on ${server.address}\n`);

async function carryOut(app: App, order: Order): Promise<unknown> {
  if (order.kind === 'advance') {
    offsetMs += order.seconds * 1000;
    return undefined;
  }
  if (order.kind === 'tend') return app.editing.tend();
  if (order.kind === 'end-connections') return app.accounts.disconnectWhereAsked();
  const { ids, times, path, atOnce } = order;
  const wanted = ids.flatMap((id) => Array.from({ length: times }, () => id));
  const outcomes: Outcome[] = [];
  const caller = async () => {
    for (let at = outcomes.length; at < wanted.length; at = outcomes.length) {
      outcomes.length += 1;
      outcomes[at] = await ask(app, wanted[at] ?? '', path);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return outcomes;
}

async function ask(app: App, id: string, path: string): Promise<Outcome> {
  const begun = performance.now();
  const told = (result: string, more: object = {}): Outcome => ({
    id,
    result,
    ...more,
    milliseconds: performance.now() - begun,
  });
  try {
    const answer = await app.accounts.graphFor(id).request('GET', path);
    for await (const _ of answer.body);
    return told('ok');
  } catch (error) {
    const { reason, kind, retryAfterSeconds } = error as Record<string, unknown>;
    return told(String(reason ?? kind ?? error), { retryAfterSeconds });
  }
}
