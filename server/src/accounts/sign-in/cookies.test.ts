import { randomUUID } from 'node:crypto';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../test/harness.ts';

const ORIGIN = 'https://docs.stmarys.example';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    environment: {
      PUBLIC_URL: ORIGIN,
      MICROSOFT_CLIENT_ID: randomUUID(),
      MICROSOFT_CLIENT_SECRET: 'no-Microsoft-is-there-to-see-it',
      MICROSOFT_LOGIN_URL: 'http://127.0.0.1:9',
      MICROSOFT_GRAPH_URL: 'http://127.0.0.1:9',
    },
  });
});
afterAll(() => server.close());

it('S49: over https both cookies are bound to this host, and sent over https alone', async () => {
  const { email, password } = people.author;
  const signedIn = await server.app.http.inject({
    method: 'POST',
    url: '/api/session',
    headers: { origin: ORIGIN },
    payload: { email, password },
  });
  const session = String(signedIn.headers['set-cookie']);
  expect(session).toMatch(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);

  const connect = (cookie: string) =>
    server.app.http.inject({
      method: 'POST',
      url: '/accounts/account/microsoft/connect',
      headers: { origin: ORIGIN, cookie },
    });
  const started = await connect(session.split(';')[0] ?? '');
  const browser = String(started.headers['set-cookie']);
  expect(browser).toMatch(/^__Host-browser=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  // A plain name, which a sub-domain could set, is not looked at.
  expect((await connect(session.replace('__Host-', ''))).headers.location).toMatch(/^\/sign-in\//);
});
