import { readdirSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openDesk } from '../../src/documents/test/desk.ts';
import { aWordFile, wordParts, zip } from '../../src/documents/test/office-files.ts';

let desk: Desk;
let folderUrl: string;
let port: number;
let cookie: string;
beforeAll(async () => {
  desk = await openDesk({ MAX_DOCUMENT_MB: '1' });
  folderUrl = `/api/folders/${(await desk.folder('Infection prevention', 'author')).id}/documents`;
  port = Number(new URL(await desk.server.app.http.listen({ host: '127.0.0.1', port: 0 })).port);
  cookie = [...desk.as('author').cookies].map(([name, value]) => `${name}=${value}`).join('; ');
});
afterAll(() => desk?.close());

const upload = (query: Record<string, string>, content: Uint8Array) =>
  desk.as('author').upload(`${folderUrl}?${new URLSearchParams(query)}`, content);

async function stored(): Promise<unknown> {
  const { db, config } = desk.server;
  const count = async (table: 'document' | 'version' | 'blob') =>
    (
      await db
        .selectFrom(table)
        .select('sha256' as never)
        .execute()
    ).length;
  return {
    documents: (await db.selectFrom('document').select('id').execute()).length,
    versions: await count('version'),
    blobs: await count('blob'),
    incoming: await readdir(join(config.blobFolder, 'incoming')),
    folders: (await readdir(config.blobFolder)).length,
  };
}

describe('Bad input: names of files', () => {
  const NAMES: [string, string][] = [
    ['../../../etc/passwd.docx', 'passwd.docx'],
    ['..\\..\\windows\\system32\\x.docx', 'x.docx'],
    ['a#b%c"d\'e;f.docx', 'a#b%c"d\'e;f.docx'],
    ['invoice\u202excod.docx', 'invoicexcod.docx'],
    ['a\r\nSet-Cookie: x=1.docx', 'aSet-Cookie: x=1.docx'],
    ['<script>alert(1)<script>.docx', '<script>alert(1)<script>.docx'],
    ["'); drop table version; --.docx", "'); drop table version; --.docx"],
    ['CON.docx', 'CON.docx'],
    ['…Händehygiene 手指衛生.docx', '…Händehygiene 手指衛生.docx'],
  ];
  it.each(NAMES)('%j travels as text and breaks out of no header', async (given, kept) => {
    const made = await upload(
      { fileName: given, title: 'Names' },
      await aWordFile(given.replace(/[<>&"'\p{Cc}\u202e]/gu, '')),
    );
    expect(made.statusCode, made.body).toBe(201);
    const id = made.json().id;
    const { versions } = (await desk.as('author').get(`/api/documents/${id}/versions`)).json();
    expect(versions[0].fileName).toBe(kept);
    const answer = await desk.as('author').get(`/api/documents/${id}/versions/0.1/content`);
    const disposition = String(answer.headers['content-disposition']);
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x21\x23-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/);
    expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe(kept);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['256 characters', `${'x'.repeat(251)}.docx`],
    ['a NUL', 'a\0.docx'],
    ['nothing', ''],
    ['a name without ending', 'README'],
    ['an ending that is none', 'a.docx/'],
    ['dots', '..'],
    ['another ending behind', 'a.docx.exe'],
    ['a page', 'a.html'],
    ['a drawing with scripts', 'a.svg'],
  ])('%s is refused in words, and nothing is stored', async (_, fileName) => {
    const before = await stored();
    const answer = await upload({ fileName }, Buffer.from('<svg onload=alert(1)>'));
    expect([400, 422], answer.body).toContain(answer.statusCode);
    expect(answer.json().error.message).toMatch(/\.$/);
    expect(await stored()).toEqual(before);
  });
});

describe('Bad input: content', () => {
  it('bombs, entities and lies leave nothing behind', async () => {
    const before = await stored();
    const bomb = await zip({ ...wordParts(), 'word/media/bomb.bin': Buffer.alloc(64 * 1024 * 1024) });
    const entity = await zip({
      ...wordParts(),
      'word/document.xml': '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    });
    const files: [string, Buffer, string][] = [
      ['bomb.docx', bomb, 'file_unsafe'],
      ['entity.docx', entity, 'file_unsafe'],
      ['program.docx', Buffer.from('MZ\0\0program'), 'file_unsafe'],
      ['half.docx', (await aWordFile()).subarray(0, 400), 'file_damaged'],
      ['picture.docx', Buffer.from('89504e470d0a1a0a', 'hex'), 'file_damaged'],
      ['page.txt', Buffer.from('a\0b'), 'file_type_not_taken'],
    ];
    for (const [fileName, content, code] of files) {
      const answer = await upload({ fileName }, content);
      expect(answer.statusCode, `${fileName} ${answer.body}`).toBe(422);
      expect(answer.json().error, fileName).toMatchObject({ code, remedy: expect.any(String) });
    }
    expect(await stored()).toEqual(before);
  });

  it('HTML in a text file is text to every browser, in the page too', async () => {
    const made = await upload({ fileName: 'page.txt' }, Buffer.from('<script>alert(document.domain)</script>'));
    expect(made.statusCode, made.body).toBe(201);
    for (const inline of ['', '?inline=1']) {
      const answer = await desk.as('author').get(`/api/documents/${made.json().id}/versions/0.1/content${inline}`);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('over a real connection', () => {
  function speak(headers: string[], body: Uint8Array | string, end: 'wait' | 'break' = 'wait'): Promise<string> {
    return new Promise((done) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => done(answer));
      const own = ['Host: localhost:3000', 'Origin: http://localhost:3000', `Cookie: ${cookie}`, 'Connection: close'];
      socket.write(
        `POST ${folderUrl}?fileName=a.docx HTTP/1.1\r\n${[...own, 'Content-Type: application/octet-stream', ...headers].join('\r\n')}\r\n\r\n`,
      );
      socket.write(body, () => end === 'break' && socket.destroy());
    });
  }

  it('a length that is too long is refused before the body comes', async () => {
    const before = await stored();
    expect(await speak(['Content-Length: 300000000'], '')).toMatch(/^HTTP\/1\.1 413/);
    expect(await stored()).toEqual(before);
  });

  it('a body that is shorter than it was said to be, or breaks off in a chunk, is no document', async () => {
    const before = await stored();
    const file = await aWordFile('breaks off');
    await speak([`Content-Length: ${file.length + 10}`], file, 'break');
    await speak(['Transfer-Encoding: chunked'], `${file.length.toString(16)}\r\nPK`, 'break');
    expect(await speak(['Transfer-Encoding: chunked'], 'no chunk at all\r\n')).toMatch(/^HTTP\/1\.1 400/);
    await expect.poll(stored).toEqual(before);
  });

  it('a download that breaks off, or is asked for its head only, leaves no file open', async () => {
    const id = await desk.upload({ title: 'Broken off' });
    const url = `/api/documents/${id}/versions/0.1/content`;
    for (let round = 0; round < 20; round++) await desk.as('author').send({ method: 'HEAD', url });
    for (let round = 0; round < 20; round++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET ${url} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`);
      await new Promise((done) => socket.once('connect', done));
      socket.destroy();
    }
    await expect.poll(openBlobs).toEqual([]);
  });

  it('D9: a download is in the trail once, and its head is none', async () => {
    const id = await desk.upload({ title: 'Trail' });
    const url = `/api/documents/${id}/versions/0.1/content`;
    await desk.as('author').send({ method: 'HEAD', url });
    await desk.as('author').get(url);
    const rows = await desk.server.db
      .selectFrom('audit_entry')
      .select('kind')
      .where('document_id', '=', id)
      .where('kind', '=', 'document_downloaded')
      .execute();
    expect(rows).toHaveLength(1);
  });
});

describe('two at once', () => {
  it('uploads with the same number: one gets it, the other is told, and both files are whole or gone', async () => {
    const number = 'SOP-RACE-1';
    const answers = await Promise.all(
      ['one', 'two', 'three'].map(async (word) => upload({ fileName: 'a.docx', number }, await aWordFile(word))),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ statusCode }) => statusCode === 409)?.json().error.code).toBe('number_in_use');
    expect(await readdir(join(desk.server.config.blobFolder, 'incoming'))).toEqual([]);
  });

  it('uploads without a number each get one of their own', async () => {
    const answers = await Promise.all(
      ['four', 'five', 'six'].map(async (word) => upload({ fileName: 'a.docx' }, await aWordFile(word))),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.json().number)).size).toBe(3);
  });

  it('A2: invitations of one address: one person, and a clear answer for the other', async () => {
    const invite = () =>
      desk.as('controller').post('/api/invitations', { name: 'Twice', email: 'twice@stmarys.example' });
    const answers = await Promise.all([invite(), invite(), invite()]);
    expect(answers.map(({ statusCode }) => statusCode).sort(), answers.map(({ body }) => body).join()).toEqual([
      201, 409, 409,
    ]);
  });

  it('teams and folders of one name: one is made', async () => {
    const team = () => desk.as('controller').post('/api/teams', { name: 'Race' });
    expect((await Promise.all([team(), team()])).map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    const folder = () => desk.as('controller').post('/api/folders', { name: 'Race', parentId: null });
    const statuses = (await Promise.all([folder(), folder()])).map(({ statusCode }) => statusCode).sort();
    expect(statuses).toEqual([201, 400]);
  });
});

/** Files of the blob folder that this process holds open. */
function openBlobs(): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(desk.server.config.blobFolder));
}
