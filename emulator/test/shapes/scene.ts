import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from '../../src/index.ts';
import {
  aConfig,
  authorizeUrl,
  type GraphReply,
  graphFor,
  PASSWORD,
  paramsOf,
  REDIRECT_URI,
  requestToken,
  startTestEmulator,
  tokensFor,
  VERIFIER,
} from '../cast.ts';
import { Person } from '../playing-a-person.ts';

/** Two colleagues' and a personal account's Graph, a receiver of notifications, and files to ask about. */
export async function startScene() {
  const emulator = await startTestEmulator({ config: forEverybody(aConfig()) });
  const ann = await tokensFor(emulator);
  const graph = graphFor(emulator, ann.access);
  const bob = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
  const home = graphFor(emulator, await personalToken(emulator));
  const receiver = await startReceiver();
  const upload = async (path: string, content = 'some content', of = graph) =>
    (await of('PUT', `/me/drive/root:/${path}:/content`, content)).body;
  const scene = {
    emulator,
    ann,
    graph,
    home,
    receiver,
    upload,
    /** By its id, in the signed-in person's drive. */
    mine: (item: { id: string }, action = '') => `/me/drive/items/${item.id}${action}`,
    /** By drive and id. */
    anyones: (item: { id: string; parentReference: { driveId: string } }, action = '') =>
      `/drives/${item.parentReference.driveId}/items/${item.id}${action}`,
    async end() {
      await emulator.close();
      receiver.close();
    },
  };
  await upload('Contoso/Contoso Project.txt');
  await upload('Folder/a.txt');
  await upload('Folder/Inner/deep.txt');
  await upload('Contoso Project.txt');
  const shared = await upload('Contoso from Bob.txt', 'shared', bob);
  await bob('POST', `/me/drive/items/${shared.id}/invite`, {
    recipients: [{ email: 'ann@hospital.example' }],
    requireSignIn: true,
    sendInvitation: false,
    roles: ['write'],
  });
  await graph('GET', `/drives/${shared.parentReference.driveId}/items/${shared.id}`);
  return scene;
}

export type Scene = Awaited<ReturnType<typeof startScene>>;

function forEverybody(config: ReturnType<typeof aConfig>): ReturnType<typeof aConfig> {
  const applications = config.applications?.map((app) => ({
    ...app,
    signInAudience: 'AzureADandPersonalMicrosoftAccount' as const,
  }));
  return { ...config, ...(applications ? { applications } : {}) };
}

async function personalToken(emulator: Emulator): Promise<string> {
  const person = new Person();
  const asked = await person.open(authorizeUrl(emulator, {}, 'common'));
  const consent = await person.signIn(asked, 'home@outlook.example', PASSWORD);
  const back = await person.submit(consent, 'consent', { decision: 'accept' });
  const code = paramsOf(back).get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
  return (await requestToken(emulator, fields, 'common')).body.access_token;
}

/** An application's two addresses for notifications: answers the handshake, keeps what comes. */
async function startReceiver() {
  const bodies: { path: string; body: unknown }[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const token = url.searchParams.get('validationToken');
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      response.writeHead(token === null ? 202 : 200, { 'content-type': 'text/plain' }).end(token ?? '');
      if (token !== null) return;
      bodies.push({ path: url.pathname, body: JSON.parse(text) });
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/changes`,
    lifecycleUrl: `${origin}/lifecycle`,
    /** The first body that came, or comes, to that path. */
    async next(path: string): Promise<GraphReply> {
      for (;;) {
        const found = bodies.find((one) => one.path === path);
        if (found) return { status: 202, headers: new Headers(), body: found.body };
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    close: () => server.close(),
  };
}
