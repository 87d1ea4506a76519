import type { DocumentAccess, Folder } from '@megdocs/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, expectRefusal, expectStatus, openDesk } from './test/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

async function make(name: string, parentId: string | null, who: Parameters<Desk['as']>[0] = 'controller') {
  const answer = await desk.as(who).post('/api/folders', { name, parentId });
  expectStatus(answer, 201);
  return answer.json() as Folder;
}
async function give(folderId: string, personId: string, right: string) {
  const own = [{ subject: { kind: 'person', id: personId }, right }];
  const answer = await desk.as('controller').put(`/api/folders/${folderId}/rules`, { own });
  expectStatus(answer, 200);
  return answer;
}

describe('D2: folders', () => {
  it('the tree counts what this person may see, below as well', async () => {
    await desk.published({ title: 'Seen by all' });
    await desk.upload({ title: 'A draft' });
    expect((await desk.folder('Clinical', 'reader')).documentCount).toBe(1);
    expect((await desk.folder('Clinical', 'author')).documentCount).toBe(2);
    expect(await desk.folder('Infection prevention', 'reader')).toMatchObject({ mayUpload: false, mayManage: false });
    expect(await desk.folder('Infection prevention', 'author')).toMatchObject({ mayUpload: true, mayManage: false });
    expect(await desk.folder('Infection prevention', 'controller')).toMatchObject({ mayUpload: true, mayManage: true });
  });

  it('are made, renamed, and deleted when empty; a name is there once', async () => {
    const folder = await make('Theatre', null);
    expectRefusal(
      await desk.as('controller').post('/api/folders', { name: 'Theatre', parentId: null }),
      400,
      'invalid_request',
    );
    const renamed = await desk.as('controller').patch(`/api/folders/${folder.id}`, { name: 'Theatres' });
    expect(renamed.json()).toMatchObject({ name: 'Theatres' });
    const id = await desk.upload({ by: 'controller', folder: 'Theatres', title: 'Checklist' });
    expectRefusal(await desk.as('controller').delete(`/api/folders/${folder.id}`), 409, 'wrong_state');
    const { id: elsewhere } = await desk.folder('Corporate');
    expectStatus(await desk.as('controller').patch(`/api/documents/${id}`, { folderId: elsewhere }), 200);
    expectStatus(await desk.as('controller').delete(`/api/folders/${folder.id}`), 204);
  });

  it('a rule change counts at once, and is taken back at once', async () => {
    const folder = await make('Board papers', null);
    const reader = await desk.personId('reader');
    const seen = async () => (await desk.as('reader').get('/api/folders')).body.includes('Board papers');
    expect(await seen()).toBe(false);
    await give(folder.id, reader, 'edit');
    expect(await seen()).toBe(true);
    const id = await desk.upload({ by: 'reader', folder: 'Board papers', title: 'Minutes' });
    expectStatus(
      await desk.as('controller').patch(`/api/documents/${id}`, { ownerId: await desk.personId('author') }),
      200,
    );
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 200);
    expectStatus(await desk.as('controller').put(`/api/folders/${folder.id}/rules`, { own: [] }), 200);
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 404);
    expect(await seen()).toBe(false);
  });

  it('"own rules only" cuts off what is inherited, and nothing else denies', async () => {
    const { id: parentId } = await desk.folder('Clinical');
    const folder = await make('Incidents', parentId);
    const id = await desk.published({ folder: 'Incidents', title: 'Incident form' });
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 200);
    const closed = await desk.as('controller').patch(`/api/folders/${folder.id}`, { ownRulesOnly: true });
    expect(closed.json()).toMatchObject({ ownRulesOnly: true });
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 404);
    expectStatus(await desk.as('approver').get(`/api/documents/${id}`), 404);
    // The author still owns it.
    expectStatus(await desk.as('author').get(`/api/documents/${id}`), 200);
    const rules = await desk.as('controller').get(`/api/folders/${folder.id}/rules`);
    expect(rules.json()).toEqual({ own: [], inherited: [] });
  });

  it('shows own and inherited rules with the folder that they come from', async () => {
    const { id } = await desk.folder('Medicines management');
    const { inherited } = (await desk.as('controller').get(`/api/folders/${id}/rules`)).json();
    expect(inherited).toContainEqual({
      subject: { kind: 'team', id: expect.any(String), name: 'Authors' },
      right: 'edit',
      fromFolder: 'Clinical',
    });
  });

  it('a manager of a folder makes sub-folders and rules there, but neither edits nor approves', async () => {
    const folder = await make('Pathology', null);
    await give(folder.id, await desk.personId('author2'), 'manage');
    const below = await make('Blood', folder.id, 'author2');
    expectStatus(await desk.as('author2').put(`/api/folders/${below.id}/rules`, { own: [] }), 200);
    expectRefusal(await desk.as('author2').post('/api/folders', { name: 'Top', parentId: null }), 403, 'not_allowed');
    const id = await desk.upload({ by: 'controller', folder: 'Blood', title: 'Samples' });
    expect((await desk.detail(id, 'author2')).rights).toEqual({
      edit: false,
      review: false,
      approve: false,
      manage: true,
    });
    expectRefusal(await desk.uploadVersion(id, 'author2'), 403, 'not_allowed');
    expectRefusal(await desk.transition(id, 'author2', 'send-to-review'), 403, 'not_allowed');
  });

  it('no rule names people or teams of another institution', async () => {
    const { id } = await desk.folder('Corporate');
    const own = [{ subject: { kind: 'person', id: await desk.personId('riversideAuthor') }, right: 'view' }];
    expectRefusal(await desk.as('controller').put(`/api/folders/${id}/rules`, { own }), 400, 'invalid_request');
  });
});

describe('D2: people of a document', () => {
  const accessOf = async (id: string, who: Parameters<Desk['as']>[0]) =>
    (await desk.as(who).get(`/api/documents/${id}/access`)).json() as DocumentAccess;

  it('says who may what, and why', async () => {
    const id = await desk.published({ title: 'Explained' });
    const { people, mayChange } = await accessOf(id, 'author');
    expect(mayChange).toBe(true);
    const lines = people.map((entry) => `${entry.person.name}: ${entry.role}, ${entry.because}`);
    expect(lines).toContain('Clare Whitcombe: owner, owner');
    expect(lines).toContain('Tomas Novelli: contributor, Authors may edit Clinical');
    expect(lines).toContain('Amara Linwood: approver, Approvers may approve Clinical');
    expect(lines).toContain('Ruth Pemberlow: controller, document controller');
    expect(lines).toContain('Daniel Keaveny: reader, All staff may view Clinical');
    expect((await accessOf(id, 'reader')).people.map((entry) => entry.person.name)).toEqual(['Daniel Keaveny']);
  });

  it('naming somebody opens the document to them, and taking the name off closes it', async () => {
    const id = await desk.upload({ title: 'For one reviewer' });
    const reviewer = { personId: await desk.personId('reader'), role: 'reviewer' };
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 404);
    const named = await desk.as('author').post(`/api/documents/${id}/access`, reviewer);
    expect(named.json().people).toContainEqual(
      expect.objectContaining({ role: 'reviewer', because: 'named on this document', removable: true }),
    );
    expect((await desk.detail(id, 'reader')).rights).toMatchObject({ edit: false, review: true, approve: false });
    expect((await desk.as('reader').get('/api/documents')).body).toContain('For one reviewer');
    expectStatus(await desk.as('author').delete(`/api/documents/${id}/access/${reviewer.personId}/reviewer`), 204);
    expectStatus(await desk.as('reader').get(`/api/documents/${id}`), 404);
  });

  it('details are changed by the owner, and the owner by the owner', async () => {
    const id = await desk.upload({ title: 'Before' });
    const change = { title: 'After', number: 'SOP-500', type: 'policy', nextReview: '2027-03-01' };
    const changed = await desk.as('author').patch(`/api/documents/${id}`, change);
    expect(changed.json()).toMatchObject(change);
    const other = await desk.upload({ title: 'Other' });
    expectRefusal(
      await desk.as('author').patch(`/api/documents/${other}`, { number: 'sop-500' }),
      409,
      'number_in_use',
    );
    const ownerId = await desk.personId('author2');
    expectStatus(await desk.as('author').patch(`/api/documents/${id}`, { ownerId }), 200);
    expectRefusal(await desk.as('author').patch(`/api/documents/${id}`, { title: 'Again' }), 403, 'not_allowed');
    const foreign = { ownerId: await desk.personId('riversideAuthor') };
    expectRefusal(await desk.as('author2').patch(`/api/documents/${id}`, foreign), 400, 'invalid_request');
  });

  it('moving needs the right to add where it goes', async () => {
    const id = await desk.upload({ title: 'Moving' });
    const closed = await make('Closed to authors', null);
    expectRefusal(await desk.as('author').patch(`/api/documents/${id}`, { folderId: closed.id }), 404, 'not_found');
    const { id: foreign } = await desk.folder('Clinic', 'riversideController');
    expectRefusal(await desk.as('controller').patch(`/api/documents/${id}`, { folderId: foreign }), 404, 'not_found');
    const { id: corporate } = await desk.folder('Corporate');
    const moved = await desk.as('author').patch(`/api/documents/${id}`, { folderId: corporate });
    expect(moved.json().folderPath.map((folder: { name: string }) => folder.name)).toEqual(['Corporate']);
  });
});

describe('E1: what stands in the way of editing', () => {
  const codes = async (id: string, who: Parameters<Desk['as']>[0]) =>
    (await desk.detail(id, who)).editBlockers.map((blocker) => `${blocker.code} ${blocker.action}`);

  it('lists right, state and kind of file, each with what lifts it', async () => {
    const id = await desk.upload({ title: 'Blocked' });
    expect(await codes(id, 'controller')).toContain('no-right none');
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expect(await codes(id, 'author')).toContain('wrong-state send-back');
    expect(await codes(id, 'author2')).toContain('wrong-state none');
    expectStatus(await desk.transition(id, 'approver', 'publish'), 200);
    expect(await codes(id, 'author')).toContain('wrong-state revise');
    expect(await codes(id, 'reader')).not.toContain('wrong-state none');
  });
});
