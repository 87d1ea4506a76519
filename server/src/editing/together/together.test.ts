import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';
import { type TogetherScene, togetherScene } from '../../../test/together-scene.ts';

let first: EditingScene;
let scene: EditingScene;
let us: TogetherScene;
let colleague: TestClient;
let controller: TestClient;
beforeAll(async () => {
  first = await editingScene();
  colleague = await first.server.signIn('author2');
  controller = await first.server.signIn('controller');
  await connectMicrosoft(colleague, people.author2);
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
  us = togetherScene(scene);
});

const integrations = () => scene.server.db.updateTable('oauth2_integration');
const ofColleague = { tid: '7f3c1f5e-2f7d-4a53-9c61-2b8f5a0d1e11', oid: people.author2.microsoftObjectId };

describe('E4: a colleague joins by one click', () => {
  it('gets the right to the copy, under an address of their own, and both are shown', async () => {
    const id = await scene.open();
    const answer = await us.join(id, colleague);
    expect(answer.json()).toMatchObject({ state: 'editing', account: people.author2.email, problem: null });
    expect(answer.json().webUrl).toContain('/personal/');
    expect(await us.rights()).toMatchObject([
      { roles: ['write'], grantees: [{ oid: people.author2.microsoftObjectId }] },
    ]);
    const { people: shown, may } = await us.together(id);
    expect(shown).toMatchObject([{ person: { name: 'Tomas Novelli' }, state: 'editing' }]);
    expect(may).toMatchObject({ join: false, handOver: true, takeOver: false });
    expect((await us.together(id, colleague)).may).toMatchObject({ join: false, open: true, takeOver: true });
    const detail = (await scene.author.get(`/api/documents/${scene.documentId}`)).json();
    expect(detail.beingEdited.by.map(({ name }: { name: string }) => name)).toEqual([
      'Clare Whitcombe',
      'Tomas Novelli',
    ]);
    expect((await us.told(scene.author))[0]).toContain('Tomas Novelli joined you');
  });

  it('E11: whoever joined and saved is named on the version, and is no stranger', async () => {
    const id = await scene.open();
    await us.join(id, colleague);
    await scene.save('Both wrote this.', people.author2.email);
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version' });
    const [version] = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json().versions;
    expect(version.editors).toMatchObject([
      { name: 'Clare Whitcombe', stranger: false },
      { name: 'Tomas Novelli', stranger: false },
    ]);
  });

  it('twice, or from two tabs at once, is one right', async () => {
    const id = await scene.open();
    await scene.graphCalls();
    await Promise.all([us.join(id, colleague), us.join(id, colleague)]);
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing' });
    expect(await us.changesOfRights()).toEqual(['invite']);
    expect(await us.rights()).toHaveLength(1);
  });

  it('when the answer was lost, the right that was given is found by reading', async () => {
    const id = await scene.open();
    scene.fault({ method: 'POST', path: '/invite$' }, { drop: 'after' });
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'joining', webUrl: null });
    await scene.graphCalls();
    await scene.pass(30);
    expect((await us.together(id)).people).toMatchObject([{ state: 'editing' }]);
    expect(await us.changesOfRights()).toEqual([]);
  });

  it('Microsoft throttles: it goes on by itself when Microsoft allows it', async () => {
    const id = await scene.open();
    scene.fault({ method: 'POST', path: '/invite$' }, { throttle: { retryAfter: '120' } });
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'joining', problem: expect.any(String) });
    for (let round = 0; round < 3; round++) await scene.pass(61);
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing' });
  });

  it('Microsoft says yes and gives nothing: refused, with what to ask for', async () => {
    const id = await scene.open();
    scene.fault({ method: 'POST', path: '/invite$' }, { status: 200, body: { value: [] } });
    const answer = await us.join(id, colleague);
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error).toMatchObject({
      code: 'microsoft_refused',
      remedy: expect.stringContaining('blocked'),
    });
    expect((await us.together(id)).people).toMatchObject([{ state: 'refused' }]);
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing' });
  });

  it('an error that hides inside the row of an answer is no right either', async () => {
    const id = await scene.open();
    const body = { value: [{ error: { code: 'sharingDisabled', message: '' } }] };
    scene.fault({ method: 'POST', path: '/invite$' }, { status: 200, body });
    expect((await us.join(id, colleague)).json().error.remedy).toContain('sharingDisabled');
  });
});

describe('E4: who is told what to do instead', () => {
  const blockers = async (id: string) =>
    (await us.together(id, colleague)).joinBlockers.map(({ fact, whoLifts }) => `${fact} ${whoLifts}`);

  it('without a connection: connect', async () => {
    const id = await scene.open();
    await colleague.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
    expect((await us.together(id, colleague)).joinBlockers).toMatchObject([{ action: 'connect' }]);
    expect((await us.join(id, colleague)).json().error).toMatchObject({ code: 'cannot_edit' });
    await connectMicrosoft(colleague, people.author2);
  });

  it('of another organisation: which account, and what else is possible', async () => {
    const id = await scene.open();
    await integrations().set({ tid: 'other-tenant' }).where('oid', '=', ofColleague.oid).execute();
    const [words] = await blockers(id);
    expect(words).toContain('different organisations');
    expect(words).toContain('hand the editing over');
    expect((await us.join(id, colleague)).statusCode).toBe(409);
    await integrations().set({ tid: ofColleague.tid }).where('oid', '=', ofColleague.oid).execute();
  });

  it('with a personal account, or as a guest', async () => {
    const id = await scene.open();
    const personal = '9188040d-6c67-4c5b-b112-36a304b66dad';
    await integrations().set({ tid: personal }).where('oid', '=', ofColleague.oid).execute();
    expect((await blockers(id))[0]).toContain('personal Microsoft account');
    const guest = 'author2_home.example#EXT#@stmarys.example';
    await integrations()
      .set({ tid: ofColleague.tid, account_address: guest })
      .where('oid', '=', ofColleague.oid)
      .execute();
    expect((await blockers(id))[0]).toContain('is a guest');
    await integrations().set({ account_address: people.author2.email }).where('oid', '=', ofColleague.oid).execute();
  });

  it('a reader learns nothing of the session, a controller sees it and may not join', async () => {
    const id = await scene.open();
    const reader = await scene.server.signIn('reader');
    expect((await us.join(id, reader)).statusCode).toBe(404);
    expect((await us.join(id, controller)).json().error).toMatchObject({ code: 'cannot_edit' });
    expect(await us.rights()).toEqual([]);
  });
});

describe('E4: our folder was shared by hand', () => {
  const share = async () => {
    const graph = await scene.graph();
    const json = { type: 'view', scope: 'organization' };
    return (await graph.request('POST', '/me/drive/root:/MEGDocs:/createLink', { json })).json<{ id: string }>();
  };

  it('it is shown, and nobody joins until the owner has removed it', async () => {
    const id = await scene.open();
    const { id: link } = await share();
    const refused = await us.join(id, colleague);
    expect(refused.statusCode).toBe(409);
    expect(refused.json().error.remedy).toContain('the folder MEGDocs in OneDrive is shared');
    expect((await us.together(id)).sharedOtherwise).toEqual([
      'Everybody in the organisation who has a link may read it, because the folder MEGDocs in OneDrive is shared.',
    ]);
    const graph = await scene.graph();
    await graph.request('DELETE', `/me/drive/root:/MEGDocs:/permissions/${link}`);
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing' });
    expect((await us.together(id)).sharedOtherwise).toEqual([]);
  });
});

describe('E4: the right is taken away', () => {
  const joined = async () => {
    const id = await scene.open();
    await us.join(id, colleague);
    await scene.save('Written together.');
    await scene.pass(90);
    return id;
  };
  const stateOfColleague = async (id: string) => (await us.together(id, controller)).people[0];

  it('after a check-in when nobody has saved for a minute, and everybody is told at once', async () => {
    const id = await joined();
    await scene.checkIn(id);
    await scene.pass(5);
    expect((await us.told(colleague))[0]).toMatch(/Clare Whitcombe has checked in .* Close Word; .* 5 minutes/);
    await scene.pass(20);
    expect(await us.rights()).toHaveLength(1);
    for (let round = 0; round < 6; round++) await scene.pass(15);
    expect(await us.rights()).toEqual([]);
    expect(await stateOfColleague(id)).toMatchObject({ state: 'gone', why: 'The document was checked in.' });
    expect((await us.told(colleague)).filter((text) => text.includes('has checked in'))).toHaveLength(1);
  });

  it('E7: what a colleague still saves before that is a draft of its own, and never lost', async () => {
    const id = await joined();
    await scene.checkIn(id);
    await scene.pass(15);
    await scene.save('Still typing.', people.author2.email);
    for (let round = 0; round < 8; round++) await scene.pass(15);
    expect(await scene.drafts()).toMatchObject([{ editors: ['Tomas Novelli'] }]);
    expect(await us.rights()).toEqual([]);
  });

  it('at the latest five minutes after a check-in, however long somebody types', async () => {
    const id = await joined();
    await scene.checkIn(id);
    for (let round = 0; round < 12; round++) {
      await scene.save(`Typing on, ${round}.`, people.author2.email);
      await scene.pass(27);
    }
    expect(await us.rights()).toEqual([]);
  });

  it('at once when the edits are discarded, or wait for a decision', async () => {
    const discarded = await joined();
    await scene.author.post(`/api/edit-sessions/${discarded}/discard`, { reason: 'Wrong document' });
    await scene.pass(1);
    expect(await us.rights()).toEqual([]);

    scene = await first.another();
    us = togetherScene(scene);
    const undecided = await joined();
    await sql`update document set state = 'in-review' where id = ${scene.documentId}`.execute(scene.server.db);
    await scene.checkIn(undecided);
    await scene.pass(1);
    expect(await us.rights()).toEqual([]);
    expect((await us.told(colleague))[0]).toContain('wait for a document controller');
  });

  it('at once when the person is deactivated, or leaves by themselves', async () => {
    const id = await joined();
    await sql`update person set deactivated_at = app_now() where email = ${people.author2.email}`.execute(
      scene.server.db,
    );
    await scene.pass(1);
    expect(await us.rights()).toEqual([]);
    expect((await stateOfColleague(id))?.why).toContain('no longer works in MEGDocs');
    await sql`update person set deactivated_at = null where email = ${people.author2.email}`.execute(scene.server.db);

    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing' });
    await colleague.post(`/api/edit-sessions/${id}/leave`);
    expect(await us.rights()).toEqual([]);
    expect(await stateOfColleague(id)).toMatchObject({ state: 'gone', why: 'Tomas Novelli left.' });
  });

  it('within seconds when the right to edit the document is lost', async () => {
    const id = await joined();
    await sql`delete from team_member using team, person where team.id = team_member.team_id
      and person.id = team_member.person_id and team.name = 'Authors' and person.email = ${people.author2.email}`.execute(
      scene.server.db,
    );
    await scene.pass(11);
    expect(await us.rights()).toEqual([]);
    expect(await stateOfColleague(id)).toMatchObject({ why: 'Tomas Novelli may not edit this document.' });
    await sql`insert into team_member (institution_id, team_id, person_id) select t.institution_id, t.id, p.id
      from team t join person p on p.institution_id = t.institution_id
      where t.name = 'Authors' and p.email = ${people.author2.email}`.execute(scene.server.db);
  });

  it('E16: a withdrawal that Microsoft refuses for a while is tried again, and proved by reading', async () => {
    const id = await joined();
    scene.fault({ method: 'DELETE', path: '/permissions/' }, { graphError: 'serviceNotAvailable' }, { times: 9 });
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' });
    await scene.pass(1);
    expect(await stateOfColleague(id)).toMatchObject({ state: 'leaving', problem: expect.any(String) });
    expect(await us.rights()).toHaveLength(1);
    scene.emulator.control.clearFaults();
    await scene.pass(30);
    expect(await us.rights()).toEqual([]);
    expect(await stateOfColleague(id)).toMatchObject({ state: 'gone', problem: null });
  });

  it('E16: an answer to the withdrawal that was lost does no harm', async () => {
    const id = await joined();
    scene.fault({ method: 'DELETE', path: '/permissions/' }, { drop: 'after' });
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' });
    await scene.pass(1);
    await scene.pass(30);
    expect(await stateOfColleague(id)).toMatchObject({ state: 'gone' });
  });
});
