import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphFault } from '../../test/drive-item-answer.ts';
import { type LoopbackGraph, startLoopbackGraph } from '../../test/loopback-graph.ts';
import { json } from '../../test/loopback-server.ts';
import { grantsTo, inviteToEdit, listPermissions, removePermission } from '../index.ts';

let server: LoopbackGraph;
beforeEach(async () => {
  server = await startLoopbackGraph();
});
afterEach(() => server.close());

const REF = { driveId: 'b!drive', itemId: '01ABC' };
const OID = '11111111-2222-4333-8444-555555555555';
const row = (over: object = {}) => ({
  id: 'p1',
  roles: ['write'],
  grantedToV2: { user: { id: OID.toUpperCase(), displayName: 'Tomas Novelli' } },
  ...over,
});
const list = (...rows: object[]) => json({ value: rows });
const LIST = 'GET /v1.0/drives/b!drive/items/01ABC/permissions';

test('E4: one named person is invited, has to sign in, gets no mail, and counts as in once it is read back', async () => {
  server.replies.push(list(row()), list(row()));
  const invited = await inviteToEdit(server.graph, REF, { oid: OID });
  expect(invited).toMatchObject({ kind: 'granted', permission: { id: 'p1', roles: ['write'] } });
  expect(server.calls()).toEqual(['POST /v1.0/drives/b!drive/items/01ABC/invite', LIST]);
  expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
    recipients: [{ objectId: OID }],
    roles: ['write'],
    requireSignIn: true,
    sendInvitation: false,
  });
});

test('E4: an invitation that succeeded and gave nothing is refused', async () => {
  server.replies.push(json({ value: [] }), list());
  expect(await inviteToEdit(server.graph, REF, { oid: OID })).toEqual({ kind: 'refused', code: undefined });
});

test('E4: an error that hides inside the row is told', async () => {
  server.replies.push(json({ value: [{ error: { code: 'notAllowed', message: '' } }] }, 207), list());
  expect(await inviteToEdit(server.graph, REF, { oid: OID })).toEqual({ kind: 'refused', code: 'notAllowed' });
});

test.each([
  ['may only read', row({ roles: ['read'] })],
  ['inherits it from a folder', row({ inheritedFrom: { id: '01FOLDER', path: '/drive/root:/MEGDocs' } })],
  ['is somebody else', row({ grantedToV2: { user: { id: 'other', displayName: 'Other' } } })],
  ['could use a link of the organisation', row({ grantedToV2: undefined, link: { scope: 'organization' } })],
  [
    'shares a link with others',
    row({ link: { scope: 'users' }, grantedToIdentitiesV2: [{ user: { id: 'other', displayName: 'Other' } }] }),
  ],
])('E4: somebody who %s was not let in by the invitation', async (_, found) => {
  server.replies.push(json({ value: [] }), list(found));
  expect(await inviteToEdit(server.graph, REF, { oid: OID })).toMatchObject({ kind: 'refused' });
});

test('all pages of permissions are read, and a row that says nothing is an error', async () => {
  server.replies.push(json({ value: [row()], '@odata.nextLink': `${server.url}/v1.0/next` }), list(row({ id: 'p2' })));
  expect((await listPermissions(server.graph, REF)).map(({ id }) => id)).toEqual(['p1', 'p2']);
  server.replies.push(list({ roles: ['write'] }));
  await expect(listPermissions(server.graph, REF)).rejects.toMatchObject({ code: 'incomplete_permission' });
});

test("the owner's right is no grant", async () => {
  server.replies.push(list(row({ roles: ['owner'] }), row({ id: 'p2', roles: ['read'] })));
  expect(grantsTo(await listPermissions(server.graph, REF), OID).map(({ id }) => id)).toEqual(['p2']);
});

test('a right is taken away once; gone counts as taken', async () => {
  server.replies.push({ status: 204 }, graphFault(404, 'itemNotFound'), graphFault(403, 'accessDenied'));
  await removePermission(server.graph, REF, 'a/b');
  await removePermission(server.graph, REF, 'a/b');
  await expect(removePermission(server.graph, REF, 'a/b')).rejects.toMatchObject({ kind: 'forbidden' });
  expect(server.calls()[0]).toBe('DELETE /v1.0/drives/b!drive/items/01ABC/permissions/a%2Fb');
});
