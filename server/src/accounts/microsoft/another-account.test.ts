import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import type { WorkingCopies } from '../index.ts';

let scene: ConnectingScene;
let inOneDrive: Awaited<ReturnType<WorkingCopies['list']>> = [];
const left: string[] = [];
beforeAll(async () => {
  scene = await connectingScene();
  const { workingCopies } = scene.server.app.accounts;
  workingCopies.list = async () => inOneDrive;
  workingCopies.leave = async (id) => {
    left.push(id);
  };
});
beforeEach(async () => {
  inOneDrive = [];
  left.length = 0;
  await scene.server.db.deleteFrom('oauth2_integration').execute();
  await scene.server.db.deleteFrom('pending_authorization').execute();
});
afterAll(() => scene.close());

const { author, author2, approver } = people;
const ACCOUNT_PAGE = '/accounts/account/microsoft/';

function outcomeId(page: string): string {
  const id = /\/outcome\/([^/]+)\/$/.exec(page)?.[1];
  if (!id) throw new Error(`${page} is no page of an outcome`);
  return id;
}

async function outcome(client: TestClient, page: string) {
  return (await client.get(`/api/integrations/microsoft/outcomes/${outcomeId(page)}`)).json();
}

/** At Microsoft the person picks another account than the one that was suggested. */
async function connectAs(client: TestClient, account: { email: string; password: string }): Promise<string> {
  const start = await scene.press(client, '/documents/');
  start.searchParams.delete('login_hint');
  return String((await client.get(await scene.atMicrosoft(start, account))).headers.location);
}

async function answer(client: TestClient, page: string, word: 'use' | 'keep'): Promise<string> {
  const sent = await client.postForm(`/accounts/account/microsoft/held/${outcomeId(page)}`, { answer: word });
  expect(sent.statusCode).toBe(303);
  return String(sent.headers.location);
}

const rows = () => scene.server.db.selectFrom('oauth2_integration').selectAll().orderBy('created_at').execute();
const held = () =>
  scene.server.db.selectFrom('pending_authorization').selectAll().where('held_until', 'is not', null).execute();

describe('C10: another account than before', () => {
  it('S62: is held: both names are shown, its tokens serve nobody, and the stored one is as it was', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const before = await rows();
    const page = await connectAs(client, author2);
    expect(await outcome(client, page)).toMatchObject({
      result: 'held',
      account: { name: author2.name, address: author2.email },
      before: { name: author.name, address: author.email },
      stillOpen: [],
      returnTo: '/documents/',
    });
    expect(await rows()).toEqual(before);
    const [row] = await held();
    const sealed = Buffer.from(row?.sealed_held_access_token ?? []);
    expect(sealed.length).toBeGreaterThan(100);
    expect(sealed.toString('latin1')).not.toMatch(/eyJ[\w-]{20}/);
    expect((await client.get('/api/integrations/microsoft')).json()).toMatchObject({
      status: 'connected',
      account: { address: author.email },
      held: { account: { address: author2.email } },
    });
    expect((await scene.audit('author')).at(-1)?.kind).toBe('microsoft_account_held');
  });

  it('S62: on the person’s word the old record is left in order and ended, and a new one is made', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const [old] = await rows();
    const page = await connectAs(client, author2);
    expect(await answer(client, page, 'use')).toBe('/documents/');
    expect(left).toEqual([old?.id]);
    expect(await rows()).toMatchObject([
      { id: old?.id, status: 'ended', sealed_access_token: null, sealed_refresh_token: null },
      { status: 'connected', oid: author2.microsoftObjectId },
    ]);
    expect(await held()).toEqual([]);
    const connected = (await rows()).at(-1);
    const me = await (await scene.server.app.accounts.graphFor(connected?.id ?? '').request('GET', '/me')).json();
    expect(me).toMatchObject({ userPrincipalName: author2.email });
    const kinds = (await scene.audit('author')).map(({ kind }) => kind).slice(-2);
    expect(kinds).toEqual(['microsoft_disconnected', 'microsoft_connected']);
    expect(await answer(client, page, 'use')).toBe(page);
    expect(await rows()).toHaveLength(2);
  });

  it('S62: whoever keeps the account before loses nothing, and the other one’s tokens are gone', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const before = await rows();
    const page = await connectAs(client, author2);
    expect(await answer(client, page, 'keep')).toBe(ACCOUNT_PAGE);
    expect(await rows()).toEqual(before);
    expect(await held()).toEqual([]);
    expect(await outcome(client, page)).toMatchObject({ result: 'failed', problem: { code: 'held_declined' } });
  });

  it('a document that is open comes first, and is named', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const page = await connectAs(client, author2);
    const document = { documentId: crypto.randomUUID(), number: 'SOP-7', title: 'Hands' };
    inOneDrive = [{ document, goneAbout: undefined }];
    expect(await answer(client, page, 'use')).toBe(page);
    expect(await outcome(client, page)).toMatchObject({ result: 'held', stillOpen: [document] });
    expect(await rows()).toMatchObject([{ status: 'connected' }]);
  });

  it('an old account that can not be reached blocks nothing', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    await scene.server.db.updateTable('oauth2_integration').set({ status: 'reconnect_needed' }).execute();
    inOneDrive = [
      { document: { documentId: crypto.randomUUID(), number: 'SOP-7', title: 'Hands' }, goneAbout: undefined },
    ];
    const page = await connectAs(client, author2);
    expect(await answer(client, page, 'use')).toBe('/documents/');
    expect(await rows()).toMatchObject([{ status: 'ended' }, { status: 'connected' }]);
  });

  it('at the first connect, an account whose address is not the person’s is asked about', async () => {
    const client = await scene.server.signIn('author');
    const page = await connectAs(client, author2);
    expect(await outcome(client, page)).toMatchObject({ result: 'held', before: null, ownAddress: author.email });
    expect(await rows()).toEqual([]);
    expect(await answer(client, page, 'use')).toBe('/documents/');
    // Once confirmed it is their account: a reconnect asks no more.
    await scene.server.db.updateTable('oauth2_integration').set({ status: 'reconnect_needed' }).execute();
    expect(await connectAs(client, author2)).toBe('/documents/');
  });

  it('after ten minutes the tokens are erased, and the answer comes too late', async () => {
    const client = await scene.server.signIn('author');
    const page = await connectAs(client, author2);
    await scene.server.clock.advance(601);
    const later = await scene.server.signIn('author');
    later.cookies.set('browser', client.cookies.get('browser') ?? '');
    expect(await answer(later, page, 'use')).toBe(page);
    expect(await rows()).toEqual([]);
    expect(await outcome(later, page)).toMatchObject({ result: 'failed', problem: { code: 'held_too_long' } });
    await scene.server.app.accounts.eraseUnanswered();
    expect(await held()).toEqual([]);
    const left = await scene.server.db.selectFrom('pending_authorization').selectAll().execute();
    expect(left.map((row) => row.sealed_held_access_token)).toEqual([null]);
  });

  it('C9: whoever disconnects keeps no unconfirmed account either', async () => {
    const client = await scene.server.signIn('author');
    await connectAs(client, author2);
    expect(await held()).toHaveLength(1);
    await client.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
    expect(await held()).toEqual([]);
  });

  it('S42: nobody else answers for the person, and no other browser of theirs', async () => {
    const client = await scene.server.signIn('author');
    const page = await connectAs(client, author2);
    await answer(await scene.server.signIn('approver'), page, 'use');
    await answer(await scene.server.signIn('author'), page, 'use');
    expect(await rows()).toEqual([]);
    expect(await held()).toHaveLength(1);
  });

  it('S63: two people who hold one account and both say yes: one has it, the other learns not whose it is', async () => {
    const [first, second] = [await scene.server.signIn('approver'), await scene.server.signIn('reader')];
    const pages = [await connectAs(first, author2), await connectAs(second, author2)];
    await Promise.all([answer(first, pages[0] ?? '', 'use'), answer(second, pages[1] ?? '', 'use')]);
    expect(await rows()).toHaveLength(1);
    const outcomes = [await outcome(first, pages[0] ?? ''), await outcome(second, pages[1] ?? '')];
    expect(outcomes.map(({ result }) => result).sort()).toEqual(['connected', 'failed']);
    const failed = outcomes.find(({ result }) => result === 'failed');
    expect(failed.problem.code).toBe('account_in_use');
    for (const name of [approver.name, people.reader.name]) expect(JSON.stringify(failed)).not.toContain(name);
  });
});
