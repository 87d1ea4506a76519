import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import type { WorkingCopies } from '../index.ts';

let scene: ConnectingScene;
let inOneDrive: Awaited<ReturnType<WorkingCopies['list']>>;
const left: string[] = [];
beforeAll(async () => {
  scene = await connectingScene();
  const { workingCopies } = scene.server.app.accounts;
  workingCopies.list = async () => inOneDrive;
  workingCopies.leave = async (id) => {
    left.push(id);
  };
});
afterAll(() => scene.close());

const { author, author2 } = people;
const DISCONNECT = '/accounts/account/microsoft/disconnect';

async function row(oid: string) {
  return scene.server.db.selectFrom('oauth2_integration').selectAll().where('oid', '=', oid).executeTakeFirstOrThrow();
}

describe('C9: disconnecting', () => {
  it('S37: now: what lies in the OneDrive is left in order, then no token is there any more; the trail stays', async () => {
    inOneDrive = [{ document: { documentId: crypto.randomUUID(), number: 'X', title: 'X' }, goneAbout: undefined }];
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const answer = await client.postForm(DISCONNECT, { when: 'now' });
    expect(answer.headers.location).toBe('/accounts/account/microsoft/');
    const ended = await row(author.microsoftObjectId);
    expect(left).toEqual([ended.id]);
    expect(ended).toMatchObject({ status: 'ended', sealed_access_token: null, sealed_refresh_token: null });
    const shown = (await client.get('/api/integrations/microsoft')).json();
    expect(shown).toMatchObject({ status: 'not-connected', account: null });
    expect(shown.consentUrl).toBeTruthy();
    const graph = scene.server.app.accounts.graphFor(ended.id);
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'ended' });
    expect((await scene.audit('author')).at(-1)?.kind).toBe('microsoft_disconnected');
  });

  it('a returning account revives its own row', async () => {
    const before = await row(author.microsoftObjectId);
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const after = await row(author.microsoftObjectId);
    expect(after).toMatchObject({ id: before.id, status: 'connected', version: before.version + 1, ended_at: null });
  });

  it('when the clean-up is done: waits for the last copy, says when, and tells the person', async () => {
    const goneAbout = new Date(scene.server.clock.now().getTime() + 600_000);
    inOneDrive = [{ document: { documentId: crypto.randomUUID(), number: 'SOP-1', title: 'Hands' }, goneAbout }];
    const client = await scene.server.signIn('author');
    await client.postForm(DISCONNECT, { when: 'cleaned-up' });
    expect((await client.get('/api/integrations/microsoft')).json()).toMatchObject({
      status: 'connected',
      disconnectWhenCleanedUp: true,
      waiting: [{ number: 'SOP-1' }],
      cleanUpDoneAbout: goneAbout.toISOString(),
    });
    await scene.server.app.accounts.disconnectWhereAsked();
    expect((await row(author.microsoftObjectId)).status).toBe('connected');
    inOneDrive = [];
    await scene.server.app.accounts.disconnectWhereAsked();
    expect((await row(author.microsoftObjectId)).status).toBe('ended');
    expect((await client.get('/api/me/notifications')).json().notifications[0].text).toContain('is disconnected');
  });

  it('twice is once, and without a connection nothing happens', async () => {
    const client = await scene.server.signIn('author');
    const before = await row(author.microsoftObjectId);
    expect((await client.postForm(DISCONNECT)).statusCode).toBe(303);
    await scene.server.app.accounts.disconnectWhereAsked();
    expect(await row(author.microsoftObjectId)).toEqual(before);
  });

  it('S51: a deactivated person’s connection ends after their copies were left in order', async () => {
    const client = await scene.server.signIn('author2');
    await scene.connect(client, author2);
    const admin = await scene.server.signIn('controller');
    const id = (await client.get('/api/me')).json().id;
    await admin.patch(`/api/people/${id}`, { deactivated: true });
    await scene.server.app.accounts.disconnectWhereAsked();
    await admin.patch(`/api/people/${id}`, { deactivated: false });
    const ended = await row(author2.microsoftObjectId);
    expect(left.at(-1)).toBe(ended.id);
    expect(ended).toMatchObject({ status: 'ended', sealed_refresh_token: null });
  });

  it('B14: who connects again while their OneDrive is being left stays connected', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const { workingCopies } = scene.server.app.accounts;
    const { leave } = workingCopies;
    workingCopies.leave = async () => {
      await scene.connect(client, author);
    };
    await client.postForm(DISCONNECT, { when: 'now' });
    workingCopies.leave = leave;
    expect(await row(author.microsoftObjectId)).toMatchObject({ status: 'connected', ended_at: null });
    await client.postForm(DISCONNECT, { when: 'now' });
    expect((await row(author.microsoftObjectId)).status).toBe('ended');
  });

  it('S51: a person who comes back while their OneDrive is being left stays connected', async () => {
    const client = await scene.server.signIn('author2');
    await scene.connect(client, author2);
    const admin = await scene.server.signIn('controller');
    const id = (await client.get('/api/me')).json().id;
    await admin.patch(`/api/people/${id}`, { deactivated: true });
    const { workingCopies } = scene.server.app.accounts;
    const { leave } = workingCopies;
    workingCopies.leave = async () => {
      await admin.patch(`/api/people/${id}`, { deactivated: false });
    };
    await scene.server.app.accounts.disconnectWhereAsked();
    workingCopies.leave = leave;
    expect((await row(author2.microsoftObjectId)).status).toBe('connected');
  });

  it('S01: another site can not disconnect anybody', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const answer = await client.send({
      method: 'POST',
      url: DISCONNECT,
      payload: 'when=now',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.statusCode).toBe(403);
    expect((await client.get('/api/integrations/microsoft')).json().status).toBe('connected');
  });

  it('S42: one person’s disconnecting leaves all others as they are', async () => {
    const other = await scene.server.signIn('approver');
    await other.postForm(DISCONNECT, { when: 'now' });
    expect((await row(author.microsoftObjectId)).status).toBe('connected');
  });

  it('C9: whatever fails on the way, the tokens go', async () => {
    scene.server.app.accounts.workingCopies.leave = async () => {
      throw new Error('OneDrive is away');
    };
    const client = await scene.server.signIn('author');
    await client.postForm(DISCONNECT, { when: 'now' });
    expect(await row(author.microsoftObjectId)).toMatchObject({ status: 'ended', sealed_access_token: null });
  });

  it('S35: a start with a token key missing is refused by name', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    await scene.server.app.accounts.assertKeysKnown();
    const { id, sealed_access_token: sealed } = await row(author.microsoftObjectId);
    const stranger = Buffer.from(sealed ?? []);
    stranger.write('gone', 2);
    await scene.server.db
      .updateTable('oauth2_integration')
      .set({ sealed_access_token: stranger })
      .where('id', '=', id)
      .execute();
    await expect(scene.server.app.accounts.assertKeysKnown()).rejects.toThrow(/the key gone, which TOKEN_KEYS/);
  });
});
