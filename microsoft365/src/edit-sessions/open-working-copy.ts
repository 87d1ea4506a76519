import type { DriveItem, DriveItemRef } from '../files/drive-item.ts';
import { findByPath } from '../files/read-item.ts';
import { safeFileName } from '../files/safe-file-name.ts';
import { type UploadContent, uploadNew } from '../files/upload-new.ts';
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
}

/** Something that isn't ours lies under this folder key: make a new key and try once more. */
export class FolderKeyTaken extends Error {
  override readonly name = 'FolderKeyTaken';
  readonly code = 'folder_key_taken';
}

/**
 * Puts a working copy at `/{folder}/{folder key}/{safe name}`: one call when all goes well. When the name is taken or the
 * answer was lost, what lies there is adopted if it can only be ours.
 * @throws FolderKeyTaken, GraphError
 */
export async function openWorkingCopy(graph: Graph, request: WorkingCopyRequest): Promise<DriveItem> {
  const { folder = WORKING_COPIES_FOLDER, folderKey, realName, content } = request;
  const path = [folder, folderKey, safeFileName(realName)];
  for (let attempt = 1; ; attempt++) {
    try {
      return await uploadNew(graph, path, content);
    } catch (error) {
      if (!(error instanceof GraphError) || !(error.kind === 'conflict' || error.mayHaveHappened)) throw error;
      const found = await findByPath(graph, path);
      if (found && (await isOurs(found, request))) return found;
      if (found) throw new FolderKeyTaken('Another file lies under this folder key; make a new key.', { cause: error });
      // The lost call left nothing: it may be made again, if the content can be opened again.
      if (attempt > 1 || typeof content.stream !== 'function') throw error;
    }
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
