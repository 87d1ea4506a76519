import type { ActivityEntry, Version } from '@megdocs/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../platform/failures.ts';
import { type Desk, expectRefusal, expectStatus, openDesk } from './test/desk.ts';
import { aWordFileWithMarks } from './test/office-files.ts';

const ITS_OWN_SESSION = '6f1c7f0e-5f0b-4c39-9c1d-0f6a1f1f7a01';
let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

async function versionsOf(id: string, who: Parameters<Desk['as']>[0] = 'author'): Promise<Version[]> {
  return ((await desk.as(who).get(`/api/documents/${id}/versions`)).json() as { versions: Version[] }).versions;
}

describe('D3: from draft to published and on', () => {
  it('publishes the very same bytes under the next whole number, and names who edited', async () => {
    const id = await desk.upload();
    expectStatus(await desk.uploadVersion(id, 'author2'), 201);
    const sent = await desk.transition(id, 'author', 'send-to-review', { comment: 'Please look' });
    expect(sent.json()).toMatchObject({ state: 'in-review', version: '0.2', nextPublishedVersion: '1.0' });
    const published = await desk.transition(id, 'approver', 'publish');
    expect(published.json()).toMatchObject({ state: 'published', version: '1.0', publishedVersion: '1.0' });
    expect(published.json().effectiveFrom).not.toBeNull();
    const [one, two, first] = await versionsOf(id);
    expect(one).toMatchObject({ number: '1.0', state: 'published', publishedFrom: '0.2', sha256: two?.sha256 });
    expect(one?.madeBy.name).toBe('Amara Linwood');
    expect(one?.editors.map((editor) => editor.name)).toEqual(['Clare Whitcombe', 'Tomas Novelli']);
    expect(two).toMatchObject({ number: '0.2', state: 'draft' });
    expect(first).toMatchObject({ number: '0.1', state: 'draft' });
  });

  it('a revision lies beside the published version, which readers go on seeing', async () => {
    const id = await desk.published();
    const revised = await desk.transition(id, 'author', 'revise');
    expect(revised.json()).toMatchObject({ state: 'revision', version: '1.0', nextDraftVersion: '1.1' });
    expectRefusal(await desk.transition(id, 'author', 'send-to-review'), 409, 'wrong_state');
    expect((await desk.uploadVersion(id)).json()).toMatchObject({ version: '1.1' });
    expect(await desk.detail(id, 'reader')).toMatchObject({ state: 'published', version: '1.0', versionCount: 1 });
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectStatus(await desk.transition(id, 'approver', 'publish'), 200);
    const states = (await versionsOf(id)).map((version) => `${version.number} ${version.state}`);
    expect(states).toEqual(['2.0 published', '1.1 draft', '1.0 superseded', '0.1 draft']);
    expect(await versionsOf(id, 'reader')).toMatchObject([{ number: '2.0', publishedFrom: null }]);
    expectStatus(await desk.as('reader').get(`/api/documents/${id}/versions/1.0/content`), 404);
  });

  it('D4: nobody publishes what they checked in or edited, not even by another hand', async () => {
    const id = await desk.upload();
    const approver = await desk.personId('approver');
    const contributor = { personId: approver, role: 'contributor' };
    expectStatus(await desk.as('author').post(`/api/documents/${id}/access`, contributor), 200);
    expectStatus(await desk.uploadVersion(id, 'approver'), 201);
    expectStatus(await desk.uploadVersion(id, 'author', 'third'), 201);
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectRefusal(await desk.transition(id, 'approver', 'publish'), 409, 'edited_it_yourself');
    expect((await desk.detail(id, 'approver')).transitions).toContainEqual({
      transition: 'publish',
      blockedBecause: expect.stringContaining('yourself'),
    });
  });

  it('who edited only before the last published version may publish the next one', async () => {
    const id = await desk.upload();
    const body = { personId: await desk.personId('author2'), role: 'approver' };
    expectStatus(await desk.as('author').post(`/api/documents/${id}/access`, body), 200);
    expectStatus(await desk.uploadVersion(id, 'author2'), 201);
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectRefusal(await desk.transition(id, 'author2', 'publish'), 409, 'edited_it_yourself');
    expectStatus(await desk.transition(id, 'approver', 'publish'), 200);
    expectStatus(await desk.transition(id, 'author', 'revise'), 200);
    expectStatus(await desk.uploadVersion(id, 'author', 'other'), 201);
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectStatus(await desk.transition(id, 'author2', 'publish'), 200);
  });

  it('a version with tracked changes or comments can be reviewed, but not published', async () => {
    const id = await desk.upload({ file: await aWordFileWithMarks(2, 1) });
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    const refused = await desk.transition(id, 'approver', 'publish');
    expectRefusal(refused, 409, 'changes_still_tracked');
    expect(refused.json().error.message).toContain('2 tracked changes and 1 comment');
    expect(refused.json().error.remedy).toContain('accept or reject them in Word');
    expectStatus(await desk.transition(id, 'approver', 'send-back'), 200);
  });

  it('is refused for another version than the one looked at, and where it does not fit', async () => {
    const id = await desk.upload();
    expectStatus(await desk.uploadVersion(id), 201);
    const old = { transition: 'send-to-review', version: '0.1' };
    expectRefusal(await desk.as('author').post(`/api/documents/${id}/transitions`, old), 409, 'changed_meanwhile');
    expectRefusal(await desk.transition(id, 'author', 'revise'), 409, 'wrong_state');
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectRefusal(await desk.transition(id, 'author', 'send-to-review'), 409, 'wrong_state');
    expectRefusal(await desk.uploadVersion(id), 409, 'wrong_state');
  });

  it('of two who publish at once, one does', async () => {
    const id = await desk.upload();
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    const both = await Promise.all([
      desk.transition(id, 'approver', 'publish'),
      desk.transition(id, 'approver', 'publish'),
    ]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
    expect(await versionsOf(id)).toHaveLength(2);
  });

  it('tells approvers of a review and the author of what became of it', async () => {
    const id = await desk.upload({ title: 'Told about' });
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectStatus(await desk.transition(id, 'approver', 'send-back', { comment: 'One table is missing' }), 200);
    const textsOf = async (who: 'author' | 'approver') =>
      ((await desk.as(who).get('/api/me/notifications')).json() as { notifications: { text: string }[] }).notifications
        .map((notification) => notification.text)
        .filter((text) => text.includes('Told about'));
    expect(await textsOf('approver')).toEqual([expect.stringContaining('Clare Whitcombe sent')]);
    expect(await textsOf('author')).toEqual([expect.stringContaining('back to draft')]);
  });
});

describe('E3: guards', () => {
  it('refuse transition, upload and move while somebody edits, and let the session itself pass', async () => {
    const id = await desk.upload();
    const { documents } = desk.server.app;
    documents.guards.push(async (_tx, { documentId, actingSessionId }) => {
      if (documentId === id && actingSessionId !== ITS_OWN_SESSION)
        throw new Failure(409, 'being_edited', 'Ann edits it.');
    });
    expectRefusal(await desk.transition(id, 'author', 'send-to-review'), 409, 'being_edited');
    expectRefusal(await desk.uploadVersion(id), 409, 'being_edited');
    const { id: folderId } = await desk.folder('Corporate');
    expectRefusal(await desk.as('author').patch(`/api/documents/${id}`, { folderId }), 409, 'being_edited');
    expectStatus(await desk.as('author').patch(`/api/documents/${id}`, { title: 'A better title' }), 200);
    const order = { documentId: id, transition: 'send-to-review', by: await desk.personId('author') } as const;
    const state = await desk.server.db
      .transaction()
      .execute((tx) => documents.transition(tx, { ...order, actingSessionId: ITS_OWN_SESSION }));
    expect(state).toBe('in-review');
  });
});

describe('E7: a late save', () => {
  it('that waits has to be left out knowingly when publishing', async () => {
    const id = await desk.upload();
    const { presence } = desk.server.app.documents;
    const before = presence.lateSavesWaiting;
    presence.lateSavesWaiting = async () => new Map([[id, 1]]);
    expectStatus(await desk.transition(id, 'author', 'send-to-review'), 200);
    expectRefusal(await desk.transition(id, 'approver', 'publish'), 409, 'late_save_waiting');
    expectStatus(await desk.transition(id, 'approver', 'publish', { leaveOutLateSave: true }), 200);
    presence.lateSavesWaiting = before;
  });
});

describe('D10: activity', () => {
  it('tells those who see drafts everything in words, and a reader only when it was published', async () => {
    const id = await desk.published({ title: 'Told in words' });
    await desk.as('reader').get(`/api/documents/${id}/versions/1.0/content`);
    const read = async (who: 'author' | 'reader') =>
      ((await desk.as(who).get(`/api/documents/${id}/activity`)).json() as { entries: ActivityEntry[] }).entries;
    expect((await read('author')).map((entry) => `${entry.who} ${entry.text}`)).toEqual([
      'Daniel Keaveny downloaded version 1.0',
      'Amara Linwood published version 1.0',
      'Clare Whitcombe sent version 0.1 to review',
      'Clare Whitcombe made the document from Told in words.docx, version 0.1',
    ]);
    expect((await read('reader')).map((entry) => entry.kind)).toEqual(['published']);
  });
});
