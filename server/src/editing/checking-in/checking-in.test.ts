import { readFile } from 'node:fs/promises';
import { aDocument, documentWithTrackedChanges, encryptedDocument, people, truncatedDocument } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey, sourceFile, withSentence } from '../../../test/editing-scene.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene({ MAX_DOCUMENT_MB: '1' });
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

const namesOn = async () => {
  const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
  return versions[0].editors.map((editor: { name: string }) => editor.name);
};

describe('E6: content that nobody changed', () => {
  it('SharePoint’s rewriting is no edit: nothing to check in, no checkpoint, and it closes without a version', async () => {
    const id = await scene.open();
    for (let round = 0; round < 5; round++) await scene.pass(20);
    expect((await scene.session(id)).checkpoints).toEqual([]);
    expect((await scene.checkIn(id)).json().result).toBe('nothing-changed');
    expect((await scene.author.post(`/api/edit-sessions/${id}/close`)).statusCode).toBe(200);
    expect(await scene.versions()).toEqual(['0.1']);
  });

  it('E5: a save with equal content makes no checkpoint, yet its author is named', async () => {
    const id = await scene.open();
    await scene.save('The same words.');
    await scene.pass(60);
    await scene.save('The same words.', people.author2.email);
    await scene.pass(60);
    const session = await scene.session(id);
    expect(session.checkpoints).toHaveLength(1);
    expect(session.editors.map(({ name }) => name)).toEqual([people.author.name, people.author2.name]);
  });

  it('E6: closing without a version is refused when somebody did change something', async () => {
    const id = await scene.open();
    await scene.save('Something.');
    const answer = await scene.author.post(`/api/edit-sessions/${id}/close`);
    expect(answer.json().error.code).toBe('changed_meanwhile');
  });

  it('E5: going back to earlier words makes that content the last checkpoint again', async () => {
    const id = await scene.open();
    for (const words of ['One.', 'Two.', 'One.']) {
      await scene.save(words);
      await scene.pass(60);
    }
    const { checkpoints } = await scene.session(id);
    expect(checkpoints).toHaveLength(2);
    const last = await scene.author.get(String(checkpoints[0]?.contentUrl));
    expect(last.rawPayload.equals(Buffer.from(withSentence(await readFile(sourceFile), 'One.')))).toBe(true);
  });
});

describe('E7: saves while MEGDocs is reading', () => {
  it('a save between our look and our download is not missed', async () => {
    const id = await scene.open();
    await scene.pass(60);
    await scene.save('First.');
    await scene.server.clock.advance(90);
    scene.fault({ origin: 'content', method: 'GET' }, { delayMs: 400 });
    const round = scene.server.app.editing.tend();
    await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
    await scene.save('Second.', people.author2.email);
    await round;
    await scene.pass(90);
    await scene.pass(90);
    expect((await scene.checkIn(id)).json().result).toBe('version');
    expect(await scene.textOf('0.2')).toContain('Second.');
    expect(await namesOn()).toEqual([people.author.name, people.author2.name]);
  });

  it('E11: nor is its author, when it comes in the middle of the check-in', async () => {
    const id = await scene.open();
    await scene.pass(60);
    await scene.save('First.');
    await scene.server.clock.advance(90);
    scene.fault({ origin: 'content', method: 'GET' }, { delayMs: 400 });
    const key = newKey();
    const checking = scene.checkIn(id, { idempotencyKey: key });
    await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
    await scene.save('Second.', people.author2.email);
    await checking;
    for (let round = 0; round < 3; round++) await scene.pass(30);
    expect(await scene.textOf('0.2')).toContain('Second.');
    expect(await namesOn()).toContain(people.author2.name);
    expect(await scene.versions()).toEqual(['0.2', '0.1']);
  });

  it('a dialog that goes on asking does not keep an ordered check-in waiting', async () => {
    const id = await scene.open();
    await scene.save('Ordered.');
    await scene.server.clock.advance(3);
    expect((await scene.checkIn(id)).json().result).toBe('waiting');
    for (let round = 0; round < 6; round++) {
      await scene.author.post(`/api/edit-sessions/${id}/settling`);
      await scene.pass(3);
    }
    expect((await scene.session(id)).state).toBe('ended');
  });

  it('an order whose person went away bears a bad spell of Microsoft, and makes its version', async () => {
    const id = await scene.open();
    await scene.save('Ordered, and off home.');
    expect((await scene.checkIn(id)).json().result).toBe('waiting');
    scene.fault({ method: 'GET', path: '/items/' }, { graphError: 'serviceNotAvailable' }, { times: 8 });
    await scene.pass(60);
    expect((await scene.session(id)).state).toBe('checking-in');
    scene.emulator.control.clearFaults();
    for (let round = 0; round < 4; round++) await scene.pass(60);
    expect(await scene.versions()).toEqual(['0.2', '0.1']);
  });

  it('an order that came to nothing after its person went away is told to them', async () => {
    const id = await scene.open();
    await scene.save('Ordered, and off home.');
    expect((await scene.checkIn(id)).json().result).toBe('waiting');
    scene.fault({ method: 'GET', path: '/items/' }, { graphError: 'serviceNotAvailable' }, { times: 99 });
    for (let round = 0; round < 3; round++) await scene.pass(601);
    scene.emulator.control.clearFaults();
    expect((await scene.session(id)).state).toBe('active');
    const { notifications } = (await scene.author.get('/api/me/notifications')).json();
    expect(notifications[0].text).toMatch(/^Your check-in of .+ made no version yet: /);
  });

  it('a check-in that found the session held is not called kept when nothing was written down', async () => {
    const id = await scene.open();
    await scene.save('Typed.');
    await scene.server.db
      .updateTable('edit_session')
      .set({ lease_owner: 'somebody', lease_until: sql<Date>`app_now() + interval '1 day'` })
      .where('id', '=', id)
      .execute();
    const answer = await scene.checkIn(id);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ error: { code: 'connection_busy' } });
  });

  it('“anyway” needs two minutes of waiting now, not those of an earlier dialog', async () => {
    const id = await scene.open();
    await scene.author.post(`/api/edit-sessions/${id}/settling`);
    await scene.server.clock.advance(3000);
    await scene.save('Just now.');
    expect((await scene.checkIn(id, { anyway: true })).json().result).toBe('waiting');
  });

  it('after two minutes of unrest the person may check in what is there', async () => {
    const id = await scene.open();
    let mayAnyway = false;
    for (let round = 0; round < 45 && !mayAnyway; round++) {
      if (round % 3 === 0) await scene.save(`Typing ${round}.`);
      mayAnyway = (await scene.author.post(`/api/edit-sessions/${id}/settling`)).json().mayCheckInAnyway;
      await scene.server.clock.advance(3);
    }
    expect(mayAnyway).toBe(true);
    await scene.save('Still typing.');
    expect((await scene.checkIn(id, { anyway: true })).json().result).toBe('version');
  });
});

describe('E7: content that can’t be a version', () => {
  const kinds: [string, () => Uint8Array][] = [
    ['damaged', truncatedDocument],
    ['encrypted', encryptedDocument],
    ['too large', () => aDocument({ paragraphs: 3, paddingBytes: 1024 * 1024 })],
  ];
  it.each(kinds)('%s: kept as a checkpoint with the reason; editing goes on', async (_kind, content) => {
    const id = await scene.open();
    await scene.saveBytes(content());
    await scene.pass(90);
    const answer = (await scene.checkIn(id)).json();
    expect(answer.result).toBe('kept-as-checkpoint');
    const session = await scene.session(id);
    expect(session.state).toBe('active');
    expect(session.checkpoints[0]?.reason).toBeTruthy();
    expect((await scene.author.get(String(session.checkpoints[0]?.contentUrl))).rawPayload.equals(content())).toBe(
      true,
    );
    await scene.save('Mended.');
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version', version: '0.2' });
  });
});

describe('E16: orders', () => {
  it('the same key after Microsoft could not be reached goes on with the same order', async () => {
    const id = await scene.open();
    await scene.save('Twice tried.');
    await scene.pass(90);
    const key = newKey();
    scene.fault({ method: 'GET', path: 'items' }, { status: 400 });
    expect((await scene.checkIn(id, { idempotencyKey: key })).statusCode).toBe(503);
    expect((await scene.session(id)).state).toBe('active');
    const answer = await scene.checkIn(id, { idempotencyKey: key });
    expect(answer.json()).toMatchObject({ result: 'version' });
    const replayed = await scene.checkIn(id, { idempotencyKey: key });
    expect(replayed.json()).toEqual(answer.json());
    expect(await scene.versions()).toEqual(['0.2', '0.1']);
  });

  it('E6: only who started it checks it in, discards it and asks for its state', async () => {
    const id = await scene.open();
    await scene.save('Mine.');
    await scene.pass(90);
    const key = newKey();
    await scene.checkIn(id, { idempotencyKey: key });
    const colleague = await scene.server.signIn('author2');
    const path = `/api/edit-sessions/${id}`;
    const body = { idempotencyKey: key, summary: 'Not mine' };
    expect((await colleague.post(`${path}/check-in`, body)).statusCode).toBe(403);
    expect((await colleague.post(`${path}/discard`, { reason: 'No' })).statusCode).toBe(403);
    expect((await colleague.post(`${path}/close`)).statusCode).toBe(403);
    expect((await colleague.post(`${path}/settling`)).statusCode).toBe(404);
    expect((await colleague.post(`${path}/retry`)).statusCode).toBe(403);
  });

  it('E3: the session is seen by who may see drafts, its address by the starter alone, elsewhere it is not there', async () => {
    const id = await scene.open();
    expect((await scene.session(id)).webUrl).toContain('http');
    const colleague = await scene.server.signIn('author2');
    const seen = await colleague.get(`/api/edit-sessions/${id}`);
    expect(seen.statusCode).toBe(200);
    expect(seen.json().webUrl).toBeNull();
    expect(seen.body).not.toContain('/:w:/');
    for (const who of ['reader', 'riversideController', 'riversideAuthor'] as const) {
      const stranger = await scene.server.signIn(who);
      for (const path of [`/api/edit-sessions/${id}`, `/api/documents/${scene.documentId}/edit-sessions`])
        expect((await stranger.get(path)).statusCode).toBe(404);
    }
    const list = await scene.author.get('/api/edit-sessions?scope=all');
    expect(list.statusCode).toBe(403);
  });

  it('E11: authors of tracked changes that are new are named, and flagged when they are no participants', async () => {
    const id = await scene.open();
    await scene.saveBytes(documentWithTrackedChanges({ insertedBy: 'Locum Doctor', deletedBy: people.author.name }));
    await scene.pass(90);
    expect((await scene.checkIn(id)).json().result).toBe('version');
    const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
    const locum = versions[0].editors.find((editor: { name: string }) => editor.name === 'Locum Doctor');
    expect(locum).toMatchObject({ stranger: true });
  });

  it('E6: check in and send to review', async () => {
    const id = await scene.open();
    await scene.save('For review.');
    await scene.pass(90);
    expect((await scene.checkIn(id, { sendToReview: true })).json().version).toBe('0.2');
    expect((await scene.author.get(`/api/documents/${scene.documentId}`)).json().state).toBe('in-review');
  });
});
