import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../client.ts';
import { startTestServer, type TestServer } from '../harness.ts';
import { routesOf } from './every-route.ts';

let server: TestServer;
let controller: TestClient;
let cookie: string;
beforeAll(async () => {
  server = await startTestServer();
  controller = await server.signIn('controller');
  cookie = [...controller.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
});
afterAll(() => server?.close());

const FOREIGN: [string, Record<string, string>][] = [
  ['no Origin at all', {}],
  ['another site', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://localhost:4365' }],
  ['this host over another protocol', { origin: 'https://localhost:3000' }],
  ['a host that begins alike', { origin: 'http://localhost:3000.evil.example' }],
  ['a host that ends alike', { origin: 'http://evil-localhost:3000' }],
  ['an address instead of an origin', { origin: 'http://localhost:3000/' }],
  ['two origins', { origin: 'http://localhost:3000 https://evil.example' }],
  ['a frame without origin', { origin: 'null' }],
  ['a form on another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a neighbour under the same domain', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ['an address that was typed', { 'sec-fetch-site': 'none' }],
  ['two tales', { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }],
  ['the other two tales', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
];

/** Sends what the client would add an Origin to, exactly as it is. */
function send(method: string, url: string, headers: Record<string, string>, payload?: string) {
  return server.app.http.inject({
    method: method as 'POST',
    url,
    headers: { cookie, ...headers },
    ...(payload ? { payload } : {}),
  });
}

describe('S52: a change that another site sends', () => {
  it.each(FOREIGN)('from %s is refused on every route', async (_, headers) => {
    const routes = routesOf(server.app.http).filter(
      (route) => !/^(GET|OPTIONS) |callback|microsoft\/notifications/.test(route),
    );
    expect(routes.length).toBeGreaterThan(30);
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await send(method, path.replace(/:[A-Za-z]+/g, randomUUID()), headers);
      expect(answer.statusCode, `${route} ${answer.body}`).toBe(403);
      expect(answer.json().error).toMatchObject({
        code: 'not_same_origin',
        remedy: expect.stringContaining('http://localhost:3000'),
      });
    }
    expect((await controller.get('/api/me')).statusCode).toBe(200);
  });

  it('is refused where nothing is, too', async () => {
    expect((await send('POST', '/nothing', { origin: 'https://evil.example' })).statusCode).toBe(403);
  });

  it.each([
    ['JSON as text/plain', 'text/plain', '{"name":"Attackers"}'],
    ['a form', 'application/x-www-form-urlencoded', 'name=Attackers'],
    [
      'a form with files',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAttackers\r\n--x--',
    ],
    ['JSON with no type', '', '{"name":"Attackers"}'],
    ['XML', 'application/xml', '<name>Attackers</name>'],
  ])('%s makes no team', async (_, type, payload) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    const foreign = await send('POST', '/api/teams', { ...headers, origin: 'https://evil.example' }, payload);
    expect(foreign.statusCode).toBe(403);
    expect((await controller.get('/api/teams')).body).not.toContain('Attackers');
  });

  it.each([
    ['by its Origin', { origin: 'http://localhost:3000' }],
    ['by its other name', { origin: 'http://127.0.0.1:3000' }],
    ['by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }],
    [
      'by Sec-Fetch-Site, where the referrer policy hides the Origin',
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
    ],
  ])('from our own pages is taken %s', async (_, headers) => {
    expect((await send('POST', '/api/me/notifications', headers)).statusCode).toBe(204);
  });

  it('no way around: a method in a header or a query changes nothing', async () => {
    const id = randomUUID();
    const overrides: Record<string, string>[] = [
      { 'x-http-method-override': 'DELETE' },
      { 'x-method-override': 'POST' },
    ];
    for (const headers of overrides)
      expect((await send('GET', `/api/teams?_method=POST&name=x${id}`, headers)).json().teams).toBeDefined();
    expect((await controller.get('/api/teams')).body).not.toContain(id);
  });
});
