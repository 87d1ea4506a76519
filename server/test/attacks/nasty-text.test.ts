import { randomUUID } from 'node:crypto';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openDesk } from '../../src/documents/test/desk.ts';

let desk: Desk;
let documentId: string;
let folderId: string;
let personId: string;
beforeAll(async () => {
  desk = await openDesk();
  documentId = await desk.upload({ title: 'Attacked' });
  folderId = (await desk.folder('Nursing procedures')).id;
  personId = await desk.personId('reader');
});
afterAll(() => desk?.close());

/** Every text field of every body, each filled with the same text. */
function fieldsFilledWith(text: string): [string, string, object][] {
  const anyone = randomUUID();
  return [
    ['POST', '/api/session', { email: text, password: 'x' }],
    ['POST', '/api/session', { email: 'author@stmarys.example', password: text }],
    ['POST', `/api/links/${'x'.repeat(43)}`, { name: text, password: `${text}-long-enough` }],
    ['PATCH', '/api/me', { name: text }],
    ['POST', '/api/me/password', { currentPassword: text, newPassword: `${text}-long-enough` }],
    ['PATCH', `/api/people/${personId}`, { name: text }],
    ['PATCH', `/api/people/${personId}`, { roles: [text] }],
    ['POST', '/api/invitations', { name: text, email: `${anyone}@stmarys.example` }],
    ['POST', '/api/invitations', { name: 'Somebody', email: text }],
    ['POST', '/api/teams', { name: text }],
    ['POST', '/api/folders', { name: text, parentId: folderId }],
    ['PATCH', `/api/folders/${folderId}`, { name: `${text}` }],
    ['PUT', `/api/folders/${folderId}/rules`, { own: [{ subject: { kind: 'team', id: text }, right: 'view' }] }],
    ['PATCH', `/api/documents/${documentId}`, { title: text }],
    ['PATCH', `/api/documents/${documentId}`, { number: text }],
    ['PATCH', `/api/documents/${documentId}`, { type: text }],
    ['PATCH', `/api/documents/${documentId}`, { nextReview: text }],
    ['PATCH', `/api/documents/${documentId}`, { ownerId: text }],
    ['PATCH', `/api/documents/${documentId}`, { folderId: text }],
    ['POST', `/api/documents/${documentId}/access`, { personId: text, role: text }],
    ['POST', `/api/documents/${documentId}/transitions`, { transition: 'send-back', version: text, comment: text }],
    ['POST', `/api/documents/${documentId}/edit-sessions`, { idempotencyKey: text }],
    ['POST', `/api/edit-sessions/${anyone}/check-in`, { idempotencyKey: text, summary: text }],
    ['POST', `/api/edit-sessions/${anyone}/discard`, { reason: text }],
    ['POST', `/api/edit-sessions/${anyone}/decision`, { decision: 'discard', reason: text }],
    ['POST', `/api/follow-up-drafts/${anyone}/adopt`, { summary: text }],
    ['POST', `/api/follow-up-drafts/${anyone}/dismiss`, { reason: text }],
    ['POST', '/accounts/account/microsoft/connect', { returnTo: text }],
    ['POST', '/accounts/account/microsoft/disconnect', { when: text }],
  ];
}

const NASTY: [string, string][] = [
  ['SQL', "'); drop table person; --"],
  ['SQL of the other quote', '"; delete from version where 1=1; --'],
  ['HTML', '<img src=x onerror=alert(1)><script>alert(1)</script>'],
  ['a NUL', 'a\u0000b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a turned direction of writing', 'a\u202etxt.exe'],
  ['a line break and a header', 'a\r\nSet-Cookie: session=x'],
  ['an escape sequence', '\u001b[2J'],
  ['a template', '{{7*7}} #{7*7} <%= 7*7 %> %s%n'],
  ['a year that no calendar has', '0000-01-01'],
  ['a year before all years', '-000001-01-01'],
  ['an empty text', ''],
  ['a very long text', 'x'.repeat(300_000)],
  ['backslashes and percent signs', '\\%_\\'],
];

describe('Bad input: text', () => {
  it.each(NASTY)(
    '%s in any field of any body is kept as text or refused in words, never an error of ours',
    async (_, text) => {
      const wrong: string[] = [];
      for (const [method, url, payload] of fieldsFilledWith(text)) {
        const answer = await desk.as('controller').send({ method: method as 'POST', url, payload });
        if (answer.statusCode >= 500)
          wrong.push(`${method} ${url} ${JSON.stringify(payload).slice(0, 60)} ${answer.body}`);
      }
      expect(wrong).toEqual([]);
    },
  );
  it.each(NASTY)('%s in any query', async (_, text) => {
    const wrong: string[] = [];
    for (const name of ['q', 'folder', 'state', 'sort', 'cursor', 'limit', 'mine', 'order', 'scope'])
      for (const url of ['/api/documents', '/api/edit-sessions']) {
        const answer = await desk.as('author').get(`${url}?${name}=${encodeURIComponent(text.toWellFormed())}`);
        if (answer.statusCode >= 500) wrong.push(`${url} ${name} ${answer.body}`);
      }
    for (const name of ['fileName', 'number', 'title', 'comment']) {
      const query = new URLSearchParams({ fileName: 'a.docx', [name]: text });
      const answer = await desk.as('author').upload(`/api/folders/${folderId}/documents?${query}`, Buffer.from('x'));
      if (answer.statusCode >= 500) wrong.push(`upload ${name} ${answer.body}`);
    }
    expect(wrong).toEqual([]);
  });
  const cursor = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const id = randomUUID();
  const CURSORS: [string, unknown][] = [
    ['changedAt', ['changedAt', '9999-99-99 99:99:99+99', id]],
    ['changedAt', ['changedAt', '2026-01-01 00:00:00+99', id]],
    ['changedAt', ['changedAt', '0000-01-01 00:00:00+00', id]],
    ['nextReview', ['nextReview', '0000-01-01', id]],
    ['title', ['title', 'a\u0000', id]],
    ['state', ['state', '9', id]],
    ['title', ['title', 'a', "' or 1=1"]],
    ['title', { 0: 'title' }],
  ];
  it.each(CURSORS)('a tampered cursor of %s %s', async (sort, parts) => {
    const answer = await desk.as('author').get(`/api/documents?sort=${sort}&cursor=${cursor(parts)}`);
    expect(answer.statusCode, answer.body).toBe(400);
  });

  const deep = 100_000;
  const BODIES: [string, string, number][] = [
    ['never ends', '['.repeat(500_000), 400],
    ['lists in lists', `${'['.repeat(deep)}${']'.repeat(deep)}`, 400],
    ['a prototype', '{"__proto__":{"roles":["institution-admin"]}}', 400],
    ['a prototype beside a name', '{"name":"a","__proto__":null}', 400],
    ['a constructor', '{"constructor":{"prototype":{"roles":["institution-admin"]}}}', 400],
    ['an operator', '{"name":{"$gt":""}}', 400],
    ['a list', '{"name":["a"]}', 400],
    ['a number without end', '{"name":1e400}', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['half of it', '{"name":"a', 400],
    ['megabytes', `{"name":"${'x'.repeat(2_000_000)}"}`, 413],
  ];
  it.each(BODIES)('a JSON body that holds %s is refused in words, and changes nobody', async (_, payload, status) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await desk.as('author2').send({ method: 'PATCH', url: '/api/me', payload, headers });
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json().error.message).toMatch(/\.$/);
    expect((await desk.as('author2').get('/api/me')).json()).toMatchObject({ name: people.author2.name, roles: [] });
  });

  it('objects in objects without end do no harm where nobody asked for them', async () => {
    const payload = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await desk.as('author2').send({ method: 'PATCH', url: '/api/me', payload, headers });
    expect(answer.statusCode).toBe(200);
  });

  it('SQL and HTML come back as the text that they are, and as JSON', async () => {
    const title = `<script>alert(1)</script>'; drop table document; --`;
    const changed = await desk.as('author').patch(`/api/documents/${documentId}`, { title, type: '<b>SOP</b>' });
    expect(changed.json()).toMatchObject({ title, type: '<b>SOP</b>' });
    expect(changed.headers['content-type']).toMatch(/^application\/json/);
    const found = await desk
      .as('author')
      .get(`/api/documents?q=${encodeURIComponent("<script>alert(1)</script>'; drop")}`);
    expect(found.json().documents).toHaveLength(1);
    expect((await desk.as('author').get(`/api/documents?q=${encodeURIComponent('%')}`)).json().total).toBe(0);
  });
});
