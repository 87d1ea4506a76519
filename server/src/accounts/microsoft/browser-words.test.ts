import { routes } from '@megdocs/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';

const CALLBACK = '/auth/oauth2/microsoft/callback/';
const CONNECT = '/accounts/account/microsoft/connect';

/** As a browser sends a form. */
const submit = (client: TestClient, url: string) =>
  client.send({
    method: 'POST',
    url,
    payload: '',
    headers: {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'content-type': 'application/x-www-form-urlencoded',
    },
  });

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterAll(() => scene.close());

it('C4: a browser that posts to the callback, or connects too often, reads words; a program reads JSON', async () => {
  const client = await scene.server.signIn('author');
  const posted = await submit(client, CALLBACK);
  expect(posted.statusCode).toBe(405);
  expect(posted.headers['content-type']).toContain('text/html');
  expect(posted.body).toContain('<h1>Microsoft sends the browser here by GET only.</h1>');
  const program = await client.post(CALLBACK, {});
  expect(program.headers['content-type']).toContain('application/json');
  let last = await submit(client, CONNECT);
  for (let press = 0; press < 31 && last.statusCode === 303; press++) last = await submit(client, CONNECT);
  expect(last.statusCode).toBe(429);
  expect(last.body).toMatch(/<h1>That was asked too often\.<\/h1>\s*<p>Wait a minute/);
});

it('C13: somebody who is no administrator reads in words why they can not approve', async () => {
  const client = await scene.server.signIn('reader');
  const answer = await submit(client, routes.consent);
  expect(answer.statusCode).toBe(403);
  expect(answer.body).toMatch(/<h1>.*administrators/);
});

it('C4: who comes back from Microsoft signed out is told on the page where they sign in', async () => {
  const answer = await scene.server.browser().get(`${CALLBACK}?code=x&state=${'a'.repeat(43)}`);
  expect(answer.headers.location).toMatch(/^\/sign-in\/?\?returnTo=.*&from=microsoft$/);
});

it('C4: a page vouches only for references that the trail has', async () => {
  const client = await scene.server.signIn('approver');
  const madeUp = await client.get('/api/integrations/microsoft/outcomes/CALLHELPDESK0800');
  expect(madeUp.statusCode).toBe(404);
  const answer = await client.get(`${CALLBACK}?code=x&state=${'a'.repeat(43)}`);
  expect(await scene.problem(client, String(answer.headers.location))).toMatchObject({ code: 'flow_not_known' });
});
