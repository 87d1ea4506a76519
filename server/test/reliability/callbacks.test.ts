import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type Page, type Person } from './browser.ts';
import { seedHospital } from './cast.ts';
import { isTokenCall } from './gate.ts';
import { type Pair, PUBLIC_URL, startPair } from './pair.ts';
import type { ServerProcess } from './processes.ts';

const { author, author2, approver } = people;
const ACCOUNT = '/accounts/account/microsoft/';

let pair: Pair;
let browser: Browser;
beforeAll(async () => {
  pair = await startPair();
  await seedHospital(pair);
  browser = await Browser.signIn(pair.a, author);
});
beforeEach(() => pair.gate.forget());
afterAll(() => pair?.close());

const begun = async (who: Person = author, by = browser) => by.atMicrosoft(await by.press(pair.a), who);
const ready = async (server: ServerProcess, status: number) => {
  while ((await fetch(new URL('/readyz', server.url))).status !== status);
};
const live = async (who: { microsoftObjectId: string }) =>
  pair.db
    .selectFrom('oauth2_integration')
    .select(['id', 'status', 'sealed_refresh_token'])
    .where('oid', '=', who.microsoftObjectId)
    .where('status', '!=', 'ended')
    .execute();
const problemOf = async (page: Page) => {
  const id = /\/outcome\/([^/]+)\/$/.exec(page.location)?.[1];
  return JSON.parse((await browser.get(pair.b, `/api/integrations/microsoft/outcomes/${id}`)).text).problem;
};

describe('the callback on a bad day', () => {
  it('R25: while the database is away it says to come again; the code is unspent, and then connects', async () => {
    const callback = await begun();
    pair.gate.forget();
    await pair.line.cut();
    const refused = await browser.get(pair.b, callback);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBeDefined();
    expect(pair.gate.tokenCalls()).toBe(0);
    await pair.line.mend();
    await ready(pair.b, 200);
    expect((await browser.get(pair.b, callback)).location).toBe(ACCOUNT);
    expect(await live(author)).toHaveLength(1);
  });

  it('R26: a database that is back within seconds stores what the exchange brought', async () => {
    const callback = await begun();
    const hold = pair.gate.hold('after', isTokenCall, 1);
    const loaded = browser.get(pair.a, callback);
    await hold.arrived();
    await pair.line.cut();
    hold.release();
    await ready(pair.a, 503);
    await pair.line.mend();
    expect((await loaded).location).toBe(ACCOUNT);
  });

  it('R26: one that stays away ends in words; nothing is stored by half, and starting again works', async () => {
    const other = await Browser.signIn(pair.a, approver);
    const callback = await begun(approver, other);
    const hold = pair.gate.hold('after', isTokenCall, 1);
    const loaded = other.get(pair.a, callback);
    await hold.arrived();
    await pair.line.cut();
    hold.release();
    const failed = await loaded;
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.text).not.toMatch(/select|relation|postgres|\.ts:/i);
    await pair.line.mend();
    await ready(pair.b, 200);
    expect(await live(approver)).toEqual([]);
    await pair.pass(46);
    expect((await other.get(pair.b, callback)).location).toMatch(/\/outcome\//);
    expect(await other.connect(pair.b, approver)).toBe(ACCOUNT);
    expect(await live(approver)).toHaveLength(1);
  });

  it('R27: killed after the claim and before the exchange: the other process offers to start again', async () => {
    const victim = await pair.startServer();
    const callback = await begun();
    const hold = pair.gate.hold('before', isTokenCall, 1);
    const loaded = browser.get(victim, callback).catch(() => undefined);
    await hold.arrived();
    victim.kill('SIGKILL');
    await Promise.all([victim.ended, loaded]);
    hold.cut();
    const again = browser.get(pair.b, callback);
    await pair.pass(46);
    expect(await problemOf(await again)).toMatchObject({ code: 'flow_interrupted', tryAgain: true });
    expect(await browser.connect(pair.b, author)).toBe(ACCOUNT);
  });
});

describe('what browsers, people and balancers do', () => {
  it('R28: loaded by both processes at once, ahead, and again later: one exchange, one end', async () => {
    const callback = await begun();
    const hold = pair.gate.hold('after', isTokenCall, 1);
    const first = browser.get(pair.a, callback);
    await hold.arrived();
    const second = browser.get(pair.b, callback);
    expect((await browser.get(pair.b, callback, { 'sec-purpose': 'prefetch' })).status).toBe(503);
    hold.release();
    const pages = [await first, await second, await browser.get(pair.b, callback)];
    expect(pages.map(({ location }) => location)).toEqual([ACCOUNT, ACCOUNT, ACCOUNT]);
    expect(pair.gate.tokenCalls()).toBe(1);
  });

  it('R29: a double click starts two flows that both end well, in one connection', async () => {
    const started = await Promise.all(pair.both.map((server) => browser.press(server)));
    for (const [at, start] of started.entries()) {
      const callback = await browser.atMicrosoft(start, author);
      expect((await browser.get(at === 0 ? pair.b : pair.a, callback)).location).toBe(ACCOUNT);
    }
    expect(await live(author)).toHaveLength(1);
  });

  it('R30: two tabs that finish in reverse order both succeed; another account is asked about first', async () => {
    const [one, other] = [await begun(), await begun()];
    expect((await browser.get(pair.b, other)).location).toBe(ACCOUNT);
    expect((await browser.get(pair.a, one)).location).toBe(ACCOUNT);
    const before = await live(author);
    expect(before).toHaveLength(1);
    const [same, stranger] = [
      await begun(),
      await browser.atMicrosoft(withoutHint(await browser.press(pair.b)), author2),
    ];
    expect((await browser.get(pair.b, stranger)).location).toMatch(/\/outcome\//);
    expect(await live(author)).toEqual(before);
    expect(await live(author2)).toEqual([]);
    expect((await browser.get(pair.a, same)).location).toBe(ACCOUNT);
  });

  it('R31: signed out and in again in between, on the other process, one goes on; somebody else does not', async () => {
    const [mine, theirs] = [await begun(), await begun()];
    await browser.delete(pair.b, '/api/session');
    await browser.signIn(pair.b, author);
    expect((await browser.get(pair.b, mine)).location).toBe(ACCOUNT);
    pair.gate.forget();
    await browser.delete(pair.a, '/api/session');
    await browser.signIn(pair.a, author2);
    expect(await problemOf(await browser.get(pair.b, theirs))).toMatchObject({ code: 'flow_not_known' });
    expect(pair.gate.tokenCalls()).toBe(0);
    await browser.delete(pair.a, '/api/session');
    await browser.signIn(pair.a, author);
  });

  it('R32: a browser that keeps no cookies gets no further than the sign-in, and round no circle', async () => {
    const start = await new Browser().postForm(pair.a, '/accounts/account/microsoft/connect');
    expect([start.status, start.location]).toEqual([303, `/sign-in/?returnTo=${encodeURIComponent(ACCOUNT)}`]);
    const page = await new Browser().get(pair.b, start.location, { accept: 'text/html' });
    expect(page.location).toBe('');
  });

  const WRITTEN: [string, (path: string) => string, Record<string, string>][] = [
    ['without its final slash', (path) => path.replace('/callback/?', '/callback?'), {}],
    ['in capitals', (path) => path.replace('/auth/oauth2/microsoft/callback/', '/AUTH/OAuth2/Microsoft/CALLBACK/'), {}],
    ['with more parameters', (path) => `${path}&utm_source=mail`, {}],
    ['behind a TLS proxy', (path) => path, { host: '10.0.0.7:8080', 'x-forwarded-proto': 'https' }],
  ];
  it.each(WRITTEN)(
    'R33: %s the callback works, and Microsoft is told the same redirect URI twice',
    async (_, write, headers) => {
      const start = await browser.press(pair.a);
      expect(start.searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/auth/oauth2/microsoft/callback/`);
      const callback = write(await browser.atMicrosoft(start, author));
      // The emulator refuses a code whose redirect URI is not the same, byte for byte.
      expect((await browser.get(pair.b, callback, headers)).location).toBe(ACCOUNT);
    },
  );

  it('R35: a clock of Microsoft that is 50 s ahead is borne; one that is ten minutes ahead is named', async () => {
    pair.emulator.control.advanceClock(50);
    expect(await browser.connect(pair.a, author)).toBe(ACCOUNT);
    pair.emulator.control.advanceClock(550);
    const page = await browser.get(pair.a, await begun());
    expect(await problemOf(page)).toMatchObject({ code: 'clock_wrong' });
    expect(pair.a.logged()).toContain('clock_wrong');
    pair.emulator.control.advanceClock(-600);
    expect(await browser.connect(pair.a, author)).toBe(ACCOUNT);
  });
});

/** The person chooses "another account" at Microsoft. */
function withoutHint(start: URL): URL {
  const url = new URL(start);
  url.searchParams.delete('login_hint');
  return url;
}
