import { readFile } from 'node:fs/promises';
import { people } from '@megdocs/fixtures';
import type { FaultOrder } from 'microsoft365-emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey, sourceFile, withPicture } from '../../test/editing-scene.ts';
import { connectMicrosoft } from '../../test/microsoft-pages.ts';

/** Each answer of Graph that is an error: what the person sees, and what happens next. */
type Fault = FaultOrder['fault'];
const ALWAYS = { times: 1000 };
const PUT = { method: 'PUT', path: ':/content$' };
const LOOK = { method: 'GET', path: '/items/[^/]+$' };
const answer = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  status,
  headers,
  body: { error: { code, message: '' } },
});

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

const freeAgain = async () => {
  scene.emulator.control.clearFaults();
  expect((await scene.start()).json()).toMatchObject({ state: 'active' });
};

describe('opening is refused: in words, with the way out, and the document is free again', () => {
  it.each<[string, Fault, string, RegExp]>([
    ['400', answer(400, 'invalidRequest'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['402', answer(402, 'paymentRequired'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['403', answer(403, 'accessDenied'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['404', answer(404, 'ResourceNotFound'), 'drive_missing', /no OneDrive yet/],
    ['405', answer(405, 'notSupported'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['406', answer(406, 'notSupported'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['411', answer(411, 'lengthRequired'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['413', answer(413, 'maxFileSizeExceeded'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['424', answer(424, 'failedDependency'), 'microsoft_refused', /does not let MEGDocs put the document/],
    ['507', answer(507, 'quotaLimitReached'), 'drive_full', /OneDrive is full/],
  ])('%s', async (_status, fault, code, words) => {
    scene.fault(PUT, fault, ALWAYS);
    const refused = await scene.start();
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      error: { code, message: expect.stringMatching(words), remedy: expect.stringMatching(/\w{4}/) },
    });
    await freeAgain();
  });
});

describe('opening waits: the page says why, and it opens by itself when the trouble is over', () => {
  it.each<[string, Fault, RegExp]>([
    ['423', answer(423, 'resourceLocked'), /does not answer just now.*tries again by itself/],
    ['429', answer(429, 'activityLimitReached', { 'retry-after': '40' }), /asks us to wait.*tries again by itself/],
    ['503', answer(503, 'serviceNotAvailable', { 'retry-after': '40' }), /does not answer just now/],
    ['509', answer(509, 'bandwidthLimitExceeded', { 'retry-after': '40' }), /asks us to wait/],
  ])('%s', async (_status, fault, words) => {
    scene.fault(PUT, fault, ALWAYS);
    const key = newKey();
    expect((await scene.start(key)).json()).toMatchObject({
      state: 'starting',
      webUrl: null,
      problem: expect.stringMatching(words),
    });
    scene.emulator.control.clearFaults();
    await scene.pass(60);
    await scene.pass(60);
    expect((await scene.start(key)).json()).toMatchObject({ state: 'active', problem: null });
  });
});

describe('opening goes on at once: nobody notices, and there is one copy', () => {
  it.each<[string, object, Fault]>([
    ['409, and nothing of ours lies there', PUT, answer(409, 'nameAlreadyExists')],
    ['401 once: the token is renewed', PUT, answer(401, 'InvalidAuthenticationToken')],
    ['500 once', PUT, answer(500, 'generalException')],
    ['502 once', PUT, answer(502, 'UnknownError')],
    ['504 once', PUT, answer(504, 'UnknownError')],
  ])('%s', async (_status, match, fault) => {
    scene.fault(match, fault);
    expect((await scene.start()).json()).toMatchObject({ state: 'active', problem: null });
    const { driveId, itemId } = await scene.copy();
    expect((await (await scene.graph()).request('GET', `/drives/${driveId}/items/${itemId}`)).status).toBe(200);
  });

  it('416: an upload that is out of step goes on where Microsoft says', async () => {
    const content = withPicture(await readFile(sourceFile), 6 * 1024 ** 2);
    scene = await first.another({ content, fileName: 'Hand hygiene.docx' });
    scene.fault({ origin: 'content', method: 'PUT' }, answer(416, 'fragmentOverlap'));
    const key = newKey();
    await scene.start(key);
    await expect.poll(async () => (await scene.start(key)).json().state, { timeout: 20_000 }).toBe('active');
  });
});

describe('while it is edited: everybody in the session sees since when MEGDocs is blind, and nothing is lost', () => {
  it.each<[string, Fault, RegExp]>([
    ['400', answer(400, 'invalidRequest'), /tries again by itself/],
    ['403', answer(403, 'accessDenied'), /no longer lets this connection read the copy/],
    ['429', answer(429, 'TooManyRequests', { 'retry-after': '30.5' }), /asks us to wait/],
    ['503', answer(503, 'serviceNotAvailable', { 'retry-after': '30' }), /does not answer just now/],
    ['509', answer(509, 'bandwidthLimitExceeded', { 'retry-after': '30' }), /asks us to wait/],
  ])('%s', async (_status, fault, words) => {
    const id = await scene.open();
    await scene.save('Typed in bad weather.');
    scene.fault(LOOK, fault, ALWAYS);
    await scene.pass(60);
    const blind = await scene.session(id);
    expect(blind).toMatchObject({ state: 'active', problem: expect.stringMatching(words) });
    expect(blind.notLiveSince).not.toBeNull();
    scene.emulator.control.clearFaults();
    await scene.pass(120);
    await scene.pass(120);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: null, problem: null });
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version', version: '0.2' });
    expect(await scene.textOf('0.2')).toContain('Typed in bad weather.');
  });

  it('404: said twice, a document controller decides; what was kept can be recovered', async () => {
    const id = await scene.open();
    await scene.save('Kept.');
    await scene.pass(60);
    const { driveId, itemId } = await scene.copy();
    await (await scene.graph()).request('DELETE', `/drives/${driveId}/items/${itemId}`);
    for (let round = 0; round < 6; round++) await scene.pass(60);
    expect(await scene.session(id)).toMatchObject({
      state: 'needs-a-decision',
      decision: expect.stringContaining('deleted'),
      checkpoints: [expect.anything()],
    });
  });

  it('401 that a new token does not mend: "reconnect", and it goes on afterwards', async () => {
    const id = await scene.open();
    await scene.save('Typed before.');
    scene.fault(LOOK, answer(401, 'unauthenticated'), ALWAYS);
    await scene.pass(60);
    expect((await scene.session(id)).problem).toMatch(/reconnect/);
    scene.emulator.control.clearFaults();
    await connectMicrosoft(scene.author, people.author);
    await scene.pass(120);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: null, checkpoints: [expect.anything()] });
  });

  it('410: what changed in the drive is asked for from the beginning, and nobody notices', async () => {
    const id = await scene.open();
    await scene.pass(60);
    scene.fault({ method: 'GET', path: '/delta' }, { graphError: 'resyncRequired' });
    await scene.save('After the resync.');
    for (let round = 0; round < 3; round++) await scene.pass(60);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: null, checkpoints: [expect.anything()] });
  });
});

describe('when the copy is deleted: the receipt tells the truth, and the clean-up ends', () => {
  const ending = async () => {
    const id = await scene.open();
    await scene.save('In the version.');
    await scene.pass(90);
    await scene.checkIn(id);
    return id;
  };
  const copyStep = async (id: string) => (await scene.receiptStep(id, 'copy'))?.state;
  const laterOn = async () => {
    for (let minute = 0; minute < 25; minute++) await scene.pass(59);
  };

  it.each<[string, Fault, number]>([
    ['412: somebody saved in that moment, so it is read again', answer(412, 'resourceModified'), 1],
    ['423: still open in Word', answer(423, 'resourceLocked'), 3],
    ['500', answer(500, 'generalException'), 2],
    ['404: gone already', answer(404, 'itemNotFound'), 1],
  ])('%s', async (_status, fault, times) => {
    const id = await ending();
    scene.fault({ method: 'DELETE', path: '/items/' }, fault, { times });
    await laterOn();
    expect(await copyStep(id)).toBe('done');
  });

  it('403 by a retention rule: said, left behind, and not tried again', async () => {
    const id = await ending();
    const body = { error: { code: 'accessDenied', message: 'The item is under a retention policy.' } };
    scene.fault({ method: 'DELETE', path: '/items/' }, { status: 403, headers: {}, body }, ALWAYS);
    await laterOn();
    expect(await copyStep(id)).toBe('failed');
  });
});
