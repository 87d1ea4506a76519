import { randomBytes, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { documentFile, people } from '@megdocs/fixtures';
import { downloadContent, getItem } from '@megdocs/microsoft365';
import { unzipSync, zipSync } from 'fflate';
import { request } from 'undici';
import { type Finding, median, secondsOf } from '../connections/measure.ts';
import { changed } from './changes.ts';
import { openStage, type Stage } from './stage.ts';

const MEGABYTES = 200;
const MEMORY_LIMIT_MB = 64;
const ROUNDS = 3;
const SOURCE = documentFile('SOP-QA-014 Hand hygiene.docx');

/** A settled document: calls until the version is stored. */
export async function measureCalls(): Promise<Finding[]> {
  const stage = await openStage();
  try {
    const content = await readFile(SOURCE);
    const sessionId = await opened(stage, content);
    const copy = await stage.copyOf(sessionId);
    const contentBase64 = Buffer.from(changed('a.docx', content).content).toString('base64');
    await stage.emulator.control.changeItem(copy, { save: { by: people.author.email, contentBase64 } });
    await stage.pass(90);
    stage.calls();
    await checkIn(stage, sessionId);
    const value = stage.calls().length;
    return [
      { id: 'C1', what: 'check-in: calls until the version is stored', value, unit: 'calls', bar: { atMost: 4 } },
    ];
  } finally {
    await stage.close();
  }
}

/** 200 MB from OneDrive to disk, kept as a checkpoint, beside a bare download to a file of the same bytes. */
export async function measureLargeCheckIn(): Promise<Finding[]> {
  // Playing SharePoint, the emulator would pack all of it anew in the middle.
  const stage = await openStage({ rewriteOfficeFiles: false });
  const folder = await mkdtemp(join(tmpdir(), 'megdocs-bench-'));
  try {
    const path = join(folder, 'large.docx');
    await writeFile(path, largeDocument(await readFile(SOURCE)));
    const sessionId = await opened(stage, await readFile(path));
    const copy = await stage.copyOf(sessionId);
    const [ours, bare, whole, grown]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      await replace(stage, copy, path, round);
      await stage.pass(90);
      bare.push(await secondsOf(() => downloadBare(stage, copy, join(folder, 'bare'))));
      const memory = watchMemory();
      ours.push(await secondsOf(() => fetchToBlobs(stage, copy)));
      whole.push(await secondsOf(() => checkIn(stage, sessionId, true)));
      grown.push(memory.stop());
    }
    const speed = (seconds: number[]) => MEGABYTES / median(seconds);
    return [
      {
        id: 'C2',
        what: `check-in of ${MEGABYTES} MB: fetching and hashing, against a bare streamed download`,
        value: speed(ours) / speed(bare),
        unit: '×',
        bar: { atLeast: 0.8 },
        remark: `${speed(ours).toFixed(0)} MB/s against ${speed(bare).toFixed(0)} MB/s; all of the check-in, with every part looked into: ${speed(whole).toFixed(0)} MB/s`,
      },
      {
        id: 'C3',
        what: `check-in of ${MEGABYTES} MB: memory grows by`,
        value: Math.max(...grown),
        unit: 'MB',
        bar: { atMost: MEMORY_LIMIT_MB },
      },
    ];
  } finally {
    await stage.close();
    await rm(folder, { recursive: true });
  }
}

async function opened(stage: Stage, content: Uint8Array): Promise<string> {
  const document = await stage.draft('Hand hygiene.docx', content);
  if ('refused' in document) throw new Error(document.refused);
  return stage.open(document.id);
}

async function checkIn({ author }: Stage, sessionId: string, goOn = false): Promise<void> {
  const body = { idempotencyKey: randomBytes(18).toString('base64url'), summary: 'Measured', goOn };
  for (let round = 0; round < 600; round++) {
    const answer = await author.post(`/api/edit-sessions/${sessionId}/check-in`, body);
    const { result } = answer.json();
    if (result === 'version') return;
    if (result !== 'waiting') throw new Error(answer.body);
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error('The check-in did not end');
}

function largeDocument(source: Uint8Array): Uint8Array {
  const picture = randomFillSync(new Uint8Array(MEGABYTES * 1024 ** 2));
  return zipSync({ ...unzipSync(source), 'word/media/large.bin': [picture, { level: 0 }] });
}

/** Somebody saves another text: the small part differs, the large one stays. */
async function replace(stage: Stage, copy: Awaited<ReturnType<Stage['copyOf']>>, path: string, round: number) {
  const parts = unzipSync(await readFile(path));
  const text = Buffer.from(parts['word/document.xml'] ?? []).toString();
  parts['word/document.xml'] = Buffer.from(text.replace('</w:body>', `<!--${round}--></w:body>`));
  await writeFile(path, zipSync(parts, { level: 0 }));
  const graph = stage.app.accounts.graphFor(copy.integrationId);
  const answer = await graph.request('PUT', `/drives/${copy.driveId}/items/${copy.itemId}/content`, {
    body: () => createReadStream(path),
    contentLength: (await stat(path)).size,
  });
  await answer.json();
}

/** As a check-in does: streamed, hashed on the way, on disk for good. */
async function fetchToBlobs(stage: Stage, copy: Awaited<ReturnType<Stage['copyOf']>>): Promise<void> {
  const graph = stage.app.accounts.graphFor(copy.integrationId);
  const stream = await downloadContent(graph, await getItem(graph, copy));
  const file = await stage.app.blobs.receive(stream, { maxBytes: Number.POSITIVE_INFINITY });
  await file.discard();
}

async function downloadBare(stage: Stage, copy: Awaited<ReturnType<Stage['copyOf']>>, target: string): Promise<void> {
  const graph = stage.app.accounts.graphFor(copy.integrationId);
  const answer = await graph.request('GET', `/drives/${copy.driveId}/items/${copy.itemId}/content`);
  const { body } = await request(String(answer.headers.location));
  await pipeline(body, createWriteStream(target, { flush: true }));
}

function watchMemory(): { stop(): number } {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return (peak - before) / 1024 ** 2;
    },
  };
}
