import { readFile } from 'node:fs/promises';
import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, sourceFile, withSentence } from '../editing-scene.ts';
import { Browser } from './browser.ts';
import { seedHospital } from './cast.ts';
import { type Pair, startPair } from './pair.ts';

const { author } = people;

let pair: Pair;
let browser: Browser;
let folderId: string | undefined;
beforeAll(async () => {
  pair = await startPair();
  folderId = (await seedHospital(pair)).folderIds.get('infection-prevention');
  browser = await Browser.signIn(pair.a, author);
  await browser.connect(pair.b, author);
});
afterAll(() => pair?.close());

/** A document that is being edited, with something saved that has settled. */
async function beingEdited(words: string): Promise<{ documentId: string; sessionId: string }> {
  const source = await readFile(sourceFile);
  const query = new URLSearchParams({ fileName: 'Hand hygiene.docx', title: words });
  const uploaded = await browser.upload(pair.b, `/api/folders/${folderId}/documents?${query}`, source);
  const documentId = String(JSON.parse(uploaded.text).id);
  const started = await browser.post(pair.b, `/api/documents/${documentId}/edit-sessions`, {
    idempotencyKey: newKey(),
  });
  const { sessionId } = JSON.parse(started.text);
  const row = await pair.db
    .selectFrom('edit_session')
    .selectAll()
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  const contentBase64 = Buffer.from(withSentence(source, words)).toString('base64');
  const copy = { driveId: String(row.drive_id), itemId: String(row.item_id) };
  await pair.emulator.control.changeItem(copy, { save: { by: author.email, contentBase64 } });
  await pair.pass(90);
  return { documentId, sessionId };
}

/** Time for everybody but the process that stands still. */
async function passWithout(seconds: number): Promise<void> {
  await sql`update test_clock set offset_seconds = offset_seconds + ${seconds}`.execute(pair.db);
  pair.emulator.control.advanceClock(seconds);
  await pair.b.advance(seconds);
}

const kindsOf = async (documentId: string) => {
  const rows = await pair.db
    .selectFrom('audit_entry')
    .select('kind')
    .where('document_id', '=', documentId)
    .orderBy('id')
    .execute();
  return rows.map(({ kind }) => kind).filter((kind) => kind !== 'checkpoint_made');
};
const versionsOf = async (documentId: string): Promise<string[]> => {
  const page = await browser.get(pair.b, `/api/documents/${documentId}/versions`);
  return JSON.parse(page.text).versions.map(({ number }: { number: string }) => number);
};

it.each([
  ['before it fetches the copy', 1],
  ['when it has fetched it', 2],
])(
  'E16: stopped in the middle of a check-in, %s: the other process finishes it, and the first wakes too late',
  async (words, look) => {
    const { documentId, sessionId } = await beingEdited(words);
    let looks = 0;
    const isTheLook = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && /\/items\/[^/]+$/.test(path) && ++looks === look;
    const held = pair.gate.hold('after', isTheLook, 1);
    const order = { idempotencyKey: newKey(), summary: 'Both processes' };
    const asked = browser.post(pair.a, `/api/edit-sessions/${sessionId}/check-in`, order);
    await held.arrived();
    pair.a.kill('SIGSTOP');
    held.release();
    try {
      // The lease of whoever stands still runs out; then the order is anybody's.
      for (let round = 0; round < 3; round++) {
        await passWithout(30);
        await pair.b.tend();
      }
      expect(await versionsOf(documentId)).toEqual(['0.2', '0.1']);
    } finally {
      pair.a.kill('SIGCONT');
    }
    const late = await asked;
    expect(late.status === 200 || late.status === 503, late.text).toBe(true);
    await pair.a.tend();
    const again = await browser.post(pair.a, `/api/edit-sessions/${sessionId}/check-in`, order);
    expect(JSON.parse(again.text)).toMatchObject({ result: 'version', version: '0.2' });
    expect(await versionsOf(documentId)).toEqual(['0.2', '0.1']);
    const kinds = await kindsOf(documentId);
    expect(kinds.filter((kind) => kind === 'check_in_ordered')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'checked_in')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'version_made').length).toBeLessThanOrEqual(1);
  },
);
