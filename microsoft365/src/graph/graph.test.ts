import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  json,
  type LoopbackServer,
  type Received,
  type Reply,
  startLoopbackServer,
} from '../../test/loopback-server.ts';
import {
  createGraph,
  type Graph,
  type GraphCall,
  GraphError,
  type GraphErrorKind,
  type GraphSettings,
  type TokenSource,
} from '../index.ts';
import { readClaimsChallenge } from './claims-challenge.ts';

let server: LoopbackServer;
let replies: Reply[];
let waits: number[];
let calls: GraphCall[];
/** The tokens that were refused, with the claims of the challenge. */
let renewals: [refused: string, claims: string | undefined][];
let givenUp: typeof renewals;

beforeEach(async () => {
  replies = [];
  waits = [];
  calls = [];
  renewals = [];
  givenUp = [];
  server = await startLoopbackServer(() => replies.shift() ?? json({ ok: true }));
});
afterEach(() => server.close());

const TOKENS: Required<TokenSource> = {
  accessToken: async () => 'canary-token',
  renewAfterRefusal: async (refused, { claims }) => {
    renewals.push([refused, claims]);
    return 'canary-renewed';
  },
  giveUpAfterRefusal: async (refused, { claims }) => {
    givenUp.push([refused, claims]);
  },
};

function graph(changes: Partial<GraphSettings> = {}): Graph {
  return createGraph({
    endpoints: { loginUrl: server.url, graphUrl: server.url, fileHosts: [new URL(server.url).host] },
    tokens: TOKENS,
    log: (call) => calls.push(call),
    pause: async (milliseconds) => {
      waits.push(milliseconds);
    },
    ...changes,
  });
}

async function failure(attempt: Promise<unknown>): Promise<GraphError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GraphError)) throw new Error('expected a GraphError', { cause: error });
  return error;
}

const graphError = (status: number, code: string, headers = {}, inner: object = {}) =>
  json({ error: { code, message: 'words', innerError: inner } }, status, headers);
const last = (): Received => server.received.at(-1) ?? expect.fail('nothing was received');

test('S47: a request goes to v1.0 with the token in its header alone', async () => {
  const answer = await graph().request('GET', '/me/drive/root:/A%23B/it%27s.docx', { query: { $select: 'id' } });
  expect(await answer.json()).toEqual({ ok: true });
  expect(last().url).toBe('/v1.0/me/drive/root:/A%23B/it%27s.docx?%24select=id');
  expect(last().headers.authorization).toBe('Bearer canary-token');
  expect(last().headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(calls)).not.toMatch(/canary|select/);
});

test('S46: a path or link to another host gets no token and no call', async () => {
  for (const path of ['https://evil.example/v1.0/me', `${server.url}@evil.example/`, 'me', 'http://127.0.0.1:1/x']) {
    await expect(async () => graph().request('GET', path)).rejects.toThrow(TypeError);
  }
  for (const path of ['//evil.example/me', '/\\evil.example', '/@evil.example']) await graph().request('GET', path);
  expect(server.received).toHaveLength(3);
});

test("Graph's own next link is followed as it is", async () => {
  await graph().request('GET', `${server.url}/v1.0/me/drive/root/delta?token=a%20b`);
  expect(last().url).toBe('/v1.0/me/drive/root/delta?token=a%20b');
});

test('S46: a redirect is an answer, not followed with the token', async () => {
  replies = [{ status: 302, headers: { location: 'https://files.example/x' } }];
  const answer = await graph().request('GET', '/me/drive/items/1/content');
  expect([answer.status, answer.headers.location]).toEqual([302, 'https://files.example/x']);
});

test('R20: a 401 renews the token once and tries again', async () => {
  replies = [graphError(401, 'InvalidAuthenticationToken')];
  await graph().request('GET', '/me');
  expect(renewals).toEqual([['canary-token', undefined]]);
  expect(givenUp).toEqual([]);
  expect(last().headers.authorization).toBe('Bearer canary-renewed');
});

test('R22: a second 401 is given up, with its claims for the reconnect', async () => {
  const claims = '{"access_token":{"nbf":{"essential":true, "value":"1657834417"}}}';
  const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
  const refused = graphError(401, 'InvalidAuthenticationToken', { 'www-authenticate': challenge });
  replies = [refused, refused, refused];
  expect(await failure(graph().request('GET', '/me'))).toMatchObject({ kind: 'unauthorized', claims });
  expect(server.received).toHaveLength(2);
  expect(renewals).toEqual([['canary-token', claims]]);
  expect(givenUp).toEqual([['canary-renewed', claims]]);
});

describe('R22: claims are read', () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1>?"}}}';
  const [base64, base64url] = [Buffer.from(claims).toString('base64'), Buffer.from(claims).toString('base64url')];
  test.each([
    ['without quotes', [`Bearer error=insufficient_claims, claims=${base64}`]],
    ['as base64url', [`Bearer realm="", error="insufficient_claims", claims="${base64url}"`]],
    ['from the second of two headers', ['Basic realm="x"', `Bearer error="insufficient_claims", claims="${base64}"`]],
    ['from the second challenge of one', [`Bearer realm="", Bearer error="insufficient_claims",claims="${base64}"`]],
  ])('%s', (_name, headers) => {
    expect(base64).not.toBe(base64url);
    expect(readClaimsChallenge(headers)).toBe(claims);
  });

  const encoded = (text: string | Uint8Array) => `claims="${Buffer.from(text).toString('base64')}"`;
  test.each([
    ['of another error', `Bearer error="invalid_token", ${encoded(claims)}`],
    ['that are no JSON', `Bearer error="insufficient_claims", ${encoded('access_token')}`],
    ['that are no object', `Bearer error="insufficient_claims", ${encoded('["a"]')}`],
    ['that are no text', `Bearer error="insufficient_claims", ${encoded(Uint8Array.of(0x7b, 0xff, 0x7d))}`],
    ['that are endless', `Bearer error="insufficient_claims", ${encoded(JSON.stringify({ a: 'x'.repeat(9000) }))}`],
  ])('but none %s', (_name, header) => {
    expect(readClaimsChallenge(header)).toBeUndefined();
  });
});

test('R20: a body that can be sent once is not repeated, but its token is replaced', async () => {
  replies = [graphError(401, 'InvalidAuthenticationToken')];
  const once = graph().request('PUT', '/x', { body: Readable.from([Buffer.from('abc')]), contentLength: 3 });
  expect(await failure(once)).toMatchObject({ kind: 'unauthorized' });
  expect(renewals).toHaveLength(1);
  expect(server.received).toHaveLength(1);
});

test('a source that can not renew gets no repeat', async () => {
  replies = [graphError(401, 'InvalidAuthenticationToken')];
  const tokens = { accessToken: async () => 'canary-token' };
  expect(await failure(graph({ tokens }).request('GET', '/me'))).toMatchObject({ kind: 'unauthorized' });
  expect(server.received).toHaveLength(1);
});

test('what the token source throws passes through', async () => {
  const accessToken = () => Promise.reject(new Error('reconnect needed'));
  await expect(graph({ tokens: { accessToken } }).request('GET', '/me')).rejects.toThrow('reconnect needed');
  expect(server.received).toHaveLength(0);
});

describe('Retry-After is obeyed', () => {
  const date = new Date('2030-01-01T00:00:00Z');
  test.each([
    ['as whole seconds', { 'retry-after': '2' }, 2000],
    ['as a fraction', { 'retry-after': '2.128' }, 2128],
    [
      'as a date of that answer',
      { date: date.toUTCString(), 'retry-after': new Date(+date + 4000).toUTCString() },
      4000,
    ],
    ['and 1 s taken where it is missing', {}, 1000],
  ])('%s', async (_name, headers: Record<string, string>, expected) => {
    replies = [graphError(429, 'activityLimitReached', headers)];
    await graph().request('POST', '/x', { json: {} });
    expect(server.received).toHaveLength(2);
    expect(waits[0]).toBeGreaterThanOrEqual(expected);
    expect(waits[0]).toBeLessThan(expected + 100);
  });
});

test('more than ten seconds are not waited but said', async () => {
  replies = [graphError(429, 'TooManyRequests', { 'retry-after': '120' })];
  expect(await failure(graph().request('GET', '/x'))).toMatchObject({ kind: 'throttled', retryAfterSeconds: 120 });
  replies = [6, 6, 6].map((seconds) => graphError(503, 'serviceNotAvailable', { 'retry-after': String(seconds) }));
  expect(await failure(graph().request('GET', '/x'))).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 6 });
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(10_000);
});

test('a fault is repeated for reading and deleting, not for writing', async () => {
  replies = [graphError(502, 'UnknownError')];
  await graph().request('DELETE', '/x');
  expect(server.received).toHaveLength(2);
  replies = [graphError(502, 'UnknownError')];
  expect(await failure(graph().request('PUT', '/x', { body: 'x' }))).toMatchObject({
    kind: 'unavailable',
    mayHaveHappened: true,
  });
  expect(server.received).toHaveLength(3);
});

test('a cut connection may have done what was asked', async () => {
  replies = [{ drop: true }];
  expect(await failure(graph().request('PUT', '/x', { body: 'x' }))).toMatchObject({
    status: 0,
    code: 'network',
    kind: 'unavailable',
    mayHaveHappened: true,
  });
  replies = [{ drop: true }];
  expect((await graph().request('GET', '/x')).status).toBe(200);
});

test('a connection that never came about has done nothing', async () => {
  await server.close();
  expect(await failure(graph().request('PUT', '/x', { body: 'x' }))).toMatchObject({ mayHaveHappened: false });
});

test('a bare stream is sent once; a function is asked for a new one', async () => {
  replies = [graphError(429, 'activityLimitReached', { 'retry-after': '1' })];
  const once = graph().request('PUT', '/x', { body: Readable.from([Buffer.from('abc')]), contentLength: 3 });
  expect(await failure(once)).toMatchObject({ kind: 'throttled' });
  replies = [graphError(429, 'activityLimitReached', { 'retry-after': '1' })];
  await graph().request('PUT', '/x', { body: () => Readable.from([Buffer.from('abc')]), contentLength: 3 });
  expect([last().body, last().headers['content-length']]).toEqual(['abc', '3']);
});

test("a source that fails is not Microsoft's failure", async () => {
  const broken = () =>
    Readable.from(
      (async function* () {
        yield Buffer.from('a');
        throw new Error('the blob store is gone');
      })(),
      { objectMode: false },
    );
  await expect(graph().request('PUT', '/x', { body: broken })).rejects.toThrow('the blob store is gone');
});

describe('an error says what to do:', () => {
  const cases: [status: number, body: object, kind: GraphErrorKind, code: string][] = [
    [400, { code: 'invalidRequest' }, 'invalid', 'invalidRequest'],
    [403, { code: 'accessDenied', message: 'no' }, 'forbidden', 'accessDenied'],
    [403, { code: 'accessDenied', message: 'Item is on hold by a retention policy' }, 'retention', 'accessDenied'],
    [404, { code: 'itemNotFound' }, 'not-found', 'itemNotFound'],
    [409, { code: 'nameAlreadyExists' }, 'conflict', 'nameAlreadyExists'],
    [410, { code: 'resyncRequired' }, 'not-found', 'resyncRequired'],
    [412, { code: 'notAllowed', innererror: { code: 'entityTagDoesNotMatch' } }, 'changed', 'entityTagDoesNotMatch'],
    [413, { code: 'maxFileSizeExceeded' }, 'too-large', 'maxFileSizeExceeded'],
    [423, { code: 'notAllowed', innerError: { code: 'resourceLocked' } }, 'locked', 'resourceLocked'],
    [409, { code: 'notAllowed', innerError: { InnerError: { code: 'resourceLocked' } } }, 'locked', 'resourceLocked'],
    [507, { code: 'quotaLimitReached' }, 'full', 'quotaLimitReached'],
    [403, { code: 'quotaLimitReached' }, 'full', 'quotaLimitReached'],
    [418, {}, 'invalid', 'http_418'],
  ];
  test.each(cases)('%i %j is %s', async (status, body, kind, code) => {
    replies = [json({ error: body }, status, { 'request-id': 'r1' })];
    const error = await failure(graph().request('POST', '/x', { json: {} }));
    expect(error).toMatchObject({ status, kind, code, requestId: 'r1', mayHaveHappened: false });
  });

  test('also where the body is none of Graph', async () => {
    replies = [{ status: 423, headers: { 'content-type': 'text/html' }, body: '<html>' }];
    expect(await failure(graph().request('PUT', '/x'))).toMatchObject({ kind: 'locked', code: 'http_423' });
  });

  test("the gateway's status in a string is no code", async () => {
    replies = [graphError(429, 'TooManyRequests', { 'retry-after': '60' }, { code: '429', status: '429' })];
    expect(await failure(graph().request('GET', '/x'))).toMatchObject({ code: 'TooManyRequests' });
  });
});

test('an answer that breaks off is unavailable, for its JSON and for its content', async () => {
  replies = [{ headers: { 'content-type': 'application/json' }, body: '{"id":', breakAfterBody: true }];
  const answer = await graph().request('GET', '/x');
  expect(await failure(answer.json())).toMatchObject({ kind: 'unavailable' });
  replies = [{ body: 'half a docu', breakAfterBody: true }];
  const half = await graph().request('GET', '/x');
  expect(await failure(text(half.body))).toMatchObject({ kind: 'unavailable', code: 'network' });
});

test('a caller can give up', async () => {
  replies = [{ hang: true }];
  const giveUp = new AbortController();
  const attempt = graph().request('GET', '/x', { signal: giveUp.signal });
  giveUp.abort(new Error('enough'));
  await expect(attempt).rejects.toThrow('enough');
});

test("times are those of the answer's own Date header", async () => {
  replies = [json({}, 200, { date: 'Wed, 25 Nov 2026 08:00:00 GMT', 'request-id': 'r7' })];
  const answer = await graph().request('GET', '/x');
  expect([answer.date, answer.requestId]).toEqual([new Date('2026-11-25T08:00:00Z'), 'r7']);
});
