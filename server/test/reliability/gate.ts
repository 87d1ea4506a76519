import { createHash } from 'node:crypto';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  method: string;
  path: string;
}

type Change = (json: Record<string, unknown>) => unknown;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Calls that wait at the gate until the test lets them go. */
interface Hold {
  /** Resolves when so many of them wait, those that were let go included. */
  arrived(count?: number): Promise<void>;
  /** Lets all go on, and whoever comes later. */
  release(): void;
  /** Breaks the connections of all who wait; whoever comes later passes. */
  cut(): void;
}

/**
 * Stands between the servers and the emulator, and passes everything on as it is: so a test can stop a call at a known
 * point (before Microsoft hears of it, or after Microsoft has acted) and do something else meanwhile.
 */
export interface Gate {
  url: string;
  /** Token calls since the last `forget`. */
  tokenCalls(): number;
  /** The most token calls that were under way at once. */
  mostAtOnce(): number;
  /** Different access tokens that Graph was shown, as digests. */
  bearers(): number;
  forget(): void;
  /** Only the first so many, when `times` is given. */
  hold(when: 'before' | 'after', what: (call: Call) => boolean, times?: number): Hold;
  /** Changes the JSON of the next good answer to such a call. */
  changeAnswer(what: (call: Call) => boolean, change: Change): void;
  /** Answers Graph's `/me` itself: what is measured then is the product alone. */
  answerMe(itself: boolean): void;
  close(): Promise<void>;
}

export const isTokenCall = ({ method, path }: Call) => method === 'POST' && path.endsWith('/oauth2/v2.0/token');

interface Waiting extends Hold {
  when: 'before' | 'after';
  what: (call: Call) => boolean;
  pass(): Promise<'go on' | 'cut'>;
}

export async function startGate(target: string): Promise<Gate> {
  const agent = new Agent({ keepAlive: true });
  const holds: Waiting[] = [];
  const changes: { what: (call: Call) => boolean; change: Change }[] = [];
  const seen = { tokenCalls: 0, underWay: 0, most: 0, bearers: new Set<string>() };
  let answersMe = false;

  async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const call = { method: incoming.method ?? '', path: (incoming.url ?? '').split('?')[0] ?? '' };
    const body = await bytesOf(incoming);
    const { authorization } = incoming.headers;
    if (authorization) seen.bearers.add(createHash('sha256').update(authorization).digest('hex'));
    if (answersMe && call.path.endsWith('/me')) return answer(outgoing, ME);
    const isToken = isTokenCall(call);
    if (isToken) {
      seen.tokenCalls += 1;
      seen.underWay += 1;
      seen.most = Math.max(seen.most, seen.underWay);
    }
    try {
      if ((await held('before', call)) === 'cut') return void outgoing.destroy();
      const came = await forward(agent, target, incoming, outgoing, body);
      if ((await held('after', call)) === 'cut') return void outgoing.destroy();
      const at = came.status === 200 ? changes.findIndex(({ what }) => what(call)) : -1;
      const [found] = at < 0 ? [] : changes.splice(at, 1);
      answer(outgoing, found ? changed(came, found.change) : came);
    } finally {
      if (isToken) seen.underWay -= 1;
    }
  }

  function held(when: 'before' | 'after', call: Call): Promise<'go on' | 'cut'> | 'go on' {
    return holds.find((hold) => hold.when === when && hold.what(call))?.pass() ?? 'go on';
  }

  const server = createServer((incoming, outgoing) => {
    // The emulator cut the connection, or the process died: so does this one.
    passOn(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokenCalls: () => seen.tokenCalls,
    mostAtOnce: () => seen.most,
    bearers: () => seen.bearers.size,
    forget: () => Object.assign(seen, { tokenCalls: 0, most: seen.underWay, bearers: new Set() }),
    hold(when, what, times = Number.POSITIVE_INFINITY) {
      const hold = createHold(when, what, times, () => {
        if (holds.includes(hold)) holds.splice(holds.indexOf(hold), 1);
      });
      holds.push(hold);
      return hold;
    },
    changeAnswer: (what, change) => void changes.push({ what, change }),
    answerMe: (itself) => {
      answersMe = itself;
    },
    close: () => {
      server.closeAllConnections();
      agent.destroy();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

const ME: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"id":"00000000-0000-4000-8000-000000000000","displayName":"Somebody"}'),
};

function createHold(when: Waiting['when'], what: Waiting['what'], times: number, remove: () => void): Waiting {
  const { promise: end, resolve } = Promise.withResolvers<'go on' | 'cut'>();
  const listeners = new Set<() => void>();
  let count = 0;
  const over = (how: 'go on' | 'cut') => {
    remove();
    resolve(how);
  };
  return {
    when,
    what,
    pass() {
      count += 1;
      if (count >= times) remove();
      for (const listener of listeners) listener();
      return end;
    },
    arrived: (wanted = 1) =>
      new Promise((done) => {
        const look = () => count >= wanted && done();
        listeners.add(look);
        look();
      }),
    release: () => over('go on'),
    cut: () => over('cut'),
  };
}

function forward(
  agent: Agent,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  body: Buffer,
): Promise<Answer> {
  return new Promise((done, reject) => {
    const { method, headers } = incoming;
    // The caller's own Host goes along: the emulator's addresses follow it, and so lead through the gate again.
    const call = request(new URL(incoming.url ?? '/', target), { agent, method, headers }, (answer) => {
      bytesOf(answer).then(
        (bytes) => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
        reject,
      );
    });
    call.on('error', reject);
    outgoing.once('close', () => call.destroy());
    call.end(body);
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function changed(came: Answer, change: Change): Answer {
  return { ...came, body: Buffer.from(JSON.stringify(change(JSON.parse(came.body.toString('utf8'))))) };
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, ...kept } = headers;
  outgoing.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
}
