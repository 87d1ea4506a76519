import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aWordFile } from '../../src/documents/test/office-files.ts';
import type { TestClient } from '../client.ts';
import { startTestServer, type TestServer } from '../harness.ts';

const PUBLIC_URL = 'https://docs.hospital.example';
const PROXY = '10.9.8.7';
let server: TestServer;
let author: TestClient;
let content: string;

beforeAll(async () => {
  server = await startTestServer({ environment: { PUBLIC_URL, TRUSTED_PROXIES: PROXY } });
  author = server.browser();
  await signIn(author);
  const { folders } = (await author.get('/api/folders')).json();
  const folder = folders.find((each: { mayUpload: boolean }) => each.mayUpload).id;
  const made = await author.send({
    method: 'POST',
    url: `/api/folders/${folder}/documents?fileName=a.docx`,
    payload: await aWordFile(),
    headers: { origin: PUBLIC_URL, 'content-type': 'application/octet-stream' },
  });
  content = `/api/documents/${made.json().id}/versions/0.1/content`;
});
afterAll(() => server?.close());

function signIn(client: TestClient) {
  const { email, password } = people.author;
  return client.send({
    method: 'POST',
    url: '/api/session',
    payload: { email, password },
    headers: { origin: PUBLIC_URL },
  });
}

interface Headers {
  [name: string]: unknown;
}

function expectSafe(headers: Headers, what: string): void {
  const policy = String(headers['content-security-policy']);
  expect(policy, what).toMatch(/(object-src|default-src) 'none'/);
  expect(policy, what).toContain("base-uri 'none'");
  expect(policy, what).toMatch(/frame-ancestors '(none|self)'/);
  expect(policy, what).toContain('form-action');
  expect(policy, what).not.toMatch(/script-src[^;]*'unsafe|default-src[^;]*\*|script-src[^;]*\s\*/);
  expect(headers['x-content-type-options'], what).toBe('nosniff');
  expect(headers['strict-transport-security'], what).toMatch(/^max-age=31536000/);
  expect(headers['cross-origin-opener-policy'], what).toBe('same-origin');
  expect(headers['referrer-policy'], what).toMatch(/^(same-origin|no-referrer)$/);
  expect(headers['cache-control'], what).toBeDefined();
  expect(headers['x-powered-by'], what).toBeUndefined();
  expect(headers.server, what).toBeUndefined();
}

describe('S55: every answer carries the security headers', () => {
  const NOTHING = `/api/documents/${randomUUID()}`;
  const ANSWERS: [string, 'GET' | 'HEAD' | 'POST' | 'OPTIONS', () => string][] = [
    ['a page', 'GET', () => '/documents/'],
    ['the sign-in page', 'GET', () => '/sign-in/'],
    ['an answer of the API', 'GET', () => '/api/me'],
    ['a refusal', 'GET', () => NOTHING],
    ['a bad request', 'GET', () => '/api/documents?limit=-1'],
    ['a request from elsewhere', 'POST', () => '/api/me/notifications'],
    ['an address that is not there', 'GET', () => '/api/nothing'],
    ['an address that can not be read', 'GET', () => '/api/%zz'],
    ['a page that can not be read', 'GET', () => '/%c0%af'],
    ['an endless address', 'GET', () => `/api/documents/${'x'.repeat(5000)}`],
    ['a download', 'GET', () => content],
    ['the head of a download', 'HEAD', () => content],
    ['a picture of the page', 'GET', () => '/favicon.svg'],
    ['an asset that is not there', 'GET', () => '/assets/nothing.js'],
    ['an asset outside', 'GET', () => '/assets/..%2f..%2fpackage.json'],
    ['the viewer', 'GET', () => '/viewer.html'],
    ['the callback', 'GET', () => '/auth/oauth2/microsoft/callback/?code=x&state=y'],
    ['another way to the callback', 'POST', () => '/auth/oauth2/microsoft/callback/'],
    ['OPTIONS', 'OPTIONS', () => '/api/me'],
    ['liveness', 'GET', () => '/healthz'],
    ['the description of the API', 'GET', () => '/api/openapi.json'],
  ];
  it.each(ANSWERS)('%s', async (what, method, url) => {
    const headers = what === 'a request from elsewhere' ? { origin: 'https://evil.example' } : { origin: PUBLIC_URL };
    const answer = await author.send({ method, url: url(), headers });
    expectSafe(answer.headers, `${what}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
    expect(answer.headers['x-request-reference'], what).toMatch(/^[A-Z0-9]{10}$/);
  });

  it('scripts of a page run by nonce or from here, and every answer has another nonce', async () => {
    const policies = await Promise.all([author.get('/documents/'), author.get('/documents/')]);
    const nonces = policies.map(
      ({ headers }) => /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1],
    );
    expect(nonces[0]).toMatch(/^.{22,}$/);
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('the viewer has no origin, no network and no forms', async () => {
    const policy = String((await author.get('/viewer.html')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox allow-scripts');
    expect(policy).not.toContain('allow-same-origin');
    expect(policy).not.toContain('connect-src');
  });
});

describe('S57: other sites read nothing', () => {
  it('no answer but public code says that another origin may read it', async () => {
    for (const url of [
      '/api/me',
      '/api/integrations/microsoft',
      '/api/openapi.json',
      content,
      '/documents/',
      '/viewer.html',
      '/auth/oauth2/microsoft/callback/?state=x',
    ])
      for (const method of ['GET', 'OPTIONS'] as const) {
        const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
        const answer = await author.send({ method, url, headers });
        const allowed = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
        expect(allowed, `${method} ${url}`).toEqual([]);
      }
  });
});

describe('S49, S60: cookies, and what a proxy may say', () => {
  it('S49: over https the session is bound to the host, unreadable, lax and small', async () => {
    const answer = await signIn(server.browser());
    const [cookie, ...more] = [answer.headers['set-cookie'] ?? []].flat();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^__Host-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('S49: a plain name is worth nothing over https', async () => {
    const client = server.browser();
    await signIn(client);
    const token = client.cookies.get('__Host-session') ?? '';
    const asked = server.browser();
    expect((await asked.get('/api/me', { cookie: `session=${token}` })).statusCode).toBe(401);
    expect((await asked.get('/api/me', { cookie: `__Host-session=${token}` })).statusCode).toBe(200);
  });

  it('S60: an address in X-Forwarded-For counts only when the configured proxy says it', async () => {
    const addressSeen = async (remoteAddress: string) => {
      const client = server.browser();
      await client.send({
        method: 'POST',
        url: '/api/session',
        payload: { email: people.reader.email, password: people.reader.password },
        headers: { origin: PUBLIC_URL, 'x-forwarded-for': '203.0.113.9' },
        remoteAddress,
      });
      const { sessions } = (await client.get('/api/me/sessions')).json();
      return sessions.find((each: { current: boolean }) => each.current).address;
    };
    expect(await addressSeen('192.0.2.1')).toBe('192.0.2.1');
    expect(await addressSeen(PROXY)).toBe('203.0.113.9');
  });

  it('S08, S60: no Host and no forwarded header changes an address that we give out', async () => {
    const client = server.browser();
    const { email, password } = people.controller;
    await client.send({
      method: 'POST',
      url: '/api/session',
      payload: { email, password },
      headers: { origin: PUBLIC_URL },
    });
    for (const remoteAddress of ['192.0.2.1', PROXY]) {
      const headers = {
        origin: PUBLIC_URL,
        host: 'evil.example',
        forwarded: 'host=evil.example;proto=http',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '81',
        'x-original-url': '/api/openapi.json',
        'x-rewrite-url': '/api/openapi.json',
      };
      const invited = await client.send({
        method: 'POST',
        url: '/api/invitations',
        payload: { name: 'New', email: `new-${remoteAddress}@stmarys.example` },
        headers,
        remoteAddress,
      });
      expect(invited.json().link).toMatch(/^https:\/\/docs\.hospital\.example\/welcome\//);
      const signedOut = await server.browser().send({
        method: 'POST',
        url: '/accounts/account/microsoft/connect',
        headers,
        remoteAddress,
      });
      expect(signedOut.headers.location).toMatch(/^\/sign-in\//);
      const page = await client.send({ method: 'GET', url: '/documents/', headers, remoteAddress });
      expect(page.body + JSON.stringify(page.headers)).not.toContain('evil.example');
    }
  });
});

describe('over a real connection', () => {
  let port: number;
  beforeAll(async () => {
    port = Number(new URL(await server.app.http.listen({ host: '127.0.0.1', port: 0 })).port);
  });

  function speak(text: string): Promise<string> {
    return new Promise((done, reject) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('close', () => done(answer));
      socket.on('error', reject);
      socket.end(text);
    });
  }

  const close = 'Connection: close\r\n';
  const RAW: [string, string, RegExp][] = [
    ['a path that can not be read', `GET /api/%zz HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1\.1 40[04]/],
    ['no HTTP at all', 'HELO evil\r\n\r\n', /^HTTP\/1\.1 400/],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431/],
    [
      'two lengths',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      /^HTTP\/1\.1 400/,
    ],
    [
      'a length and chunks',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400/,
    ],
    ['a method that nobody knows', `BREW / HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1\.1 4\d\d/],
    ['TRACE', `TRACE /api/me HTTP/1.1\r\nHost: x\r\nCookie: secret=1\r\n${close}\r\n`, /^HTTP\/1\.1 40[345]/],
    [
      'an absolute address',
      `GET http://evil.example/api/me HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
      /^HTTP\/1\.1 40[014]/,
    ],
  ];
  it.each(RAW)('S45: %s is answered in words, without a stack, and ends', async (_, text, status) => {
    const answer = await speak(text);
    expect(answer).toMatch(status);
    expect(answer).not.toMatch(/at .*\.(ts|js):\d+|node_modules|HPE_|FST_ERR|secret=1/);
    const lines = (answer.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1);
    expectSafe(
      Object.fromEntries(
        lines.map((line) => [line.split(': ', 1)[0]?.toLowerCase(), line.slice(line.indexOf(': ') + 2)]),
      ),
      answer,
    );
  });
});
