import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Order, Outcome } from './server-process.ts';

const ENTRY = join(import.meta.dirname, 'server-process.ts');

/** As many requests as a server has under way when it is busy. */
const CALLERS_AT_ONCE = 250;

/** One real server process. */
export interface ServerProcess {
  /** Where its HTTP answers. */
  url: string;
  /** Calls Graph as each of these connections, so many times; one outcome a call, in order. */
  ask(ids: string[], times?: number, more?: { path?: string; atOnce?: number }): Promise<Outcome[]>;
  advance(seconds: number): Promise<void>;
  /** One round of the sweeper of edit sessions. */
  tend(): Promise<void>;
  /** One round of ending the connections of whoever left. */
  endConnections(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<number | null>;
  logged(): string;
}

/** Resolves when it listens; rejects with its words when it refuses. */
export async function startServer(environment: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, PORT: '0', LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  const url = await new Promise<string>((ready, refuse) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        text += chunk;
        const listens = /MEGDocs listens on (\S+)/.exec(text);
        if (listens?.[1]) ready(listens[1]);
      });
    void ended.then(() => refuse(new Error(`The server did not start: ${text}`)));
  });
  const send = createLine(child, ended);
  return {
    url,
    ask: (ids, times = 1, { path = '/me', atOnce = CALLERS_AT_ONCE } = {}) =>
      send({ kind: 'ask', ids, times, path, atOnce }) as Promise<Outcome[]>,
    advance: async (seconds) => void (await send({ kind: 'advance', seconds })),
    tend: async () => void (await send({ kind: 'tend' })),
    endConnections: async () => void (await send({ kind: 'end-connections' })),
    kill: (signal) => void child.kill(signal),
    ended,
    logged: () => text,
  };
}

/** Questions and answers over the pipe between the processes. */
function createLine(child: ChildProcess, ended: Promise<unknown>): (order: Order) => Promise<unknown> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on('message', ({ number, answer }: { number: number; answer: unknown }) => {
    waiting.get(number)?.resolve(answer);
    waiting.delete(number);
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('The process ended before it answered.'));
  });
  return (order) => {
    const answer = Promise.withResolvers<unknown>();
    // Whoever kills a process does not wait for its answers.
    answer.promise.catch(() => undefined);
    last += 1;
    waiting.set(last, answer);
    child.send({ number: last, order });
    return answer.promise;
  };
}
