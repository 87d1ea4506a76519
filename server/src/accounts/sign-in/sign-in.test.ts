import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../test/harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const { author, author2, reader } = people;
const wrong = (email: string) => server.browser().post('/api/session', { email, password: 'not the password' });

describe('signing in', () => {
  it('S50: answers who signed in, and keeps only the hash of a 256-bit token', async () => {
    const browser = server.browser();
    const answer = await browser.post('/api/session', { email: 'AUTHOR@stmarys.example ', password: author.password });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ email: author.email, institution: { slug: 'stmarys' } });
    const token = browser.cookies.get('session') ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const rows = await server.db.selectFrom('sign_in_session').selectAll().execute();
    expect(JSON.stringify(rows.map((row) => Buffer.from(row.token_hash).toString('base64url')))).not.toContain(token);
  });

  it('S49: sets a cookie that scripts and other sites never see', async () => {
    const answer = await server.browser().post('/api/session', { email: author.email, password: author.password });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('S50: gives a new session at every sign-in, and ends the one that the browser came with', async () => {
    const browser = await server.signIn('author');
    const before = browser.cookies.get('session') ?? '';
    await browser.signIn(author.email, author.password);
    expect(browser.cookies.get('session')).not.toBe(before);
    browser.cookies.set('session', before);
    expect((await browser.get('/api/me')).statusCode).toBe(401);
  });

  it('S50: a signed-out session is dead at the server', async () => {
    const browser = await server.signIn('author');
    const token = browser.cookies.get('session') ?? '';
    expect((await browser.delete('/api/session')).statusCode).toBe(204);
    expect(browser.cookies.has('session')).toBe(false);
    browser.cookies.set('session', token);
    expect((await browser.get('/api/me')).json().error.code).toBe('not_signed_in');
  });

  it('S51: ends after twelve hours without a request, and after seven days in any case', async () => {
    const idle = await server.signIn('author2');
    const busy = await server.signIn('author2');
    await server.clock.advance(11 * 3600);
    expect((await busy.get('/api/me')).statusCode).toBe(200);
    await server.clock.advance(2 * 3600);
    expect((await idle.get('/api/me')).statusCode).toBe(401);
    for (let hours = 13; hours < 7 * 24 - 10; hours += 10) {
      expect((await busy.get('/api/me')).statusCode).toBe(200);
      await server.clock.advance(10 * 3600);
    }
    await server.clock.advance(10 * 3600);
    expect((await busy.get('/api/me')).statusCode).toBe(401);
  });

  it('S52: refuses a sign-in that another site sends', async () => {
    const answer = await server.browser().send({
      method: 'POST',
      url: '/api/session',
      payload: { email: author.email, password: author.password },
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().error.code).toBe('not_same_origin');
  });
});

describe('A2: too many attempts', () => {
  it('does not tell whether an account exists, neither before nor after it is blocked', async () => {
    const seen: unknown[] = [];
    for (const email of [reader.email, 'nobody@stmarys.example']) {
      const answers = [];
      for (let attempt = 0; attempt < 7; attempt++) answers.push(await wrong(email));
      seen.push(
        answers.map((answer) => {
          const { reference: _, ...error } = answer.json().error;
          return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], error };
        }),
      );
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject([
      { status: 401 },
      {},
      {},
      {},
      { status: 401 },
      { status: 429, retryAfter: '30' },
      {},
    ]);
  });

  it('blocks the right password too, until the time is over', async () => {
    const right = () => server.browser().post('/api/session', { email: reader.email, password: reader.password });
    expect((await right()).statusCode).toBe(429);
    await server.clock.advance(31);
    expect((await right()).statusCode).toBe(200);
  });

  it('lets no more through when many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong('approver@stmarys.example')));
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(5);
  });

  it('does not block a colleague at the same address', async () => {
    const browser = server.browser();
    await browser.signIn(author2.email, author2.password);
    expect((await browser.get('/api/me')).statusCode).toBe(200);
  });

  it('slows an address down that tries many accounts', async () => {
    const statuses = new Set<number>();
    for (let account = 0; account < 65; account++)
      statuses.add((await wrong(`guess${account}@stmarys.example`)).statusCode);
    expect(statuses).toContain(429);
    await server.clock.advance(3700);
  });
});

describe('A2: own sessions', () => {
  it('are listed, and ended one by one; the own one is marked', async () => {
    const here = await server.signIn('author');
    const there = await server.signIn('author');
    const { sessions } = (await here.get('/api/me/sessions')).json();
    expect(sessions.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    for (const session of sessions)
      if (!session.current) expect((await here.delete(`/api/me/sessions/${session.id}`)).statusCode).toBe(204);
    expect((await there.get('/api/me')).statusCode).toBe(401);
    expect((await here.get('/api/me')).statusCode).toBe(200);
  });

  it('of another person answer 404 and stay', async () => {
    const theirs = await server.signIn('author2');
    const { sessions } = (await theirs.get('/api/me/sessions')).json();
    const mine = await server.signIn('author');
    expect((await mine.delete(`/api/me/sessions/${sessions[0].id}`)).statusCode).toBe(404);
    expect((await theirs.get('/api/me')).statusCode).toBe(200);
  });
});

describe('A2: changing the password', () => {
  const change = { currentPassword: author.password, newPassword: 'a much longer passphrase' };

  it('asks for the current one', async () => {
    const browser = await server.signIn('author');
    const answer = await browser.post('/api/me/password', { ...change, currentPassword: 'guessed wrongly' });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().error.code).toBe('wrong_credentials');
  });

  it('refuses a short one', async () => {
    const browser = await server.signIn('author');
    expect((await browser.post('/api/me/password', { ...change, newPassword: 'short' })).statusCode).toBe(400);
  });

  it('ends the other sessions and keeps this one', async () => {
    const here = await server.signIn('author');
    const there = await server.signIn('author');
    expect((await here.post('/api/me/password', change)).statusCode).toBe(204);
    expect((await there.get('/api/me')).statusCode).toBe(401);
    expect((await here.get('/api/me')).statusCode).toBe(200);
    const again = server.browser();
    await again.signIn(author.email, change.newPassword);
  });
});
