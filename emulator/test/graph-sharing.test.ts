import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfig,
  type GraphReply,
  graphFor,
  personalConfig,
  personalToken,
  startTestEmulator,
  tokensFor,
} from './cast.ts';

let emulator: Emulator;
let ann: ReturnType<typeof graphFor>;
let bob: ReturnType<typeof graphFor>;

beforeEach(async () => {
  const config = aConfig();
  for (const app of config.applications ?? []) app.preConsented = true;
  emulator = await startTestEmulator({ config });
  ann = graphFor(emulator, (await tokensFor(emulator)).access);
  bob = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
});

afterEach(() => emulator.close());

const upload = async (path: string, content = 'shared words') =>
  (await ann('PUT', `/me/drive/root:/${path}:/content`, content)).body;
const at = (item: { id: string; parentReference: { driveId: string } }, action = '') =>
  `/drives/${item.parentReference.driveId}/items/${item.id}${action}`;
const invite = (
  item: { id: string; parentReference: { driveId: string } },
  changes: object = {},
): Promise<GraphReply> =>
  ann('POST', at(item, '/invite'), {
    recipients: [{ email: 'bob@hospital.example' }],
    roles: ['write'],
    requireSignIn: true,
    sendInvitation: false,
    ...changes,
  });
const sharesUrl = (url: string) => `/shares/u!${Buffer.from(url).toString('base64url')}`;

describe('an invitation (B10)', () => {
  test('B10: the invited person reads and writes the item by its drive and id, and nothing beside it', async () => {
    const item = await upload('F/shared.txt');
    const other = await upload('F/other.txt');
    expect((await bob('GET', at(item))).status).toBe(403);
    const { status, body } = await invite(item);
    expect(status).toBe(200);
    expect(body.value[0]).toMatchObject({
      roles: ['write'],
      grantedTo: { user: { displayName: 'Bob Example' } },
      grantedToV2: { user: { displayName: 'Bob Example' }, siteUser: { loginName: expect.any(String) } },
      invitation: { email: 'bob@hospital.example', signInRequired: true },
    });
    expect((await bob('GET', at(item))).body).toMatchObject({ name: 'shared.txt', shared: { scope: 'users' } });
    expect((await bob('PUT', at(item, '/content'), 'by bob')).body.lastModifiedBy.user.displayName).toBe('Bob Example');
    expect((await bob('GET', at(other))).status).toBe(404);
    expect((await bob('GET', `/drives/${item.parentReference.driveId}/root/children`)).status).toBe(404);
    expect((await bob('GET', '/me/drive/sharedWithMe')).body.value).toMatchObject([{ remoteItem: { id: item.id } }]);
  });

  test('B10: who may read only is denied a change', async () => {
    const item = await upload('read.txt');
    await invite(item, { roles: ['read'] });
    expect((await bob('GET', at(item))).status).toBe(200);
    expect((await bob('PUT', at(item, '/content'), 'x')).body.error.code).toBe('accessDenied');
    expect((await bob('DELETE', at(item))).status).toBe(403);
  });

  test('B10: a right to a folder is inherited below, and ends at once with its deletion', async () => {
    const item = await upload('Team/Plans/plan.txt');
    const { body: folder } = await ann('GET', '/me/drive/root:/Team');
    await invite(folder);
    const { body } = await bob('GET', at(item, '/permissions'));
    const inherited = body.value.find((one: { roles: string[] }) => one.roles.includes('write'));
    expect(inherited.inheritedFrom).toMatchObject({ driveId: folder.parentReference.driveId, id: folder.id });
    expect((await ann('DELETE', at(item, `/permissions/${inherited.id}`))).status).toBe(403);
    expect((await ann('DELETE', at(folder, `/permissions/${inherited.id}`))).status).toBe(204);
    expect((await bob('GET', at(item))).status).toBe(403);
  });

  test('B10: a right can be lowered, and that of a link runs out', async () => {
    const item = await upload('changing.txt');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await invite(item, { expirationDateTime: until })).status).toBe(400);
    const { id } = (await invite(item)).body.value[0];
    const permission = at(item, `/permissions/${id}`);
    expect((await ann('PATCH', permission, { expirationDateTime: until })).status).toBe(400);
    expect((await ann('PATCH', at(item, `/permissions/${id}`), { roles: ['read'] })).body.roles).toEqual(['read']);
    expect((await ann('GET', at(item, `/permissions/${id}`))).body).toMatchObject({ id, roles: ['read'] });
    expect((await bob('PUT', at(item, '/content'), 'x')).status).toBe(403);
    await ann('DELETE', permission);
    const order = { type: 'edit', scope: 'organization', expirationDateTime: until };
    const link = (await ann('POST', at(item, '/createLink'), order)).body.link.webUrl;
    await bob('GET', `${sharesUrl(link)}/driveItem`, undefined, { prefer: 'redeemSharingLink' });
    emulator.control.advanceClock(3_000);
    const later = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
    expect((await later('GET', at(item))).status).toBe(200);
    emulator.control.advanceClock(700);
    expect((await later('GET', at(item))).status).toBe(403);
  });

  test('B10: somebody unknown gets nothing without a message, a row without a grantee with one, and an error if nobody', async () => {
    const item = await upload('unknown.txt');
    const stranger = { recipients: [{ email: 'stranger@elsewhere.example' }] };
    expect(await invite(item, stranger)).toMatchObject({ status: 200, body: { value: [] } });
    const mailed = await invite(item, { ...stranger, sendInvitation: true, message: 'Please read.' });
    expect(mailed.body.value[0]).toMatchObject({ invitation: { email: 'stranger@elsewhere.example' } });
    expect(mailed.body.value[0].grantedTo).toBeUndefined();
    const mixed = await invite(item, { recipients: [{ email: 'bob@hospital.example' }, { email: 'nobody' }] });
    expect(mixed.status).toBe(207);
    expect(mixed.body.value.map((row: object) => 'error' in row)).toEqual([false, true]);
    expect((await invite(item, { requireSignIn: false })).status).toBe(400);
    expect((await invite(item, { message: 'x'.repeat(2_001) })).status).toBe(400);
  });

  test('A6: Files.ReadWrite does not reach what others shared, Files.ReadWrite.All does', async () => {
    const item = await upload('scoped.txt');
    await invite(item);
    const { connect, paramsOf, redeem } = await import('./cast.ts');
    const visit = await connect(emulator, 'bob@hospital.example', { scope: 'openid Files.ReadWrite' });
    const { body } = await redeem(emulator, paramsOf(visit).get('code'));
    const granted: string[] = body.scope.split(' ');
    if (granted.some((scope) => scope.endsWith('.All'))) return;
    expect((await graphFor(emulator, body.access_token)('GET', at(item))).status).toBe(403);
  });
});

describe('a sharing link (B10)', () => {
  test('B10: is new once, the same afterwards, and opens the item for colleagues by /shares', async () => {
    const item = await upload('L/linked.txt');
    const order = { type: 'edit', scope: 'organization' };
    const first = await ann('POST', at(item, '/createLink'), order);
    expect(first).toMatchObject({ status: 201, body: { roles: ['write'], link: { ...order } } });
    const again = await ann('POST', at(item, '/createLink'), order);
    expect(again.status).toBe(200);
    expect(again.body.id).toBe(first.body.id);
    const link = sharesUrl(first.body.link.webUrl);
    expect((await bob('GET', `${link}/driveItem`)).body).toMatchObject({ id: item.id, name: 'linked.txt' });
    expect((await bob('GET', link)).body).toMatchObject({ name: 'linked.txt', owner: { user: {} } });
    expect((await bob('GET', `${link}/driveItem/content`)).status).toBe(302);
    expect((await bob('GET', at(item))).status).toBe(403);
    await bob('GET', `${link}/driveItem`, undefined, { prefer: 'redeemSharingLink' });
    expect((await bob('GET', at(item))).status).toBe(200);
    expect((await bob('PUT', at(item, '/content'), 'by link')).status).toBe(200);
  });

  test('B10: the address of an item resolves for who may see it, and for nobody else', async () => {
    const item = await upload('L/address with #, % and ä.txt'.replace('#', '%23').replace('% ', '%25 '));
    const address = `/shares/${encodeURIComponent(item.webUrl)}/driveItem`;
    expect((await ann('GET', address)).body.id).toBe(item.id);
    expect((await bob('GET', address)).status).toBe(404);
    await invite(item);
    expect((await bob('GET', address)).body.id).toBe(item.id);
  });

  test('B10: a password given later protects the link that is there already', async () => {
    await emulator.close();
    emulator = await startTestEmulator({ config: personalConfig() });
    const home = graphFor(emulator, await personalToken(emulator));
    const at = '/me/drive/root:/p.txt';
    await home('PUT', `${at}:/content`, 'x');
    const open = await home('POST', `${at}:/createLink`, { type: 'view' });
    expect(open.body.hasPassword).toBe(false);
    const closed = await home('POST', `${at}:/createLink`, { type: 'view', password: 'secret' });
    expect(closed).toMatchObject({ status: 200, body: { id: open.body.id, hasPassword: true } });
    expect((await home('GET', `${at}:/permissions`)).body.value[0]).toMatchObject({ hasPassword: true });
    expect((await home('POST', `${at}:/createLink`, { type: 'view' })).body.hasPassword).toBe(true);
  });

  test('B18: embed links are for personal drives alone', async () => {
    const { status, body } = await ann('POST', at(await upload('e.txt'), '/createLink'), { type: 'embed' });
    expect(status).toBe(400);
    expect(body.error.message).toBe("Link type must be either 'edit' or 'view'.");
  });
});

describe('a check-out (B9)', () => {
  test('B9: others get 423, discarding brings the old content back, checking in keeps the new', async () => {
    const item = await upload('c.txt', 'one');
    await invite(item);
    expect((await ann('POST', at(item, '/checkout'))).status).toBe(204);
    const { body } = await ann('GET', at(item, '?$select=publication'));
    expect(body.publication).toMatchObject({ level: 'checkout', versionId: '1.0', checkedOutBy: { user: {} } });
    expect((await bob('PUT', at(item, '/content'), 'bob')).status).toBe(423);
    expect((await bob('POST', at(item, '/checkout'))).status).toBe(423);
    expect((await bob('PATCH', at(item), { name: 'b.txt' })).status).toBe(423);
    await ann('PUT', at(item, '/content'), 'two!');
    await ann('PUT', at(item, '/content'), 'three');
    expect((await ann('GET', at(item, '/versions'))).body.value).toHaveLength(2);
    expect((await ann('POST', at(item, '/discardCheckout'))).status).toBe(204);
    expect((await ann('GET', at(item))).body.size).toBe(3);
    await ann('POST', at(item, '/checkout'));
    await ann('PUT', at(item, '/content'), 'kept');
    expect((await ann('POST', at(item, '/checkin'), { checkInAs: 'published', comment: 'Done' })).status).toBe(204);
    expect((await bob('PUT', at(item, '/content'), 'bob')).status).toBe(200);
    const refused = await ann('POST', at(item, '/checkin'), {});
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'The file is not checked out.' } } });
  });
});
