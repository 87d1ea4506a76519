import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterAll(() => scene.close());

const { author } = people;
const CALLBACK = '/auth/oauth2/microsoft/callback/';

async function rows(): Promise<number> {
  return (await scene.server.db.selectFrom('oauth2_integration').select('id').execute()).length;
}

describe('who may not come back', () => {
  it('S13, S19: unknown, altered, empty, doubled and missing states look alike, and cost no token call', async () => {
    const client = await scene.server.signIn('author');
    const good = await scene.atMicrosoft(await scene.press(client), author);
    const state = new URL(good, 'http://x').searchParams.get('state') ?? '';
    const altered = state.startsWith('A') ? `B${state.slice(1)}` : `A${state.slice(1)}`;
    const before = scene.tokenCalls();
    const shown = [];
    for (const query of [
      `code=x&state=${'a'.repeat(43)}`,
      `code=x&state=${altered}`,
      'code=x&state=',
      'code=x',
      `code=x&state=${state}&state=${state}`,
      `code=x&state=${encodeURIComponent("' or 1=1 --")}`,
      `error=access_denied&state=${'a'.repeat(43)}`,
    ]) {
      const answer = await client.get(`${CALLBACK}?${query}`);
      expect(answer.statusCode).toBe(303);
      const { reference: _, at: __, ...problem } = await scene.problem(client, String(answer.headers.location));
      shown.push(problem);
    }
    const other = await scene.server.signIn('author2');
    const stolen = await other.get(good);
    const { reference: _, at: __, ...problem } = await scene.problem(other, String(stolen.headers.location));
    shown.push(problem);
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(scene.tokenCalls()).toBe(before);
    expect(await rows()).toBe(0);
    // Nothing of it consumed the real one.
    expect((await client.get(good)).headers.location).toBe('/accounts/account/microsoft/');
  });

  it('S14: another browser of the same person is refused, without a token call', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const before = scene.tokenCalls();
    const elsewhere = await scene.server.signIn('author');
    expect(await scene.problem(elsewhere, String((await elsewhere.get(callback)).headers.location))).toMatchObject({
      code: 'flow_not_known',
    });
    elsewhere.cookies.set('browser', 'A'.repeat(43));
    expect(String((await elsewhere.get(callback)).headers.location)).toContain('/outcome/');
    expect(scene.tokenCalls()).toBe(before);
  });

  it('S15: another person in the same browser is refused; signed out, one is sent to sign in', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const before = scene.tokenCalls();
    await client.delete('/api/session');
    expect(String((await client.get(callback)).headers.location)).toMatch(/^\/sign-in\//);
    await client.signIn(people.author2.email, people.author2.password);
    expect(String((await client.get(callback)).headers.location)).toContain('/outcome/');
    expect(scene.tokenCalls()).toBe(before);
  });

  it('S16: after ten minutes it says to start again, without a token call', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const before = scene.tokenCalls();
    await scene.server.clock.advance(601);
    const problem = await scene.problem(client, String((await client.get(callback)).headers.location));
    expect(problem).toMatchObject({ code: 'flow_too_old', whoseTurn: 'you', tryAgain: true });
    expect(scene.tokenCalls()).toBe(before);
  });

  it('S22: what is both code and error, or endless, is refused without a token call', async () => {
    const client = await scene.server.signIn('author');
    const before = scene.tokenCalls();
    for (const wrong of ['&error=access_denied', '&code=again', `&session_state=${'x'.repeat(9000)}`]) {
      const callback = await scene.atMicrosoft(await scene.press(client), author);
      const answer = await client.get(callback + wrong);
      expect(await scene.problem(client, String(answer.headers.location))).toMatchObject({
        code: 'response_untrusted',
      });
    }
    expect(scene.tokenCalls()).toBe(before);
  });

  it('S20: another issuer is refused without a token call', async () => {
    const client = await scene.server.signIn('author');
    const before = scene.tokenCalls();
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const answer = await client.get(`${callback}&iss=${encodeURIComponent('https://evil.example/v2.0')}`);
    expect(await scene.problem(client, String(answer.headers.location))).toMatchObject({ code: 'response_untrusted' });
    expect(scene.tokenCalls()).toBe(before);
  });
});

describe('once and only once', () => {
  it('S17, R28: the same callback in parallel and again redeems the code once, and all see the same end', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client, '/my-work/'), author);
    const before = scene.tokenCalls();
    const answers = await Promise.all([client.get(callback), client.get(callback), client.get(callback)]);
    answers.push(await client.get(callback));
    expect(answers.map((answer) => answer.headers.location)).toEqual(Array(4).fill('/my-work/'));
    expect(scene.tokenCalls()).toBe(before + 1);
  });

  it('a refused flow shows its stored outcome again, with the same reference', async () => {
    const client = await scene.server.signIn('author2');
    const callback = await scene.atMicrosoft(await scene.press(client), people.author2, 'cancel');
    const pages = [await client.get(callback), await client.get(callback)].map((answer) =>
      String(answer.headers.location),
    );
    expect(pages[1]).toBe(pages[0]);
    await scene.server.clock.advance(9 * 60);
    const problem = await scene.problem(client, pages[0] ?? '');
    expect(scene.server.logged()).toContain(`"reference":"${problem.reference}"`);
  });

  it('an outcome is shown to its person alone', async () => {
    const client = await scene.server.signIn('author2');
    const callback = await scene.atMicrosoft(await scene.press(client), people.author2, 'cancel');
    const page = String((await client.get(callback)).headers.location);
    const id = page.split('/').at(-2);
    const other = await scene.server.signIn('author');
    expect((await other.get(`/api/integrations/microsoft/outcomes/${id}`)).statusCode).toBe(404);
    expect((await other.get('/api/integrations/microsoft/outcomes/nonsense')).statusCode).toBe(404);
  });

  it('S53: HEAD, POST and loading ahead consume nothing', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const before = scene.tokenCalls();
    expect((await client.send({ method: 'HEAD', url: callback })).statusCode).toBe(405);
    expect((await client.postForm(callback)).statusCode).toBe(405);
    expect((await client.get(callback, { 'sec-purpose': 'prefetch;prerender' })).statusCode).toBe(503);
    expect(scene.tokenCalls()).toBe(before);
    expect((await client.get(callback)).headers.location).toBe('/accounts/account/microsoft/');
  });

  it('R27: a flow whose process died after the claim offers to start again', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    await scene.server.db
      .updateTable('pending_authorization')
      .set({ state: 'claimed', claimed_at: scene.server.clock.now() })
      .where('state', '=', 'open')
      .execute();
    await scene.server.clock.advance(46);
    const answer = await client.get(callback);
    expect(await scene.problem(client, String(answer.headers.location))).toMatchObject({ code: 'flow_interrupted' });
  });

  it('S59: who starts without end is slowed down, and nobody else is', async () => {
    const client = await scene.server.signIn('reader');
    const statuses = new Set<number>();
    for (let start = 0; start < 32; start++)
      statuses.add((await client.postForm('/accounts/account/microsoft/connect')).statusCode);
    expect(statuses).toEqual(new Set([303, 429]));
    await scene.press(await scene.server.signIn('approver'));
  });
});
