import type { DriveItem, DriveItemRef } from '../files/drive-item.ts';
import { findByPath } from '../files/read-item.ts';
import { safeFileName } from '../files/safe-file-name.ts';
import { beginUpload, cancelUpload, continueUpload, UploadGone, type UploadProgress } from '../files/upload-large.ts';
import { SIMPLE_UPLOAD_LIMIT_BYTES, type UploadContent, uploadNew } from '../files/upload-new.ts';
import type { Graph } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';

/** The folder in the person's own drive under which every working copy has a folder of its own. */
export const WORKING_COPIES_FOLDER = 'MEGDocs';

/** Microsoft's times are whole seconds, cut off. */
const ROUNDING_SECONDS = 2;

/** Which file goes where. */
export interface WorkingCopyRequest {
  /** The top folder; `WORKING_COPIES_FOLDER` by default. */
  folder?: string;
  folderKey: string;
  realName: string;
  content: UploadContent;
  /** When the session began, by the host's clock: what lay there before is not ours. */
  since: Date;
  /** The same clock, now. */
  now: () => Date;
  /** Does another session already hold this drive and item? */
  isHeldByOther: (ref: DriveItemRef) => boolean | Promise<boolean>;
  /** For what is larger than one request takes: where the upload goes on, and how far it has come. */
  upload?: {
    /** What an earlier try of the same content and folder key wrote down last. */
    begun?: UploadProgress | undefined;
    /** Store it, so that another process can go on. What this throws ends the upload; the session stays alive. */
    onProgress: (progress: UploadProgress) => Promise<void>;
    /** How waiting is done; tests pass one that doesn't. */
    pause?: (milliseconds: number) => Promise<void>;
  };
}

/** Something that isn't ours lies under this folder key: make a new key and try once more. */
export class FolderKeyTaken extends Error {
  override readonly name = 'FolderKeyTaken';
  readonly code = 'folder_key_taken';
}

/**
 * Puts a working copy at `/{folder}/{folder key}/{safe name}`: one call when all goes well, an upload session above
 * 4 MiB. When the name is taken or the answer was lost, what lies there is adopted if it can only be ours.
 * @throws FolderKeyTaken, GraphError
 */
export async function openWorkingCopy(graph: Graph, request: WorkingCopyRequest): Promise<DriveItem> {
  const { folder = WORKING_COPIES_FOLDER, folderKey, realName, content } = request;
  const path = [folder, folderKey, safeFileName(realName)];
  let begun = request.upload?.begun;
  for (let attempt = 1; ; attempt++) {
    try {
      if (content.size <= SIMPLE_UPLOAD_LIMIT_BYTES) return await uploadNew(graph, path, content);
      return await uploadLarge(graph, path, request, begun);
    } catch (error) {
      if (!mayLieThere(error)) throw error;
      const found = await findByPath(graph, path);
      if (found && (await isOurs(found, request))) return found;
      if (found) throw new FolderKeyTaken('Another file lies under this folder key; make a new key.', { cause: error });
      // The lost call left nothing: it may be made again, if the content can be opened again.
      if (attempt > 1 || typeof content.stream !== 'function') throw error;
      begun = undefined;
    }
  }
}

function mayLieThere(error: unknown): boolean {
  if (error instanceof UploadGone) return true;
  return error instanceof GraphError && (error.kind === 'conflict' || error.mayHaveHappened);
}

async function uploadLarge(
  graph: Graph,
  path: readonly string[],
  { content, upload }: WorkingCopyRequest,
  begun: UploadProgress | undefined,
): Promise<DriveItem> {
  const { openRange, size } = content;
  if (!openRange) throw new TypeError('content above 4 MiB is sent in parts: `openRange` is needed');
  const progress = begun ?? (await beginUpload(graph, path, size));
  // Written down before the first byte is sent: whoever is killed from here on goes on with this session.
  if (!begun) await upload?.onProgress(progress);
  try {
    return await continueUpload(graph, progress, { size, openRange }, { ...upload, isResumed: begun !== undefined });
  } catch (error) {
    // Nobody can use what was sent any more: Microsoft need not keep it for days.
    if (error instanceof GraphError && error.kind === 'conflict') await cancelUpload(graph, progress.url);
    throw error;
  }
}

/**
 * Ages are compared, not times: how old the file is by Microsoft's clock with how old the session is by ours, so that
 * a difference between the clocks does not matter.
 */
async function isOurs(found: DriveItem, { since, now, isHeldByOther }: WorkingCopyRequest): Promise<boolean> {
  const fileAgeSeconds = (found.readAt.getTime() - found.createdAt.getTime()) / 1000;
  const sessionAgeSeconds = (now().getTime() - since.getTime()) / 1000;
  if (fileAgeSeconds > sessionAgeSeconds + ROUNDING_SECONDS) return false;
  return !(await isHeldByOther({ driveId: found.driveId, itemId: found.itemId }));
}
