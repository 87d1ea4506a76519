import { people } from '@megdocs/fixtures';
import { AADSTS_CODES } from '@megdocs/microsoft365';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, TENANT_ID } from '../../test/broken-scene.ts';
import { type ConnectingScene, connectingScene } from '../../test/connecting-scene.ts';
import { recordAudit } from '../platform/audit.ts';
import { isForAdministrators } from './aadsts-findings.ts';

/** The rows that somebody who administers MEGDocs or the tenant has to mend. */
const FOR_ADMINISTRATORS = [
  50011, 500113, 7000215, 7000222, 7000218, 700025, 700027, 50012, 700024, 700016, 7000112, 70001, 65001, 65005, 650052,
  650056, 650057, 90094, 53003, 53000, 53001, 53002, 530032, 530035, 53004, 53011, 50020, 51004, 50105, 50053, 50057,
  50194, 90002, 90019, 50059, 9002332, 900382, 90038, 500011, 500212, 500213, 500021, 50097, 9002325, 9002326, 9002327,
  700084,
];

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene({ MICROSOFT_TENANT: TENANT_ID });
});
afterAll(() => scene.close());

async function refused(who: keyof typeof people, query: string): Promise<void> {
  const client = await scene.server.signIn(who);
  const state = (await scene.press(client)).searchParams.get('state');
  await client.get(`/auth/oauth2/microsoft/callback/?${query}&state=${state}`);
}

async function noted(code: string, aadsts?: number): Promise<void> {
  const { db, seeded } = scene.server;
  const person = await db
    .selectFrom('person')
    .selectAll()
    .where('email', '=', people.approver.email)
    .executeTakeFirstOrThrow();
  await db.transaction().execute((tx) =>
    recordAudit(tx, {
      institutionId: seeded.get('stmarys')?.id ?? '',
      personId: person.id,
      kind: 'microsoft_connect_failed',
      detail: { code, aadsts },
    }),
  );
}

const found = async (user?: string) =>
  (await examine(scene.server, user ? { user } : {})).checks.flatMap(({ findings }) => findings);

describe('C15: what shows only when a person signs in', () => {
  it('consent missing: an administrator has to consent (90094)', async () => {
    const said = encodeURIComponent('AADSTS90094: The grant requires admin permission.');
    await refused('author', `error=access_denied&error_description=${said}`);
    const one = await examine(scene.server, {});
    expect(one.toDo[0]).toMatchObject({ code: 'AADSTS90094', remedy: expect.stringContaining('consent link') });
    // Whoever writes such an address by hand must not break the verdict for all.
    expect(one.ok).toBe(true);
    await refused('approver', `error=access_denied&error_description=${said}`);
    const two = await examine(scene.server, {});
    expect(two).toMatchObject({ ok: false, toDo: [{ code: 'AADSTS90094' }] });
    const own = await examine(scene.server, { user: people.author.email });
    expect(own.checks.find(({ check }) => check === 'connection')?.findings[0]?.code).toBe('AADSTS90094');
  });

  it('consent missing (65001), and a platform that is no “Web” (9002327), come back from the token endpoint', async () => {
    for (const aadsts of [65001, 9002327]) {
      scene.emulator.control.addFault({ match: { path: '/oauth2/v2\\.0/token$' }, times: 1, fault: { aadsts } });
      await scene.connect(await scene.server.signIn('author2'), people.author2);
      expect((await found()).map(({ code }) => code)).toContain(`AADSTS${aadsts}`);
    }
    const spa = (await found()).find(({ code }) => code === 'AADSTS9002327');
    expect(spa?.remedy).toMatch(/Single-page application.*“Web”/);
  });

  it.each([7000222, 900382, 700025])('AADSTS%i on the way back is no word of Microsoft’s', async (aadsts) => {
    await refused('reader', `error=invalid_request&error_description=AADSTS${aadsts}`);
    expect((await found()).map(({ code }) => code)).not.toContain(`AADSTS${aadsts}`);
  });

  it('a denial with a number that nobody knows is a rule of the tenant, and doctor tells the number', async () => {
    const client = await scene.server.signIn('reader');
    const state = (await scene.press(client)).searchParams.get('state');
    const query = `error=access_denied&error_description=AADSTS7000229: missing service principal&state=${state}`;
    const answer = await client.get(`/auth/oauth2/microsoft/callback/?${encodeURI(query)}`);
    const problem = await scene.problem(client, String(answer.headers.location));
    expect(problem).toMatchObject({ code: 'AADSTS7000229', whoseTurn: 'your-administrator' });
    const finding = (await found()).find(({ code }) => code === 'AADSTS7000229');
    expect(finding).toMatchObject({ severity: 'warning', remedy: expect.stringContaining('error?code=7000229') });
  });

  it('tokens that Graph refuses are told', async () => {
    await noted('token_refused');
    expect((await found()).find(({ code }) => code === 'token_refused')).toMatchObject({ severity: 'failure' });
  });

  it('what somebody has got over since is not told any more', async () => {
    await scene.connect(await scene.server.signIn('author'), people.author);
    await scene.connect(await scene.server.signIn('approver'), people.approver);
    const codes = (await found()).map(({ code }) => code);
    expect(codes).not.toContain('AADSTS90094');
    // The platform is mended for everybody when it is for one; a person's own consent is not.
    expect(codes).not.toContain('AADSTS9002327');
    expect(codes).toContain('AADSTS65001');
  });

  it.each(FOR_ADMINISTRATORS)('AADSTS%i is found with what it means, why it matters and what to do', async (aadsts) => {
    await noted('app_misconfigured', aadsts);
    const finding = (await found()).find(({ code }) => code === `AADSTS${aadsts}`);
    expect(finding).toMatchObject({ severity: 'failure' });
    for (const words of [finding?.what, finding?.why, finding?.remedy]) {
      expect(words).toMatch(/^\p{Lu}[^{}]{15,}$/u);
      expect(words).not.toContain('“”');
    }
  });

  it('nothing that Microsoft says and that only administrators can mend is left out', () => {
    const kinds = new Set(['app', 'admin']);
    const missing = Object.entries(AADSTS_CODES)
      .filter(([, { kind }]) => kinds.has(kind))
      .map(([number]) => Number(number));
    expect(missing.filter((number) => !isForAdministrators(number))).toEqual([]);
  });
});

describe('the page of the self-test', () => {
  it('is for administrators of an institution, and streams one result a line', async () => {
    const nurse = await scene.server.signIn('reader');
    expect((await nurse.get('/api/self-test')).statusCode).toBe(403);
    expect((await nurse.post('/api/self-test')).statusCode).toBe(403);
    expect((await scene.server.browser().post('/api/self-test')).statusCode).toBe(401);
    const admin = await scene.server.signIn('controller');
    const { checks } = (await admin.get('/api/self-test')).json();
    const answer = await admin.post('/api/self-test');
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    const results = answer.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ check }) => check)).toEqual(checks.map(({ check }: { check: string }) => check));
  });

  it('tells nothing of the people of another institution', async () => {
    const admin = await scene.server.signIn('riversideController');
    const answer = await admin.post('/api/self-test');
    expect(answer.body).not.toContain('AADSTS');
  });
});
