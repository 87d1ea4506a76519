import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphFault, itemReply } from '../../test/drive-item-answer.ts';
import { type LoopbackGraph, startLoopbackGraph } from '../../test/loopback-graph.ts';
import { json } from '../../test/loopback-server.ts';
import {
  cancelUpload,
  continueUpload,
  openWorkingCopy,
  UPLOAD_UNIT_BYTES,
  UploadGone,
  type UploadProgress,
} from '../index.ts';

const FRAGMENT = 16 * UPLOAD_UNIT_BYTES;
const SIZE = 2 * FRAGMENT + 1000;
const ENDS = '2026-12-02T08:00:00Z';

let server: LoopbackGraph;
let told: UploadProgress[];
let waited: number[];
beforeEach(async () => {
  server = await startLoopbackGraph();
  told = [];
  waited = [];
});
afterEach(() => server.close());

const uploadUrl = () => `${server.url}/upload?tempauth=canary-url`;
const openRange = (start: number, end: number) => Readable.from([Buffer.alloc(end - start + 1, 'x')]);
const expects = (from: number) => json({ expirationDateTime: ENDS, nextExpectedRanges: [`${from}-`] }, 202);
const session = (from: number) => json({ expirationDateTime: ENDS, nextExpectedRanges: [`${from}-${SIZE}`] });
const ranges = () => server.received.map(({ headers }) => headers['content-range']).filter((range) => range);
const begun = (sentBytes = 0) => ({ url: uploadUrl(), expiresAt: new Date(ENDS), sentBytes });
const options = {
  onProgress: async (progress: UploadProgress) => void told.push(progress),
  pause: async (milliseconds: number) => void waited.push(milliseconds),
};
const goOn = (from = begun()) => continueUpload(server.graph, from, { size: SIZE, openRange }, options);
const open = (before?: UploadProgress) =>
  openWorkingCopy(server.graph, {
    folderKey: 'abcdefghij23',
    realName: 'Hand hygiene.docx',
    content: { stream: () => openRange(0, SIZE - 1), size: SIZE, contentType: 'text/plain', openRange },
    since: new Date('2026-11-25T07:59:00Z'),
    now: () => new Date('2026-11-25T08:01:30Z'),
    isHeldByOther: () => false,
    upload: { begun: before, ...options },
  });
const PATH = '/v1.0/me/drive/root:/MEGDocs/abcdefghij23/Hand%20hygiene.docx';

describe('E2: a large file goes by upload session', () => {
  test('in multiples of 320 KiB, each told before the next, and no token goes to the upload address', async () => {
    const created = json({ uploadUrl: uploadUrl(), expirationDateTime: ENDS });
    server.replies.push(created, expects(FRAGMENT), expects(2 * FRAGMENT), itemReply({}, 201));
    expect(await open()).toMatchObject({ itemId: '01ABC' });
    expect(server.calls()[0]).toBe(`POST ${PATH}:/createUploadSession`);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      item: { '@microsoft.graph.conflictBehavior': 'fail', name: 'Hand hygiene.docx', fileSize: SIZE },
    });
    expect(ranges()).toEqual([
      `bytes 0-${FRAGMENT - 1}/${SIZE}`,
      `bytes ${FRAGMENT}-${2 * FRAGMENT - 1}/${SIZE}`,
      `bytes ${2 * FRAGMENT}-${SIZE - 1}/${SIZE}`,
    ]);
    expect(FRAGMENT % UPLOAD_UNIT_BYTES).toBe(0);
    for (const call of server.received.slice(1)) expect(call.headers.authorization).toBeUndefined();
    expect(told.map(({ sentBytes }) => sentBytes)).toEqual([0, FRAGMENT, 2 * FRAGMENT]);
  });

  test('what another process began goes on where Microsoft says, not where it was written down', async () => {
    server.replies.push(session(2 * FRAGMENT), itemReply({}, 201));
    await goOn(begun(FRAGMENT));
    expect(ranges()).toEqual([`bytes ${2 * FRAGMENT}-${SIZE - 1}/${SIZE}`]);
  });

  test('416: what has arrived already is not sent again', async () => {
    server.replies.push(graphFault(416, 'fragmentOverlap'), session(2 * FRAGMENT), itemReply({}, 201));
    await goOn();
    expect(ranges().at(-1)).toBe(`bytes ${2 * FRAGMENT}-${SIZE - 1}/${SIZE}`);
    expect(waited).toEqual([0]);
  });

  test('a cut, and 503, are waited out with longer and longer pauses', async () => {
    const unavailable = graphFault(503, 'serviceNotAvailable');
    server.replies.push({ drop: true }, unavailable, unavailable, unavailable, unavailable, session(0));
    server.replies.push(expects(FRAGMENT), expects(2 * FRAGMENT), itemReply({}, 201));
    await goOn();
    expect(waited).toEqual([1000, 2000]);
  });

  test('429: Retry-After is obeyed; what is too long to be waited for is the caller\u2019s', async () => {
    const slow = { ...graphFault(429, 'activityLimitReached'), headers: { 'retry-after': '20' } };
    server.replies.push(slow, session(0), expects(FRAGMENT), expects(2 * FRAGMENT), itemReply({}, 201));
    await goOn();
    expect(waited).toEqual([20_000]);
    server.replies.push({ ...slow, headers: { 'retry-after': '120' } });
    await expect(goOn()).rejects.toMatchObject({ kind: 'throttled', retryAfterSeconds: 120 });
  });

  test('404: a session that is gone left the file, or is begun anew', async () => {
    server.replies.push(graphFault(404, 'itemNotFound'));
    await expect(goOn()).rejects.toThrow(UploadGone);
    const created = { createdDateTime: '2026-11-25T08:01:00Z' };
    server.replies.push(graphFault(404, 'itemNotFound'), itemReply(created));
    expect(await open(begun(FRAGMENT))).toMatchObject({ itemId: '01ABC' });
    server.replies.push(graphFault(404, 'itemNotFound'), graphFault(404, 'itemNotFound'));
    server.replies.push(json({ uploadUrl: uploadUrl(), expirationDateTime: ENDS }), itemReply({}, 201));
    expect(await open(begun(FRAGMENT))).toMatchObject({ itemId: '01ABC' });
  });

  test('409 at the last byte: our own earlier one is adopted, and what was sent is let go', async () => {
    server.replies.push(session(2 * FRAGMENT), graphFault(409, 'nameAlreadyExists'), { status: 204 });
    server.replies.push(itemReply({ createdDateTime: '2026-11-25T08:01:00Z' }));
    expect(await open(begun(2 * FRAGMENT))).toMatchObject({ itemId: '01ABC' });
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'PUT', 'DELETE', 'GET']);
  });

  test('507 and a refusal are not tried again', async () => {
    for (const [status, code, kind] of [
      [507, 'quotaLimitReached', 'full'],
      [403, 'accessDenied', 'forbidden'],
    ] as const) {
      server.replies.push(graphFault(status, code));
      await expect(goOn()).rejects.toMatchObject({ kind });
    }
    expect(waited).toEqual([]);
  });

  test('an address that the configuration does not list gets nothing', async () => {
    const elsewhere = { ...begun(), url: 'https://elsewhere.example/upload' };
    await expect(goOn(elsewhere)).rejects.toMatchObject({ code: 'untrusted_address' });
    expect(server.received).toHaveLength(0);
  });

  test('cancelling twice is cancelling once', async () => {
    server.replies.push({ status: 204 }, graphFault(404, 'itemNotFound'));
    await cancelUpload(server.graph, uploadUrl());
    await cancelUpload(server.graph, uploadUrl());
  });
});
