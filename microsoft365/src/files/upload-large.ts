import type { Readable } from 'node:stream';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type DriveItem, pathAddress, readDriveItem } from './drive-item.ts';
import { CONFLICT, withFolders } from './upload-new.ts';

/** Every fragment but the last is a multiple of this; another size fails only at the very end. */
export const UPLOAD_UNIT_BYTES = 327_680;
/** 5 MiB: what a cut costs at the most, and how finely progress is told. */
const FRAGMENT_BYTES = 16 * UPLOAD_UNIT_BYTES;
const FAILURES_IN_A_ROW = 4;
/** Longer waits are the caller's: it may keep the session and come back. */
const WAIT_LIMIT_SECONDS = 30;

/** How far an upload has come. Whoever holds `url` can write the file: seal it before it is stored, and never log it. */
export interface UploadProgress {
  url: string;
  /** Moves on with every fragment. */
  expiresAt: Date;
  sentBytes: number;
}

/** Microsoft no longer knows this upload session: it ran out, or its last byte made the file. Read the path, then begin anew. */
export class UploadGone extends Error {
  override readonly name = 'UploadGone';
  readonly code = 'upload_gone';
}

/** The bytes of a large file, to be opened anywhere. */
export interface LargeContent {
  size: number;
  openRange: (start: number, end: number) => Readable | Promise<Readable>;
}

interface ContinueOptions {
  /** Another process began it, or an earlier try: what was written down last may be behind what has arrived. */
  isResumed?: boolean;
  /** Told after each fragment, before the next one is sent; what it throws ends the upload. */
  onProgress?: (progress: UploadProgress) => Promise<void>;
  /** How waiting is done; tests pass one that doesn't. */
  pause?: (milliseconds: number) => Promise<void>;
}

const stateSchema = z.object({
  uploadUrl: z.string().optional(),
  expirationDateTime: z.iso.datetime({ offset: true }).optional(),
  nextExpectedRanges: z.array(z.string()).optional(),
});

/**
 * Begins an upload session for a new file at `path`; makes its folders. Nothing lies there before the last byte.
 * @throws GraphError `full` when the drive has no room for it
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
export async function beginUpload(graph: Graph, path: readonly string[], size: number): Promise<UploadProgress> {
  const json = { item: { [CONFLICT]: 'fail', name: path.at(-1), fileSize: size } };
  const answer = await withFolders(graph, path, () =>
    graph.request('POST', `${pathAddress(path)}:/createUploadSession`, { json }),
  );
  const state = stateSchema.safeParse(await answer.json());
  if (!state.data?.uploadUrl) throw incompleteSession(answer);
  return { url: state.data.uploadUrl, expiresAt: expiryOf(state.data, answer), sentBytes: 0 };
}

/**
 * Sends what is missing, fragment by fragment, and answers the finished file. Microsoft says where to go on, after every
 * cut and for an upload that another process began. No token goes along: it may run out meanwhile.
 * @throws UploadGone; GraphError `conflict` when the name was taken meanwhile, and after several failures in a row
 */
export async function continueUpload(
  graph: Graph,
  begun: UploadProgress,
  content: LargeContent,
  { isResumed = begun.sentBytes > 0, onProgress, pause = pauseFor }: ContinueOptions = {},
): Promise<DriveItem> {
  let progress = begun;
  let mustAsk = isResumed;
  for (let failures = 0; ; ) {
    try {
      const answer = mustAsk ? await askState(graph, progress) : await sendFragment(graph, progress, content);
      if (answer.status === 200 && !mustAsk) return await readDriveItem(answer);
      if (answer.status === 201) return await readDriveItem(answer);
      const next = await readState(answer, progress);
      // A session that does not come on would be asked for ever.
      failures = next.sentBytes > progress.sentBytes ? 0 : failures;
      mustAsk = false;
      progress = next;
    } catch (error) {
      failures += 1;
      await pause(1000 * secondsToWait(error, failures));
      mustAsk = true;
      continue;
    }
    await onProgress?.(progress);
  }
}

/** Lets go of what was sent. Gone already counts as cancelled. */
export async function cancelUpload(graph: Graph, url: string): Promise<void> {
  try {
    const answer = await graph.sendPreAuthenticated('DELETE', url);
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind !== 'not-found') throw error;
  }
}

async function sendFragment(graph: Graph, { url, sentBytes }: UploadProgress, content: LargeContent) {
  const end = Math.min(sentBytes + FRAGMENT_BYTES, content.size) - 1;
  return graph.sendPreAuthenticated('PUT', url, {
    headers: { 'content-range': `bytes ${sentBytes}-${end}/${content.size}` },
    contentLength: end - sentBytes + 1,
    body: () => content.openRange(sentBytes, end),
  });
}

function askState(graph: Graph, { url }: UploadProgress): Promise<GraphAnswer> {
  return graph.sendPreAuthenticated('GET', url);
}

/** `"26-"` or `"26-127"`, several of them or, from an upload that has everything, none. */
async function readState(answer: GraphAnswer, before: UploadProgress): Promise<UploadProgress> {
  const { data } = stateSchema.safeParse(await answer.json());
  const starts = (data?.nextExpectedRanges ?? []).map((range) => Number.parseInt(range, 10));
  const sentBytes = Math.min(...starts);
  // Everything has arrived, and no file came of it in this answer: whether there is one is seen at the path.
  if (!data || !Number.isSafeInteger(sentBytes)) throw new UploadGone('The upload session expects nothing more.');
  return { url: before.url, expiresAt: expiryOf(data, answer) ?? before.expiresAt, sentBytes };
}

/** Unknown means short: a session lives for hours at the least. */
function expiryOf({ expirationDateTime }: z.infer<typeof stateSchema>, answer: GraphAnswer): Date {
  return expirationDateTime ? new Date(expirationDateTime) : new Date(answer.date.getTime() + 3_600_000);
}

/** Throws what waiting does not mend. */
function secondsToWait(error: unknown, failures: number): number {
  if (!(error instanceof GraphError)) throw error;
  // 401: the address itself ran out; no token was sent along.
  if (error.kind === 'not-found' || error.kind === 'unauthorized')
    throw new UploadGone('Microsoft does not know this upload session.', { cause: error });
  // Sent already, or not yet due: Microsoft says where to go on.
  const outOfStep = error.status === 416 || /^fragment/i.test(error.code);
  const passing = error.kind === 'unavailable' || error.kind === 'throttled' || outOfStep;
  if (!passing || error.code === 'untrusted_address' || failures > FAILURES_IN_A_ROW) throw error;
  const seconds = error.retryAfterSeconds ?? (outOfStep && failures === 1 ? 0 : 2 ** (failures - 1));
  if (seconds > WAIT_LIMIT_SECONDS) throw error;
  return seconds;
}

function incompleteSession(answer: GraphAnswer): GraphError {
  return new GraphError({
    status: answer.status,
    code: 'incomplete_upload_session',
    kind: 'unavailable',
    requestId: answer.requestId,
    mayHaveHappened: false,
  });
}
