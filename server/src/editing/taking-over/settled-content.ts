import { Failure } from '../../platform/failures.ts';
import { inspectContent } from '../checking-in/inspect-content.ts';
import { lookAtCopy } from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import { type CheckpointRow, checkpointsOf, checkpointWith } from '../observing/checkpoint-store.ts';
import { keepCheckpoint, recordBlindness, recordLook } from '../observing/observe.ts';
import { noteDialog, settledSince, waitedLongEnough } from '../observing/settling.ts';
import type { EditingRoom } from '../room.ts';

/** Whether the latest content of the copy is here. */
export type Collected =
  | { kind: 'settled' }
  | { kind: 'waiting'; seconds: number; mayGoOnAnyway: boolean }
  | { kind: 'not-readable'; why: string };

/** Brings the copy's latest content here, once Microsoft has settled it. One look; the page asks again. */
export async function collectSettled(
  room: EditingRoom,
  held: HeldSession,
  wish: { anyway: boolean },
): Promise<Collected> {
  await noteDialog(room, held);
  const look = await lookAtCopy(room, held.row);
  if (look.kind !== 'seen') {
    await recordBlindness(room, held, look);
    return { kind: 'not-readable', why: held.row.problem ?? 'The copy in OneDrive can not be read.' };
  }
  const verdict = settledSince(held.row, look.item);
  await recordLook(room, held, look.item);
  const late = waitedLongEnough(held);
  if (!verdict.settled && !(wish.anyway && late))
    return { kind: 'waiting', seconds: verdict.waitSeconds, mayGoOnAnyway: late };
  const blind = await keepCheckpoint(room, held, look.item);
  if (!blind && held.row.collected_tag === look.tag) return { kind: 'settled' };
  return { kind: 'not-readable', why: held.row.problem ?? 'The copy in OneDrive could not be fetched.' };
}

/** What goes on elsewhere: content that Word can open again. */
export interface GoingOn {
  sha256: string;
  /** Undefined: what was uploaded at the start, nobody changed it. */
  checkpoint: CheckpointRow | undefined;
  /** Why it is not the latest content; undefined when it is. */
  instead: string | undefined;
}

/** The latest content that was collected; when that can't be opened again, the newest checkpoint before it that can. */
export async function contentToGoOn(room: EditingRoom, held: HeldSession): Promise<GoingOn> {
  const { row } = held;
  const source: GoingOn = { sha256: row.source_sha256, checkpoint: undefined, instead: undefined };
  const latest = await checkpointWith(room.db, row.id, row.collected_fingerprint ?? '');
  if (!latest) return source;
  const whyNot = await whyNotOpened(room, latest, row.file_name);
  if (!whyNot) return { sha256: latest.sha256, checkpoint: latest, instead: undefined };
  for (const earlier of await checkpointsOf(room.db, row.id)) {
    if (earlier.id === latest.id || (await whyNotOpened(room, earlier, row.file_name))) continue;
    return { sha256: earlier.sha256, checkpoint: earlier, instead: whyNot };
  }
  return { ...source, instead: whyNot };
}

async function whyNotOpened(room: EditingRoom, content: CheckpointRow, fileName: string): Promise<string | undefined> {
  try {
    await inspectContent(room, content, fileName);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
