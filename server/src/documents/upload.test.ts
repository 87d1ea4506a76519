import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, expectRefusal, expectStatus, openDesk } from './test/desk.ts';
import { aWordFile } from './test/office-files.ts';

let desk: Desk;
let folderUrl: string;
beforeAll(async () => {
  desk = await openDesk({ MAX_DOCUMENT_MB: '1' });
  folderUrl = `/api/folders/${(await desk.folder('Infection prevention')).id}/documents`;
});
afterAll(() => desk?.close());

const upload = (query: Record<string, string>, content: Uint8Array) =>
  desk.as('author').upload(`${folderUrl}?${new URLSearchParams(query)}`, content);

async function counted() {
  const count = async (table: 'document' | 'version' | 'blob' | 'audit_entry') =>
    (await desk.server.db.selectFrom(table).selectAll().execute()).length;
  return { documents: await count('document'), versions: await count('version'), blobs: await count('blob') };
}

describe('D11: upload', () => {
  it('makes a draft 0.1 that the uploader owns, and gives back the very same bytes', async () => {
    const content = await aWordFile('The very same bytes.');
    const answer = await upload({ fileName: 'SOP-9 Sharps_and waste.docx' }, content);
    expectStatus(answer, 201);
    const { id, number } = answer.json();
    expect(number).toMatch(/^DOC-\d{4}$/);
    expect(await desk.detail(id)).toMatchObject({
      title: 'SOP-9 Sharps and waste',
      state: 'draft',
      version: '0.1',
      owner: { name: 'Clare Whitcombe' },
      app: 'Word',
      fileKind: 'word',
      size: content.length,
      rights: { edit: true, review: false, approve: false, manage: true },
    });
    const download = await desk.as('author').get(`/api/documents/${id}/versions/0.1/content`);
    expect(download.rawPayload.equals(content)).toBe(true);
    expect(download.headers).toMatchObject({
      'content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'content-length': String(content.length),
      'x-content-type-options': 'nosniff',
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
    });
    const inline = await desk.as('author').get(`/api/documents/${id}/versions/0.1/content?inline=1`);
    expect(inline.rawPayload.equals(content)).toBe(true);
  });

  it('proposes the next free number, and takes a given one once, whatever its case', async () => {
    const numbers = [];
    for (const fileName of ['a.docx', 'b.docx'])
      numbers.push(Number((await upload({ fileName }, await aWordFile())).json().number.slice(4)));
    expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
    expectStatus(await upload({ fileName: 'a.docx', number: 'SOP-77' }, await aWordFile()), 201);
    expectRefusal(await upload({ fileName: 'a.docx', number: 'sop-77' }, await aWordFile()), 409, 'number_in_use');
  });

  it('two uploads at once never get the same number', async () => {
    const file = await aWordFile();
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => upload({ fileName: `${name}.docx` }, file)));
    const numbers = new Set(answers.map((answer) => answer.json().number));
    expect(numbers.size).toBe(4);
  });

  it('a name travels whole, without its path and without what can not be seen', async () => {
    const fileName = '..\\..\\Ö "%20#" <b>\u202efdp.docx';
    const answer = await upload({ fileName }, await aWordFile());
    expectStatus(answer, 201);
    const detail = await desk.detail(answer.json().id);
    expect(detail.fileName).toBe('Ö "%20#" <b>fdp.docx');
    const download = await desk.as('author').get(`/api/documents/${detail.id}/versions/0.1/content`);
    expect(download.headers['content-disposition']).toBe(
      `attachment; filename="O __20#_ <b>fdp.docx"; filename*=UTF-8''%C3%96%20%22%2520%23%22%20%3Cb%3Efdp.docx`,
    );
  });

  it('text in every field is kept as text', async () => {
    const evil = `'); drop table document; -- <script>alert(1)</script>`;
    const answer = await upload({ fileName: 'a.docx', title: evil, comment: evil }, await aWordFile());
    expectStatus(answer, 201);
    expect((await desk.detail(answer.json().id)).title).toBe(evil);
  });
});

describe('E13: a refused upload leaves nothing behind', () => {
  it('whatever is wrong with it', async () => {
    const before = await counted();
    expectRefusal(await upload({ fileName: 'a.docx' }, Buffer.alloc(0)), 422, 'file_empty');
    expectRefusal(await upload({ fileName: 'a.docx' }, Buffer.from('PK\u0003\u0004 no')), 422, 'file_damaged');
    expectRefusal(await upload({ fileName: 'a.exe' }, Buffer.from('MZ\0')), 422, 'file_unsafe');
    expectRefusal(await upload({ fileName: 'a.docm' }, await aWordFile()), 422, 'file_has_macros');
    expectRefusal(await upload({ fileName: 'a.pdf' }, await aWordFile()), 422, 'file_type_not_taken');
    const large = await upload({ fileName: 'a.docx' }, Buffer.alloc(1024 * 1024 + 1));
    expectRefusal(large, 413, 'too_large');
    expect(large.json().error.message).toBe('The file is larger than 1 MB.');
    expect(await counted()).toEqual(before);
    expect(await readdir(join(desk.server.config.blobFolder, 'incoming'))).toEqual([]);
  });

  it('without a file, a name, or with a title that hides something', async () => {
    expectRefusal(await desk.as('author').post(`${folderUrl}?fileName=a.docx`, {}), 400, 'invalid_request');
    expectStatus(await upload({}, await aWordFile()), 400);
    expectStatus(await upload({ fileName: 'a.docx', title: 'a\u202eb' }, await aWordFile()), 400);
  });

  it('over a real connection: a body that is too long hears why, even without saying its length', async () => {
    const address = await desk.server.app.http.listen({ host: '127.0.0.1', port: 0 });
    const cookie = [...desk.as('author').cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    async function* endless() {
      for (let sent = 0; sent < 24; sent++) yield Buffer.alloc(64 * 1024);
    }
    const answer = await fetch(`${address}${folderUrl}?fileName=a.docx`, {
      method: 'POST',
      headers: { cookie, origin: 'http://localhost:3000', 'content-type': 'application/octet-stream' },
      body: ReadableStream.from(endless()),
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'too_large' } });
  });

  it('an upload that breaks off is no document', async () => {
    const before = await counted();
    const { port } = desk.server.app.http.server.address() as { port: number };
    const { connect } = await import('node:net');
    const cookie = [...desk.as('author').cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `POST ${folderUrl}?fileName=a.docx HTTP/1.1\r\nhost: localhost:3000\r\norigin: http://localhost:3000\r\ncookie: ${cookie}\r\ncontent-type: application/octet-stream\r\ncontent-length: 5000\r\n\r\nPK`,
          () => socket.destroy(),
        );
      });
      socket.once('close', () => resolve());
    });
    await expect.poll(() => readdir(join(desk.server.config.blobFolder, 'incoming'))).toEqual([]);
    expect(await counted()).toEqual(before);
  });
});
