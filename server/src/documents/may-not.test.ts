import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../test/client.ts';
import { type Desk, openDesk } from './test/desk.ts';
import { aWordFile } from './test/office-files.ts';

/** Every route of this room against every role of the cast, another institution, and nobody. */
const CAST = [
  'author', // owns the document
  'author2', // may edit it by a folder rule
  'approver',
  'controller',
  'reader',
  'riversideAuthor',
  'riversideController',
] as const;
type Who = (typeof CAST)[number] | 'nobody';

let desk: Desk;
let file: Buffer;
let reader: string;
let folderId: string;

beforeAll(async () => {
  desk = await openDesk();
  file = await aWordFile();
  reader = await desk.personId('reader');
  folderId = (await desk.folder('Nursing procedures')).id;
});
afterAll(() => desk?.close());

/** What each of them is answered, in the order of the cast, and nobody last. */
async function answersTo(ask: (client: TestClient, who: Who) => ReturnType<TestClient['get']>) {
  const statuses: Record<string, number> = {};
  for (const who of [...CAST, 'nobody'] as const) {
    const client = who === 'nobody' ? desk.server.browser() : desk.as(who);
    statuses[who] = (await ask(client, who)).statusCode;
  }
  return statuses;
}

function expected(
  author: number,
  author2: number,
  approver: number,
  controller: number,
  readerStatus: number,
): Record<string, number> {
  const own = { author, author2, approver, controller, reader: readerStatus };
  return { ...own, riversideAuthor: 404, riversideController: 404, nobody: 401 };
}

describe('D2: a draft', () => {
  let id: string;
  beforeAll(async () => {
    id = await desk.upload({ title: 'May not, draft', folder: 'Nursing procedures' });
  });

  it('is seen by those who work on it alone', async () => {
    for (const path of [
      '',
      '/versions',
      '/versions/0.1/content',
      '/versions/0.1/content?inline=1',
      '/activity',
      '/access',
    ])
      expect(await answersTo((client) => client.get(`/api/documents/${id}${path}`)), path).toEqual(
        expected(200, 200, 200, 200, 404),
      );
  });

  it('is listed for those alone', async () => {
    for (const who of CAST) {
      const sees = ['author', 'author2', 'approver', 'controller'].includes(who);
      expect((await desk.as(who).get('/api/documents')).body.includes('May not, draft'), who).toBe(sees);
    }
  });

  it('details are changed by its owner and controllers', async () => {
    const ask = (client: TestClient) => client.patch(`/api/documents/${id}`, { type: 'policy' });
    expect(await answersTo(ask)).toEqual(expected(200, 403, 403, 200, 404));
  });

  it('people are named on it, and taken off, by its owner and controllers', async () => {
    const body = { personId: reader, role: 'contributor' };
    const name = (client: TestClient) => client.post(`/api/documents/${id}/access`, body);
    const takeOff = (client: TestClient) => client.delete(`/api/documents/${id}/access/${reader}/contributor`);
    for (const who of ['author2', 'approver', 'reader', 'riversideAuthor', 'riversideController'] as const) {
      expect((await name(desk.as(who))).statusCode, who).toBe(who === 'author2' || who === 'approver' ? 403 : 404);
      expect((await takeOff(desk.as(who))).statusCode, who).toBe(who === 'author2' || who === 'approver' ? 403 : 404);
    }
    for (const who of ['author', 'controller'] as const) {
      expect((await name(desk.as(who))).statusCode).toBe(200);
      expect((await takeOff(desk.as(who))).statusCode).toBe(204);
    }
    expect((await name(desk.server.browser())).statusCode).toBe(401);
    expect((await takeOff(desk.server.browser())).statusCode).toBe(401);
  });

  it('takes a new version from those who may edit it', async () => {
    const ask = (client: TestClient) => client.upload(`/api/documents/${id}/versions?fileName=a.docx`, file);
    expect(await answersTo(ask)).toEqual(expected(201, 201, 403, 403, 404));
  });

  it('is sent to review by those who may edit it', async () => {
    const ask = async (client: TestClient, who: Who) => {
      const draft = await desk.upload({ title: `To review by ${who}`, folder: 'Nursing procedures' });
      return client.post(`/api/documents/${draft}/transitions`, { transition: 'send-to-review', version: '0.1' });
    };
    expect(await answersTo(ask)).toEqual(expected(200, 200, 403, 403, 404));
  });
});

describe('D3: a document in review', () => {
  const inReview = async (title: string) => {
    const id = await desk.upload({ title, folder: 'Nursing procedures' });
    await desk.transition(id, 'author', 'send-to-review');
    return id;
  };

  it('is sent back by approver, owner and controller', async () => {
    const ask = async (client: TestClient, who: Who) =>
      client.post(`/api/documents/${await inReview(`Back by ${who}`)}/transitions`, {
        transition: 'send-back',
        version: '0.1',
      });
    expect(await answersTo(ask)).toEqual(expected(200, 403, 200, 200, 404));
  });

  it('is published by the approver alone', async () => {
    const ask = async (client: TestClient, who: Who) =>
      client.post(`/api/documents/${await inReview(`Published by ${who}`)}/transitions`, {
        transition: 'publish',
        version: '0.1',
      });
    expect(await answersTo(ask)).toEqual(expected(403, 403, 200, 403, 404));
  });
});

describe('D2: a published document', () => {
  let id: string;
  beforeAll(async () => {
    id = await desk.published({ title: 'May not, published', folder: 'Nursing procedures' });
  });

  it('is read by everybody of the institution', async () => {
    for (const path of ['', '/versions', '/versions/1.0/content', '/activity', '/access'])
      expect(await answersTo((client) => client.get(`/api/documents/${id}${path}`)), path).toEqual(
        expected(200, 200, 200, 200, 200),
      );
  });

  it('its drafts are still seen by those who work on it alone', async () => {
    expect(await answersTo((client) => client.get(`/api/documents/${id}/versions/0.1/content`))).toEqual(
      expected(200, 200, 200, 200, 404),
    );
  });

  it('tells a reader nothing of who works on it', async () => {
    const detail = await desk.detail(id, 'reader');
    expect(detail).toMatchObject({
      seesDrafts: false,
      versionCount: 1,
      transitions: [],
      people: { contributors: [], reviewers: [], approvers: [] },
      followUpDraftsWaiting: 0,
      beingEdited: null,
    });
  });

  it('takes nothing from a reader', async () => {
    const as = desk.as('reader');
    const asked = [
      as.patch(`/api/documents/${id}`, { title: 'x' }),
      as.post(`/api/documents/${id}/access`, { personId: reader, role: 'approver' }),
      as.delete(`/api/documents/${id}/access/${reader}/approver`),
      as.upload(`/api/documents/${id}/versions?fileName=a.docx`, file),
      as.post(`/api/documents/${id}/transitions`, { transition: 'revise', version: '1.0' }),
    ];
    for (const answer of await Promise.all(asked)) expect(answer.statusCode).toBe(403);
  });

  it('is opened for revision by those who may edit it', async () => {
    const ask = async (client: TestClient, who: Who) => {
      const published = await desk.published({ title: `Revised by ${who}`, folder: 'Nursing procedures' });
      return client.post(`/api/documents/${published}/transitions`, { transition: 'revise', version: '1.0' });
    };
    expect(await answersTo(ask)).toEqual(expected(200, 200, 403, 403, 403));
  });
});

describe('D2: a folder', () => {
  it('takes documents from those who may edit there', async () => {
    const ask = (client: TestClient) => client.upload(`/api/folders/${folderId}/documents?fileName=a.docx`, file);
    expect(await answersTo(ask)).toEqual(expected(201, 201, 403, 201, 403));
  });

  it('is managed by controllers of its own institution', async () => {
    const asks: ((client: TestClient) => ReturnType<TestClient['get']>)[] = [
      (client) => client.get(`/api/folders/${folderId}/rules`),
      (client) => client.put(`/api/folders/${folderId}/rules`, { own: [] }),
      (client) => client.patch(`/api/folders/${folderId}`, { name: 'Nursing procedures' }),
    ];
    for (const ask of asks) expect(await answersTo(ask)).toEqual(expected(403, 403, 403, 200, 403));
    const make = (client: TestClient, who: Who) =>
      client.post('/api/folders', { name: `Of ${who}`, parentId: folderId });
    expect(await answersTo(make)).toEqual(expected(403, 403, 403, 201, 403));
    expect(await answersTo((client) => client.delete(`/api/folders/${folderId}`))).toEqual(
      expected(403, 403, 403, 409, 403),
    );
  });

  it('at the top is made by controllers, each in their own institution', async () => {
    const make = (client: TestClient, who: Who) =>
      client.post('/api/folders', { name: `Top of ${who}`, parentId: null });
    expect(await answersTo(make)).toEqual({
      ...expected(403, 403, 403, 201, 403),
      riversideAuthor: 403,
      riversideController: 201,
    });
    expect((await desk.as('controller').get('/api/folders')).body).not.toContain('Top of riverside');
  });

  it('the tree and the register are for those who are signed in', async () => {
    const everybody = { ...expected(200, 200, 200, 200, 200), riversideAuthor: 200, riversideController: 200 };
    for (const path of ['/api/folders', '/api/documents'])
      expect(await answersTo((client) => client.get(path)), path).toEqual(everybody);
    expect((await desk.as('riversideController').get('/api/folders')).body).not.toContain('Nursing procedures');
  });
});
