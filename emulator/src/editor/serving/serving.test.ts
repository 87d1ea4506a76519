import fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, test } from 'vitest';
import { registerEditor } from '../index.ts';
import { inflateEntry, readZip } from '../package/zip.ts';
import { createMemoryHost, type MemoryHost } from '../testing/memory-host.ts';
import { settingsXml, wordFile } from '../testing/word-files.ts';

let host: MemoryHost;
let app: FastifyInstance;
const [A, B, C] = ['0000000A', '0000000B', '0000000C'];
const w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const p = (id: string, text: string, extra = '') =>
  `<w:p ${extra}w14:paraId="${id}"><w:r><w:t>${text}</w:t></w:r></w:p>`;
const typed = (id: string, was: string, now: string) => ({ key: id, xml: p(id, now), was: p(id, was) });
const TAB = 'tab-00000001';
const signedIn = { cookie: 'session=ada', 'sec-fetch-site': 'same-origin' };
const person = (name: string, tab: string) => ({
  tab,
  headers: { cookie: `session=${name}`, 'sec-fetch-site': 'same-origin' },
  save: { tab, sequence: 1 },
});
const [ADA, BEN] = [person('ada', TAB), person('ben', 'tab-00000002')];

beforeEach(() => {
  host = createMemoryHost();
  app = fastify();
  registerEditor(app, host);
  host.put('plan', wordFile(p(A, 'one', `${w14} `) + p(B, 'two', `${w14} `)), { name: 'Plan.docx' });
  return () => app.close();
});

const open = (sourcedoc: string, letter = 'w', headers: Record<string, string> = signedIn) =>
  app.inject({
    url: `/:${letter}:/r/personal/ada_stmarys_example/_layouts/15/Doc.aspx?sourcedoc=${sourcedoc}&action=default`,
    headers,
  });
const content = (sourcedoc = 'plan') =>
  app.inject({ url: `/_editor/documents/${sourcedoc}/content`, headers: signedIn });
const tagOf = async (sourcedoc = 'plan') =>
  decodeURIComponent(String((await content(sourcedoc)).headers['x-editor-tag']));
const save = (body: object, headers: Record<string, string> = signedIn, sourcedoc = 'plan') =>
  app.inject({
    method: 'POST',
    url: `/_editor/documents/${sourcedoc}/blocks`,
    headers,
    payload: { stale: {}, author: 'Ada', tab: TAB, sequence: 1, deleted: [], ...body },
  });
const storedXml = (sourcedoc = 'plan') => {
  const part = readZip(host.content(sourcedoc)).find(({ name }) => name === 'word/document.xml');
  if (!part) throw new Error('no document part');
  return Buffer.from(inflateEntry(part, 1e6)).toString();
};
const textsOf = (sourcedoc: string) =>
  storedXml(sourcedoc)
    .split('</w:p>')
    .map((paragraph) => paragraph.replace(/<[^>]*>/g, '').trim())
    .filter((text) => text !== '');

describe('the page at webUrl', () => {
  test('somebody who is not signed in goes to the sign-in page and comes back', async () => {
    const answer = await open('plan', 'w', { host: 'content.example', 'x-forwarded-proto': 'https' });

    expect(answer.statusCode).toBe(302);
    const target = new URL(String(answer.headers.location));
    expect(target.searchParams.get('origin')).toBe('https://content.example');
    expect(target.searchParams.get('to')).toMatch(/^https:\/\/content\.example\/:w:\/r\/personal\/.*sourcedoc=plan/);
  });

  test('a document without access or existence is a page that says so', async () => {
    const [secret, missing] = [await open('secret'), await open('nothing')];

    expect([secret.statusCode, missing.statusCode]).toEqual([403, 404]);
    expect(secret.body).toContain('have access');
    expect(secret.body).toContain('ada@stmarys.example');
  });

  test('files of other kinds are answered honestly', async () => {
    host.put('drawing', new Uint8Array(), { name: '<Plan>.vsdx', kind: 'other' });

    const answer = await open('drawing', 'w');

    expect(answer.statusCode).toBe(501);
    expect(answer.body).toContain('no editor for files of this kind');
    expect(answer.body).not.toContain('<Plan>');
  });
});

describe('content', () => {
  test('is given with its tag and how it may be edited', async () => {
    host.put('tracked', wordFile('<w:p/>', { 'word/settings.xml': settingsXml('<w:trackRevisions/>') }));

    const [plain, tracked] = [await content(), await content('tracked')];

    expect(plain.headers['x-editor-mode']).toBe('editing');
    expect(tracked.headers['x-editor-mode']).toBe('suggesting');
    expect(readZip(tracked.rawPayload).map(({ name }) => name)).toContain('word/settings.xml');
  });

  test('a document that its author protected, or that one may only read, cannot be saved', async () => {
    const protection = settingsXml('<w:documentProtection w:edit="readOnly" w:enforcement="1"/>');
    host.put('protected', wordFile('<w:p/>', { 'word/settings.xml': protection }));
    host.put('shared', wordFile('<w:p/>'), { mayWrite: false });

    for (const sourcedoc of ['protected', 'shared']) {
      const answer = await content(sourcedoc);
      expect(answer.headers['x-editor-mode']).toBe('viewing');
      expect(answer.headers['x-editor-reason']).not.toBe('');
      const refused = await save({ base: await tagOf(sourcedoc), blocks: [] }, signedIn, sourcedoc);
      expect(refused.statusCode).toBe(403);
    }
    expect(host.calls).not.toContainEqual(expect.stringContaining('save'));
  });

  test('a file that is no Word document is refused in words', async () => {
    host.put('broken', new TextEncoder().encode('no archive at all, only a few words'));

    const answer = await content('broken');

    expect(answer.statusCode).toBe(415);
    expect(answer.json().error.message).toContain('not a Word document');
  });
});

describe('saving', () => {
  test('typed words are in the stored file, under the new tag', async () => {
    const answer = await save({
      base: await tagOf(),
      blocks: [typed(A, 'one', 'one and more'), { key: B, xml: null }],
    });

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ tag: await tagOf(), lost: [], merged: false, stories: {} });
    expect(storedXml()).toContain('<w:t>one and more</w:t>');
    expect(host.calls).toContain('save plan by ada@stmarys.example');
  });

  test('a save on an older base is merged: the later words stand, the earlier ones are kept with their author', async () => {
    const base = await tagOf();
    host.saveElsewhere('plan', wordFile(p(A, 'elsewhere', `${w14} `) + p(B, 'two elsewhere', `${w14} `)));

    const answer = await save({ base, blocks: [typed(A, 'one', 'mine'), { key: B, xml: null }] });

    expect(answer.json()).toMatchObject({ merged: true });
    expect(textsOf('plan')).toEqual(['mine', '[Earlier text by Eve Elsewhere: elsewhere]', 'two elsewhere']);
  });

  test('a save on a base that is not known is refused and changes nothing', async () => {
    const answer = await save({ base: '"c:{gone},1"', blocks: [typed(A, 'one', 'mine')] });

    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.code).toBe('base-is-older');
    expect(textsOf('plan')).toEqual(['one', 'two']);
  });

  test('two who type in one paragraph at the same time leave one copy each, which goes along with their typing', async () => {
    const turns = [
      { who: ADA, base: await tagOf(), text: 'one Ada' },
      { who: BEN, base: await tagOf(), text: 'one Ben' },
      { who: ADA, text: 'one Ada says' },
      { who: BEN, text: 'one Ben says' },
      { who: ADA, text: 'one Ada says so' },
    ];
    const known = new Map<object, { tag: string; text: string }>();
    for (const { who, base, text } of turns) {
      const before = known.get(who);
      const request = { base: base ?? (await tagOf()), stale: before ? { [A]: before.tag } : {} };
      const answer = await save(
        { ...request, tab: who.tab, sequence: text.length, blocks: [typed(A, before?.text ?? 'one', text)] },
        who.headers,
      );
      known.set(who, { tag: answer.json().tag, text });
    }

    expect(textsOf('plan')).toEqual([
      'one Ada says so',
      '[Earlier text by Ada Author: one Ada says]',
      '[Earlier text by Ben Builder: one Ben says]',
      'two',
    ]);
  });

  test('a copy that somebody has taken over is left alone', async () => {
    const base = await tagOf();
    await save({ ...ADA.save, base, blocks: [typed(A, 'one', 'Ada')] });
    await save({ ...BEN.save, base, blocks: [typed(A, 'one', 'Ben')] }, BEN.headers);
    const [, copy = ''] = [...storedXml().matchAll(/w14:paraId="(\w{8})"/g)].map(([, id]) => id ?? '');
    const shown = '[Earlier text by Ada Author: Ada]';
    await save(
      { ...BEN.save, sequence: 2, base: await tagOf(), blocks: [typed(copy, shown, 'Mine now')] },
      BEN.headers,
    );
    await save({ ...ADA.save, sequence: 2, base, blocks: [typed(A, 'one', 'Ada again')] });
    await save({ ...BEN.save, sequence: 3, base, blocks: [typed(A, 'one', 'Ben again')] }, BEN.headers);

    expect(textsOf('plan')).toContain('Mine now');
    expect(textsOf('plan')).toContain('[Earlier text by Ada Author: Ada again]');
  });

  test('a save whose answer was lost can be sent again, and nothing is there twice', async () => {
    const base = await tagOf();
    await save({ base, blocks: [typed(A, 'one', 'one!'), { key: B, xml: null }, { key: C, xml: p(C, 'new') }] });

    const again = await save({
      base,
      sequence: 2,
      blocks: [typed(A, 'one', 'one!!'), { key: B, xml: null }, { key: C, xml: p(C, 'new') }],
    });

    expect(again.statusCode).toBe(200);
    expect(storedXml().match(/one!!|new/g)).toEqual(['one!!', 'new']);
  });

  test('a save that was overtaken by a later one of the same tab is dropped', async () => {
    const base = await tagOf();
    await save({ base, sequence: 2, blocks: [typed(A, 'one', 'later words')] });

    const overtaken = await save({ base, sequence: 1, blocks: [typed(A, 'one', 'earlier')] });

    expect(overtaken.statusCode).toBe(410);
    expect(storedXml()).toContain('later words');
  });

  test('saves that arrive together happen one after the other', async () => {
    const base = await tagOf();

    const answers = await Promise.all(
      [1, 2, 3].map((sequence) => save({ base, sequence, blocks: [typed(A, 'one', `words ${sequence}`)] })),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(storedXml()).toContain('words 3');
  });

  test('an unchanged document is not saved again', async () => {
    const base = await tagOf();
    const first = (await save({ base, blocks: [{ key: A, to: B, xml: null }] })).json();
    host.calls.length = 0;

    await save({ base: first.tag, sequence: 2, blocks: [{ key: A, to: B, xml: null }] });

    expect(host.calls).not.toContainEqual(expect.stringContaining('save'));
  });

  test('nobody else may save: signed out, from another site, with nonsense', async () => {
    const base = await tagOf();

    expect((await save({ base, blocks: [] }, { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(401);
    expect((await save({ base, blocks: [] }, { ...signedIn, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await save({ base, blocks: [] }, { cookie: 'ada', origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await save({ base, blocks: 'all' })).statusCode).toBe(400);
    expect((await save({ base, blocks: [{ key: A, xml: '<w:p>' }] })).statusCode).toBe(400);
  });
});

describe('the lock', () => {
  const tell = (what: string) =>
    app.inject({ method: 'POST', url: `/_editor/documents/plan/${what}`, headers: signedIn, payload: { tab: TAB } });

  test('heartbeats keep a document open and closing ends it', async () => {
    expect([(await tell('heartbeat')).statusCode, (await tell('close')).statusCode]).toEqual([204, 204]);

    expect(host.calls).toEqual([`open plan ${TAB}`, `close plan ${TAB}`]);
  });

  test('a last save that arrives after the closing does not open the document again', async () => {
    const base = await tagOf();
    await tell('close');

    const answer = await save({ base, blocks: [typed(A, 'one', 'last words')] });

    expect(answer.statusCode).toBe(200);
    expect(host.calls).toEqual([`close plan ${TAB}`, 'save plan by ada@stmarys.example']);
  });
});
