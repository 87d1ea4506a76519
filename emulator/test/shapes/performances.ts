import { CLIENT_ID, connect, type GraphReply, paramsOf, redeem, requestToken, SECRET } from '../cast.ts';
import type { Scene } from './scene.ts';

/** Brings the emulator to give that answer; several where the page shows several forms of one. */
export type Performance = (scene: Scene) => Promise<GraphReply | GraphReply[]>;

/** One for each row of `documented-shapes.json`: `METHOD address status`. */
export const performances: Record<string, Performance> = {
  'GET /me 200': ({ graph }) => graph('GET', '/me'),
  'GET /me 401': ({ graph }) => graph('GET', '/me', undefined, { authorization: 'Bearer nonsense' }),
  'GET (any) 401': ({ graph }) => graph('GET', '/me/drive', undefined, { authorization: '' }),
  'GET (any) 416': ({ emulator, graph }) => {
    emulator.control.addFault({ match: { path: '/me' }, fault: { graphError: 'invalidRange' } });
    return graph('GET', '/me/drive/root');
  },
  'GET /users/{} 200': ({ graph }) => graph('GET', '/users/ann@hospital.example'),
  'GET /users/{}?select=displayName,givenName,postalCode 200': ({ graph }) =>
    graph('GET', '/users/ann@hospital.example?$select=displayName,givenName,postalCode'),
  'GET /organization 200': ({ graph }) => graph('GET', '/organization'),
  'GET /oidc/userinfo 200': ({ emulator, graph }) => graph('GET', `${emulator.url}/oidc/userinfo`),

  'GET /me/drives 200': ({ graph }) => graph('GET', '/me/drives'),
  'GET /drives/{} 200': async ({ graph, upload }) =>
    graph('GET', `/drives/${(await upload('a.txt')).parentReference.driveId}`),
  'GET /me/drive/recent 200': async ({ graph, upload }) => {
    await upload('lately.txt');
    return graph('GET', '/me/drive/recent');
  },
  'GET /me/drive/special/{} 200': ({ graph }) => graph('GET', '/me/drive/special/documents'),
  'GET /me/drive/special/{}/children 200': async ({ home, upload }) => {
    await upload('Documents/Sub/a.txt', 'x', home);
    await upload('Documents/a.txt', 'x', home);
    return home('GET', '/me/drive/special/documents/children');
  },
  'GET /sites/{} 200': ({ graph }) => graph('GET', '/sites/root'),
  'GET /sites/{}:/{} 200': async ({ graph }) => {
    const { webUrl } = (await graph('GET', '/sites?search=*')).body.value.find((one: { webUrl: string }) =>
      one.webUrl.includes('/sites/'),
    );
    return graph('GET', `/sites/${new URL(webUrl).hostname}:${new URL(webUrl).pathname}`);
  },
  'GET /sites?search={} 200': ({ graph }) => graph('GET', '/sites?search=*'),
  'GET /sites/{}/sites 200': ({ graph }) => graph('GET', '/sites/root/sites'),

  'GET /me/drive/root 200': ({ graph }) => graph('GET', '/me/drive/root'),
  'HEAD /me/drive/root 200': ({ graph }) => graph('HEAD', '/me/drive/root'),
  'GET /me/drive/root?expand=children(select=id,name) 200': ({ graph }) =>
    graph('GET', '/me/drive/root?$expand=children($select=id,name)'),
  'GET /me/drive/root/children?select=name,size 200': ({ graph }) =>
    graph('GET', '/me/drive/root/children?$select=name,size'),
  'POST /me/drive/root/children 201': ({ graph }) =>
    graph('POST', '/me/drive/root/children', { name: 'New', folder: {} }),
  'POST /me/drive/root/children 409': async ({ graph }) => {
    const order = { name: 'Twice', folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
    await graph('POST', '/me/drive/root/children', order);
    return graph('POST', '/me/drive/root/children', order);
  },
  'GET /drives/{}/root:/{}:/children 200': async ({ graph, upload }) => {
    const { parentReference } = await upload('Folder/a.txt');
    return everyPage({ graph }, `/drives/${parentReference.driveId}/root:/Folder:/children?$top=1`);
  },
  'GET /drives/{}/items/{}/children 200': async ({ graph, anyones }) =>
    graph('GET', anyones((await graph('GET', '/me/drive/root:/Folder')).body, '/children')),
  "GET /me/drive/root/search(q='{text}') 200": ({ graph }) =>
    everyPage({ graph }, "/me/drive/root/search(q='Contoso')?$top=1"),
  "GET /me/drive/search(q='{text}') 200": ({ graph }) => everyPage({ graph }, "/me/drive/search(q='Contoso')?$top=1"),

  'GET /me/drive/items/{} 200': async ({ graph, mine }) =>
    graph('GET', mine((await graph('GET', '/me/drive/root:/Folder')).body)),
  'GET /me/drive/items/{} 404': ({ graph, mine }) => graph('GET', mine({ id: `01${'A'.repeat(32)}` })),
  'PATCH /me/drive/items/{} 200': async ({ graph, upload, mine }) => {
    const item = await upload('old name.txt');
    const { body: folder } = await graph('GET', '/me/drive/root:/Folder');
    return graph('PATCH', mine(item), { name: 'new name.txt', parentReference: { id: folder.id } });
  },
  'PATCH /drives/{}/items/{} 412': async ({ graph, upload, anyones }) =>
    graph('PATCH', anyones(await upload('stale.txt')), { name: 'x.txt' }, { 'if-match': '"{0},9"' }),
  'DELETE /me/drive/items/{} 204': async ({ graph, upload, mine }) => graph('DELETE', mine(await upload('gone.txt'))),
  'POST /me/drive/items/{}/restore 200': async ({ home, upload, mine }) => {
    const item = await upload('restored.txt', 'x', home);
    await home('DELETE', mine(item));
    return home('POST', mine(item, '/restore'), { name: 'back.txt' });
  },
  'POST /me/drive/items/{}/copy 202': async ({ graph, upload, mine }) =>
    graph('POST', mine(await upload('original.txt'), '/copy'), { name: 'copy.txt' }),
  'GET {monitorUrl} 202': async ({ graph, upload, mine }) => {
    const { headers } = await graph('POST', mine(await upload('first.txt'), '/copy'), { name: 'second.txt' });
    const at = headers.get('location') ?? '';
    return [await plain(at), await untilDone(at)];
  },

  'GET /me/drive/items/{}/content 302': async ({ graph, upload, mine }) =>
    graph('GET', mine(await upload('read.txt'), '/content')),
  'GET /me/drive/items/{}/content?format={} 302': async ({ graph, upload, mine }) =>
    graph('GET', mine(await upload('table.csv', 'a,b'), '/content?format=pdf')),
  'GET {downloadUrl} 206': async ({ upload }) =>
    plain((await upload('part.txt'))['@microsoft.graph.downloadUrl'], { headers: { range: 'bytes=0-3' } }),
  'PUT /me/drive/items/{}/content 200': async ({ graph, upload, mine }) =>
    graph('PUT', mine(await upload('replaced.txt'), '/content'), 'other'),
  'PUT /me/drive/root:/{}:/content 201': ({ graph }) => graph('PUT', '/me/drive/root:/brand new.txt:/content', 'x'),
  'POST /me/drive/root:/{}:/createUploadSession 200': ({ graph }) =>
    graph('POST', '/me/drive/root:/large.bin:/createUploadSession', {}),
  'POST /me/drive/items/{}/createUploadSession 423': async ({ emulator, graph, upload, mine }) => {
    const item = await upload('open.docx');
    const ref = { driveId: item.parentReference.driveId, itemId: item.id };
    await emulator.control.changeItem(ref, { open: 'bob@hospital.example' });
    return graph('POST', mine(item, '/createUploadSession'), {});
  },
  'PUT {uploadUrl} 202': async (scene) => fragment(await session(scene, 'a.bin'), 0, 3, 10),
  'GET {uploadUrl} 200': async (scene) => plain(await session(scene, 'b.bin')),
  'DELETE {uploadUrl} 204': async (scene) => plain(await session(scene, 'c.bin'), { method: 'DELETE' }),
  'PUT {uploadUrl} 201': async (scene) => fragment(await session(scene, 'd.bin'), 0, 9, 10),
  'POST {uploadUrl} 201': async (scene) => {
    const url = await session(scene, 'e.bin', { deferCommit: true });
    await fragment(url, 0, 9, 10);
    return plain(url, { method: 'POST', headers: { 'content-length': '0' } });
  },
  'PUT /me/drive/root:/{} 201': async ({ graph, upload }) => {
    const { body } = await graph('POST', '/me/drive/root:/taken.txt:/createUploadSession', {
      item: { '@microsoft.graph.conflictBehavior': 'fail' },
    });
    await upload('taken.txt');
    await fragment(body.uploadUrl, 0, 9, 10);
    return graph('PUT', '/me/drive/root:/', { name: 'free.txt', '@microsoft.graph.sourceUrl': body.uploadUrl });
  },

  'GET /me/drive/items/{}/versions 200': async ({ graph, upload, mine }) =>
    graph('GET', mine(await upload('versions.txt'), '/versions')),
  'GET /me/drive/items/{}/versions/{} 200': async ({ graph, upload, mine }) =>
    graph('GET', mine(await upload('version.txt'), '/versions/1.0')),
  'GET /me/drive/items/{}/versions/{}/content 302': async ({ graph, upload, mine }) => {
    await upload('older.txt', 'one');
    return graph('GET', mine(await upload('older.txt', 'two'), '/versions/1.0/content'));
  },
  'POST /drives/{}/items/{}/versions/{}/restoreVersion 204': async ({ graph, upload, anyones }) => {
    await upload('turned back.txt', 'one');
    return graph('POST', anyones(await upload('turned back.txt', 'two'), '/versions/1.0/restoreVersion'));
  },
  'GET /me/drive/root/delta 200': async ({ graph, upload, mine }) => {
    const item = await upload('removed.txt');
    const first = await graph('GET', '/me/drive/root/delta?$top=2');
    await graph('DELETE', mine(item));
    return [first, ...(await everyPage({ graph }, first.body['@odata.nextLink']))];
  },
  "GET /me/drive/root/delta(token='{token}') 200": async ({ graph, upload, mine }) => {
    const { body } = await graph('GET', '/me/drive/root/delta?token=latest');
    await upload('Changed/later.txt');
    await graph('DELETE', mine(await upload('Changed/gone.txt')));
    const token = new URL(body['@odata.deltaLink']).searchParams.get('token');
    return graph('GET', `/me/drive/root/delta(token='${token}')`);
  },
  "GET /me/drive/root/delta(token='{token}') 410": ({ emulator, graph }) => {
    emulator.control.addFault({ match: { path: '/delta' }, fault: { graphError: 'resyncRequired' } });
    return graph('GET', "/me/drive/root/delta(token='outworn')");
  },
  'GET /me/drive/root/delta?token=latest 200': ({ graph }) => graph('GET', '/me/drive/root/delta?token=latest'),

  'POST /drives/{}/items/{}/checkout 204': async ({ graph, upload, anyones }) =>
    graph('POST', anyones(await upload('out.docx'), '/checkout')),
  'POST /drives/{}/items/{}/checkin 204': async ({ graph, upload, anyones }) => {
    const item = await upload('in.docx');
    await graph('POST', anyones(item, '/checkout'));
    return graph('POST', anyones(item, '/checkin'), { comment: 'Done.' });
  },
  'POST /drives/{}/items/{}/discardCheckout 204': async ({ graph, upload, anyones }) => {
    const item = await upload('thrown.docx');
    await graph('POST', anyones(item, '/checkout'));
    return graph('POST', anyones(item, '/discardCheckout'));
  },
  'POST /me/drive/items/{}/checkout 400': async ({ home, upload, mine }) =>
    home('POST', mine(await upload('home.docx', 'x', home), '/checkout')),
  'POST /me/drive/items/{}/preview 200': async ({ graph, upload, mine }) =>
    graph('POST', mine(await upload('seen.txt'), '/preview'), {}),

  'POST /me/drive/items/{}/createLink 201': async ({ graph, home, upload, mine }) => {
    const item = await upload('linked.txt');
    const link = (type: string, scope: string) => graph('POST', mine(item, '/createLink'), { type, scope });
    const embedded = await upload('embedded.txt', 'x', home);
    return [
      await link('view', 'anonymous'),
      await link('edit', 'organization'),
      await home('POST', mine(embedded, '/createLink'), { type: 'embed' }),
    ];
  },
  'POST /me/drive/items/{}/invite 200': ({ graph, upload, mine }) => invited({ graph, upload, mine }, 'invited.txt'),
  'GET /me/drive/items/{}/permissions 200': async ({ graph, upload, mine }) => {
    const item = await upload('Shared/of many.txt');
    const { body: folder } = await graph('GET', '/me/drive/root:/Shared');
    await invite({ graph, mine }, folder);
    await invite({ graph, mine }, item);
    await graph('POST', mine(item, '/createLink'), { type: 'edit', scope: 'organization' });
    return graph('GET', mine(item, '/permissions'));
  },
  'GET /me/drive/items/{}/permissions/{} 200': async ({ graph, upload, mine }) => {
    const item = await upload('one right.txt');
    const { body } = await invite({ graph, mine }, item);
    return graph('GET', mine(item, `/permissions/${body.value[0].id}`));
  },
  'PATCH /me/drive/items/{}/permissions/{} 200': async ({ graph, upload, mine }) => {
    const item = await upload('changed right.txt');
    const { body } = await invite({ graph, mine }, item);
    return graph('PATCH', mine(item, `/permissions/${body.value[0].id}`), { roles: ['read'] });
  },
  'DELETE /me/drive/items/{}/permissions/{} 204': async ({ graph, upload, mine }) => {
    const item = await upload('ended right.txt');
    const { body } = await invite({ graph, mine }, item);
    return graph('DELETE', mine(item, `/permissions/${body.value[0].id}`));
  },
  'GET /shares/{} 200': async ({ graph, upload }) => graph('GET', `/shares/${shareOf(await upload('s.txt'))}`),
  'GET /shares/{}/driveItem 200': async ({ graph, upload }) =>
    graph('GET', `/shares/${shareOf(await upload('s.txt'))}/driveItem`),
  'GET /shares/{}/driveItem?expand=children 200': async ({ graph }) =>
    graph('GET', `/shares/${shareOf((await graph('GET', '/me/drive/root:/Folder')).body)}/driveItem?$expand=children`),

  'POST /subscriptions 201': (scene) => subscribe(scene),
  'GET /subscriptions 200': async (scene) => {
    await subscribe(scene);
    return scene.graph('GET', '/subscriptions');
  },
  'GET /subscriptions/{} 200': async (scene) =>
    scene.graph('GET', `/subscriptions/${(await subscribe(scene)).body.id}`),
  'PATCH /subscriptions/{} 200': async (scene) =>
    scene.graph('PATCH', `/subscriptions/${(await subscribe(scene)).body.id}`, {
      expirationDateTime: inMinutes(120),
    }),
  'DELETE /subscriptions/{} 204': async (scene) =>
    scene.graph('DELETE', `/subscriptions/${(await subscribe(scene)).body.id}`),
  '{notificationUrl} 202': async (scene) => {
    await subscribe(scene);
    await scene.upload('noticed.txt');
    return scene.receiver.next('/changes');
  },
  '{lifecycleNotificationUrl} 202': async (scene) => {
    const { body } = await subscribe(scene);
    scene.emulator.control.changeSubscription(body.id, { lifecycleEvent: 'reauthorizationRequired' });
    return scene.receiver.next('/lifecycle');
  },
  'POST /$batch 200': ({ graph }) => graph('POST', '/$batch', { requests: [{ id: '1', method: 'GET', url: '/me' }] }),

  'GET /common/discovery/instance 200': ({ emulator }) =>
    plain(
      `${emulator.url}/common/discovery/instance?api-version=1.1&authorization_endpoint=${emulator.url}/common/oauth2/v2.0/authorize`,
    ),
  'GET /{}/v2.0/.well-known/openid-configuration 200': ({ emulator }) =>
    plain(`${emulator.url}/organizations/v2.0/.well-known/openid-configuration`),
  'GET /{}/discovery/v2.0/keys 200': ({ emulator }) => plain(`${emulator.url}/common/discovery/v2.0/keys`),
  'POST /{}/oauth2/v2.0/devicecode 200': ({ emulator }) =>
    plain(`${emulator.url}/organizations/oauth2/v2.0/devicecode`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: CLIENT_ID, scope: 'User.Read' }),
    }),
  'POST /{}/oauth2/v2.0/token 200': async ({ emulator }) =>
    answer(await redeem(emulator, paramsOf(await connect(emulator)).get('code'))),
  'POST /{}/oauth2/v2.0/token 400': async ({ emulator, ann }) => {
    emulator.control.addFault({ match: { path: '/token' }, fault: { aadsts: 50076 } });
    return answer(
      await requestToken(emulator, {
        client_secret: SECRET,
        grant_type: 'refresh_token',
        refresh_token: ann.refresh,
      }),
    );
  },
};

function answer({ status, body }: { status: number; body: unknown }): GraphReply {
  return { status, headers: new Headers(), body };
}

async function plain(url: string, options: RequestInit = {}): Promise<GraphReply> {
  const response = await fetch(url, { redirect: 'manual', ...options });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function everyPage({ graph }: Pick<Scene, 'graph'>, first: string): Promise<GraphReply[]> {
  const pages = [await graph('GET', first)];
  for (let next = pages[0]?.body['@odata.nextLink']; next; next = pages.at(-1)?.body['@odata.nextLink'])
    pages.push(await graph('GET', next));
  return pages;
}

async function untilDone(monitor: string): Promise<GraphReply> {
  for (;;) {
    const reply = await plain(monitor);
    if (reply.body.status === 'completed') return reply;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function session({ graph }: Scene, name: string, order: object = {}): Promise<string> {
  return (await graph('POST', `/me/drive/root:/${name}:/createUploadSession`, order)).body.uploadUrl;
}

function fragment(url: string, from: number, to: number, size: number): Promise<GraphReply> {
  const body = 'x'.repeat(to - from + 1);
  return plain(url, { method: 'PUT', body, headers: { 'content-range': `bytes ${from}-${to}/${size}` } });
}

type Inviting = Pick<Scene, 'graph' | 'mine'>;

function invite({ graph, mine }: Inviting, item: { id: string }): Promise<GraphReply> {
  return graph('POST', mine(item, '/invite'), {
    recipients: [{ email: 'bob@hospital.example' }],
    message: 'Please write with me.',
    requireSignIn: true,
    sendInvitation: false,
    roles: ['write'],
  });
}

async function invited(scene: Inviting & Pick<Scene, 'upload'>, name: string): Promise<GraphReply> {
  return invite(scene, await scene.upload(name));
}

function shareOf({ webUrl }: { webUrl: string }): string {
  return `u!${Buffer.from(webUrl).toString('base64url')}`;
}

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

function subscribe({ graph, receiver }: Scene): Promise<GraphReply> {
  return graph('POST', '/subscriptions', {
    changeType: 'updated',
    notificationUrl: receiver.url,
    lifecycleNotificationUrl: receiver.lifecycleUrl,
    resource: '/me/drive/root',
    expirationDateTime: inMinutes(60),
    clientState: 'a-secret-of-the-application',
  });
}
