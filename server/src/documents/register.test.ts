import type { DocumentList } from '@megdocs/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, expectRefusal, expectStatus, openDesk } from './test/desk.ts';

let desk: Desk;
const ids: Record<string, string> = {};

beforeAll(async () => {
  desk = await openDesk();
  ids.hands = await desk.published({ title: 'Hand hygiene' });
  ids.gloves = await desk.upload({ title: 'Gloves 100% safe_use' });
  ids.fire = await desk.published({ title: 'Fire drill', folder: 'Estates and fire safety', by: 'author2' });
  ids.falls = await desk.upload({ title: 'Falls', folder: 'Nursing procedures', by: 'author2' });
  ids.clinic = await desk.upload({ title: 'Clinic hours', by: 'riversideAuthor' });
});
afterAll(() => desk?.close());

async function list(who: Parameters<Desk['as']>[0], query: Record<string, string> = {}): Promise<DocumentList> {
  const answer = await desk.as(who).get(`/api/documents?${new URLSearchParams(query)}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json() as DocumentList;
}
const titles = async (...ask: Parameters<typeof list>) =>
  (await list(...ask)).documents.map((document) => document.title);

describe('D1: register', () => {
  it('lists what a person may see, each as they may see it', async () => {
    expect(await titles('author')).toEqual(['Falls', 'Fire drill', 'Gloves 100% safe_use', 'Hand hygiene']);
    expect(await titles('controller')).toHaveLength(4);
    expect(await titles('reader')).toEqual(['Fire drill', 'Hand hygiene']);
    expect((await list('reader')).total).toBe(2);
    expect(await titles('riversideController')).toEqual(['Clinic hours']);
  });

  it('D2: a reader is not told of a revision behind the published version, by no column, filter or order', async () => {
    expectStatus(await desk.transition(ids.hands ?? '', 'author', 'revise'), 200);
    const before = (await list('reader')).documents.find((document) => document.id === ids.hands);
    await desk.server.clock.advance(60);
    expectStatus(await desk.uploadVersion(ids.hands ?? ''), 201);
    const after = (await list('reader')).documents.find((document) => document.id === ids.hands);
    expect(after).toEqual(before);
    expect(after).toMatchObject({ state: 'published', version: '1.0', beingEdited: null });
    expect(await titles('reader', { state: 'revision' })).toEqual([]);
    expect(await titles('reader', { state: 'published' })).toContain('Hand hygiene');
    expect(await titles('author', { state: 'revision' })).toEqual(['Hand hygiene']);
    expect(await titles('reader', { sort: 'changedAt' })).toEqual(['Hand hygiene', 'Fire drill']);
  });

  it('finds words of the title in any order, and the beginning of a number', async () => {
    expect(await titles('author', { q: 'HYG hand' })).toEqual(['Hand hygiene']);
    expect(await titles('author', { q: 'ygien' })).toEqual(['Hand hygiene']);
    const { number } = await desk.detail(ids.falls ?? '');
    expect(await titles('author', { q: number.toLowerCase() })).toEqual(['Falls']);
    expect(await titles('author', { q: 'doc-' })).toHaveLength(4);
    expect(await titles('author', { q: '100% safe_' })).toEqual(['Gloves 100% safe_use']);
    expect(await titles('author', { q: '%' })).toEqual(['Gloves 100% safe_use']);
    expect(await titles('author', { q: `'; drop table document; --` })).toEqual([]);
  });

  it('filters by folder with what lies below it, by owner and by overdue review', async () => {
    const clinical = await desk.folder('Clinical', 'author');
    expect(await titles('author', { folder: clinical.id })).toEqual(['Falls', 'Gloves 100% safe_use', 'Hand hygiene']);
    expect(await titles('author', { mine: 'true' })).toEqual(['Gloves 100% safe_use', 'Hand hygiene']);
    const late = { nextReview: '2020-02-29' };
    expectStatus(await desk.as('author').patch(`/api/documents/${ids.gloves}`, late), 200);
    expect(await list('author', { overdue: 'true' })).toMatchObject({
      total: 1,
      documents: [{ nextReview: '2020-02-29' }],
    });
    const foreign = await desk.folder('Clinic', 'riversideController');
    expectRefusal(await desk.as('author').get(`/api/documents?folder=${foreign.id}`), 404, 'not_found');
  });

  it('pages through every order, both ways, without losing or repeating a row', async () => {
    for (const sort of ['number', 'title', 'state', 'owner', 'nextReview', 'changedAt'])
      for (const order of ['asc', 'desc']) {
        const whole = await list('author', { sort, order });
        const paged: string[] = [];
        let cursor: string | null = null;
        do {
          const page: DocumentList = await list('author', { sort, order, limit: '1', ...(cursor ? { cursor } : {}) });
          expect(page.total).toBe(4);
          paged.push(...page.documents.map((document) => document.id));
          cursor = page.nextCursor;
        } while (cursor);
        expect(paged, `${sort} ${order}`).toEqual(whole.documents.map((document) => document.id));
      }
  });

  it('a forged cursor, or one of another order, is refused in words', async () => {
    const { nextCursor } = await list('author', { limit: '1' });
    for (const cursor of ['x', Buffer.from('["title","a","b"]').toString('base64url'), nextCursor ?? ''])
      expectRefusal(await desk.as('author').get(`/api/documents?sort=number&cursor=${cursor}`), 400, 'invalid_request');
  });
});
