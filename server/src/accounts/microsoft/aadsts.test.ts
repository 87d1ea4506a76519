import { people } from '@megdocs/fixtures';
import { AADSTS_CODES, type AadstsClass } from '@megdocs/microsoft365';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import { adminWordsOf, fillAdminWords } from './admin-words-by-number.ts';
import { wordsByCode } from './problem-words.ts';
import { codeTooOld, wordsOfNumber } from './problem-words-by-number.ts';

const TOKEN = '/oauth2/v2\\.0/token$';
const AUTHORIZE = '/oauth2/v2\\.0/authorize$';
const codes: [number, AadstsClass][] = Object.entries(AADSTS_CODES).map(([number, entry]) => [Number(number), entry]);

/** What each number came to, as it was seen. */
interface Seen {
  connect: string;
  authorize: string;
  renewal: string;
}
const seen = new Map<number, Seen>(codes.map(([number]) => [number, { connect: '', authorize: '', renewal: '' }]));
const note = (number: number, what: Partial<Seen>) => Object.assign(seen.get(number) ?? {}, what);
const wordsOf = (number: number, entry: AadstsClass) => wordsOfNumber.get(number) ?? wordsByCode[entry.code];

let scene: ConnectingScene;
const clients = new Map<string, TestClient>();
/** A server of its own for each group: a person may start thirty flows a minute. */
function withOwnServer(): void {
  beforeAll(async () => {
    clients.clear();
    scene = await connectingScene();
  });
  afterAll(() => scene.close());
}

/** For the same reason these take turns. */
const turns = ['approver', 'reader', 'author2', 'controller'] as const;

async function signedIn(who: (typeof turns)[number] | 'author'): Promise<TestClient> {
  const client = clients.get(who) ?? (await scene.server.signIn(who));
  clients.set(who, client);
  return client;
}

async function connectWhile(number: number, path: string, turn: number) {
  const who = turns[turn % turns.length] ?? 'approver';
  const client = await signedIn(who);
  scene.emulator.control.clearFaults();
  scene.emulator.control.addFault({ match: { path }, fault: { aadsts: number } });
  const start = await scene.press(client);
  const callback = await scene.atMicrosoft(start, people[who]).catch((error: Error) => error);
  if (callback instanceof Error) return { stayedAtMicrosoft: callback.message };
  const answer = await client.get(callback);
  return { problem: await scene.problem(client, String(answer.headers.location)) };
}

describe('C4: every AADSTS number that Microsoft can answer ends in words, and under a reference that the log has', () => {
  withOwnServer();
  it.each(codes)('AADSTS%i, when the code is redeemed', async (number, entry) => {
    const { problem } = await connectWhile(
      number,
      TOKEN,
      codes.findIndex(([one]) => one === number),
    );
    // A code that was not used in time, not a refresh token.
    const words = number === 70008 ? codeTooOld : wordsOf(number, entry);
    expect(problem).toMatchObject({ title: words.title, whoseTurn: words.whoseTurn });
    // The body of an outage is not read: the state of the answer says enough.
    const isOutage = entry.kind === 'transient' || entry.kind === 'throttled';
    if (!isOutage) expect(problem?.code).toBe(`AADSTS${number}`);
    expect(problem?.youCan).toBeTruthy();
    expect(fillAdminWords(words.forAdministrator, {}).length).toBeGreaterThan(20);
    const logged = scene.server
      .logged()
      .split('\n')
      .filter((line) => line.includes(`"reference":"${problem?.reference}"`));
    expect(logged.some((line) => isOutage || /"aadsts":\d+.*"correlationId"/.test(line))).toBe(true);
    const whose = { you: 'the person', 'your-administrator': 'an administrator', nobody: 'nobody' }[words.whoseTurn];
    note(number, { connect: `“${words.title}”; ${whose}` });
  });
});

/** What blames app or tenant and is known from the token endpoint alone is not believed from an address. */
function mayComeBack({ kind, places }: AadstsClass): boolean {
  return (kind !== 'app' && kind !== 'admin') || places.some((place) => place !== 'token');
}

describe('C4: every AADSTS number that Microsoft can send back ends on our page, or stays on its own', () => {
  withOwnServer();
  it.each(codes)('AADSTS%i, when the person is at Microsoft', async (number, entry) => {
    const turn = codes.findIndex(([one]) => one === number) + 1;
    const { problem, stayedAtMicrosoft } = await connectWhile(number, AUTHORIZE, turn);
    // Microsoft shows it on its own page and sends nobody back: the account page says so beforehand.
    if (stayedAtMicrosoft !== undefined) expect(stayedAtMicrosoft).toContain(`AADSTS${number}`);
    else if (!mayComeBack(entry)) expect(problem?.code).not.toContain('AADSTS');
    else expect(problem).toMatchObject({ code: `AADSTS${number}`, title: wordsOf(number, entry).title });
    note(number, { authorize: stayedAtMicrosoft === undefined ? 'our page' : 'Microsoft’s own page' });
  });
});

describe('C8: every AADSTS number at a renewal ends in the right state of the connection', () => {
  withOwnServer();
  it.each(codes)('AADSTS%i', async (number, entry) => {
    const { db } = scene.server;
    scene.emulator.control.clearFaults();
    const client = await signedIn('author');
    const live = await db.selectFrom('oauth2_integration').select('id').executeTakeFirst();
    if (!live) await scene.connect(client, people.author);
    const { id } = await db.selectFrom('oauth2_integration').select('id').executeTakeFirstOrThrow();
    await sql`update oauth2_integration set status = 'connected', failures = 0, next_attempt_at = null, last_error = null,
      access_token_expires_at = app_now()`.execute(db);
    // The breaker for the app's own faults has closed again by then.
    await scene.server.clock.advance(61);
    scene.emulator.control.addFault({ match: { path: TOKEN }, fault: { aadsts: number }, times: 5 });
    const graph = scene.server.app.accounts.graphFor(id);
    const refusal: { reason?: string } = await graph.request('GET', '/me').then(
      () => ({}),
      (error) => error,
    );
    const needsPerson = ['user', 'admin', 'declined'].includes(entry.kind);
    const { status } = await db.selectFrom('oauth2_integration').select('status').executeTakeFirstOrThrow();
    expect(status).toBe(needsPerson ? 'reconnect_needed' : 'connected');
    const reasons = {
      app: 'app_misconfigured',
      throttled: 'microsoft_unreachable',
      transient: 'microsoft_unreachable',
    };
    expect(refusal.reason).toBe(needsPerson ? 'reconnect_needed' : Reflect.get(reasons, entry.kind));
    const shown = (await client.get('/api/integrations/microsoft')).json();
    expect(shown.status).toBe(needsPerson ? 'reconnect-needed' : 'connected');
    if (needsPerson)
      expect(shown.problem).toMatchObject({ code: `AADSTS${number}`, title: wordsOf(number, entry).title });
    const kept = entry.kind === 'app' ? 'stays connected; the admins are told' : 'stays connected; tried again';
    note(number, { renewal: needsPerson ? 'reconnect needed' : kept });
  });
});

it('C4: page, note and doctor tell the administrator the same about a number', () => {
  for (const [number, { approval, whoseTurn, administratorMust, forAdministrator }] of wordsOfNumber) {
    if (approval) continue;
    const remedy = adminWordsOf(number)?.remedy;
    if (whoseTurn === 'your-administrator') expect(administratorMust, String(number)).toBe(remedy);
    if (remedy) expect(forAdministrator, String(number)).toBe(remedy);
  }
});

it('docs/aadsts.md is the table of what was seen', async () => {
  await expect(tableOf(codes)).toMatchFileSnapshot('../../../../docs/aadsts.md');
});

function tableOf(rows: typeof codes): string {
  const lines = rows.map(([number, entry]) => {
    const { connect, authorize, renewal } = seen.get(number) ?? { connect: '', authorize: '', renewal: '' };
    const { youCan, forAdministrator } = wordsOf(number, entry);
    const forThem = fillAdminWords(forAdministrator, {});
    const cells = [number, entry.meaning, `${entry.kind}: \`${entry.code}\``, connect, authorize, renewal, youCan];
    return `| ${[...cells, forThem].join(' | ')} |`;
  });
  return `# Microsoft's sign-in errors, one by one

What becomes of each AADSTS number. This page is written by \`server/src/accounts/microsoft/aadsts.test.ts\`, which has the
emulator send every one through the real server: while a code is redeemed, while the person is at Microsoft, and at a
renewal. The classes stand in \`microsoft365/src/connecting/aadsts-codes.ts\`, the words in \`problem-words-by-number.ts\`
and \`problem-words.ts\` beside the test. A number that is not here falls back to the class that the OAuth error's name
gives, with the words of that class.

| AADSTS | what it means | class | connecting: the page, and whose turn it is | at Microsoft | renewal: the connection | the person reads | the administrator reads |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
