import { readFile } from 'node:fs/promises';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, sourceFile, withSentence } from '../../../test/editing-scene.ts';

let first: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());

const decide = async (policy: { trackChanges: boolean; stamp: boolean }) => {
  const admin = await first.server.signIn('controller');
  return admin.put('/api/administration/editing-policy', policy);
};

async function inOneDrive(scene: EditingScene): Promise<Uint8Array> {
  const graph = await scene.graph();
  const { driveId, itemId } = await scene.copy();
  const answer = await graph.request('GET', `/drives/${driveId}/items/${itemId}/content`);
  const { body } = await graph.fetchPreAuthenticated(String(answer.headers.location));
  return Buffer.concat(await body.toArray());
}

const part = (content: Uint8Array, name: string) => Buffer.from(unzipSync(content)[name] ?? []).toString();

describe('E12: Word extras', () => {
  it('by policy changes are tracked from the first keystroke, and the version has the settings of its base', async () => {
    expect((await decide({ trackChanges: true, stamp: true })).statusCode).toBe(200);
    const scene = await first.another();
    const id = await scene.open();
    const copy = await inOneDrive(scene);
    expect(part(copy, 'word/settings.xml')).toContain('trackRevisions');
    expect(part(copy, 'word/document.xml')).toMatch(
      /Working copy from MEGDocs: .* version 0\.1\. Not a controlled copy/,
    );
    await scene.saveBytes(withSentence(copy, 'Typed in the copy.'));
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version', version: '0.2' });
    const content = (await scene.author.get(`/api/documents/${scene.documentId}/versions/0.2/content`)).rawPayload;
    const base = await readFile(sourceFile);
    expect(part(content, 'word/settings.xml')).toBe(part(base, 'word/settings.xml'));
    expect(part(content, 'word/document.xml')).toBe(
      part(withSentence(base, 'Typed in the copy.'), 'word/document.xml'),
    );
  });

  it('without either, the copy is the source, byte for byte', async () => {
    await decide({ trackChanges: false, stamp: false });
    const scene = await first.another();
    await scene.open();
    expect(Buffer.from(await inOneDrive(scene)).equals(await readFile(sourceFile))).toBe(true);
  });

  it('E13: a signed document is left alone, and says so before Word opens and at the check-in', async () => {
    await decide({ trackChanges: true, stamp: true });
    const parts = { ...unzipSync(await readFile(sourceFile)), '_xmlsignatures/sig1.xml': Buffer.from('<s/>') };
    const content = zipSync(parts);
    const scene = await first.another({ content, fileName: 'Signed.docx' });
    const started = (await scene.start()).json();
    expect(started).toMatchObject({ state: 'active', note: expect.stringContaining('digital signature') });
    expect(Buffer.from(await inOneDrive(scene)).equals(Buffer.from(content))).toBe(true);
    const proposal = (await scene.author.get(`/api/edit-sessions/${started.sessionId}/proposal`)).json();
    expect(proposal.note).toContain('digital signature');
  });

  it('only administrators decide', async () => {
    expect((await first.author.get('/api/administration/editing-policy')).statusCode).toBe(403);
    const wish = { trackChanges: true, stamp: false };
    expect((await first.author.put('/api/administration/editing-policy', wish)).statusCode).toBe(403);
  });
});
