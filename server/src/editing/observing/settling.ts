import type { Settling } from '@megdocs/contract';
import { type DriveItem, isSettled } from '@megdocs/microsoft365';
import { sqlNow } from '../../platform/database.ts';
import { lookAtCopy } from '../copy.ts';
import { sessionClosed } from '../errors.ts';
import { type HeldSession, holding } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { RECENT_OTHER_SECONDS, SETTLING_MAY_SKIP_SECONDS } from '../timing.ts';
import { observedEditors } from './checkpoint-store.ts';
import { keepCheckpoint, recordBlindness, recordLook } from './observe.ts';

/** A dialog that has not asked for so long was closed: the next one waits anew. */
const DIALOG_GAP_SECONDS = 30;

/** Asks Microsoft whether everything that was typed has arrived. While a check-in dialog is open it asks every 3 s. */
export async function askSettling(room: EditingRoom, sessionId: string, personId: string): Promise<Settling> {
  return holding(room, sessionId, async (held) => {
    const { state } = held.row;
    // After the end, what Microsoft shows is a late save and nothing for a dialog to collect.
    if (state !== 'active' && state !== 'checking-in') throw sessionClosed(state);
    await noteDialog(room, held);
    const look = await lookAtCopy(room, held.row);
    if (look.kind !== 'seen') {
      await recordBlindness(room, held, look);
      return describeUnreachable(held.row, look.kind === 'gone' ? 'The copy in OneDrive is gone.' : look.why);
    }
    const verdict = settledSince(held.row, look.item);
    await recordLook(room, held, look.item);
    // Fetched as soon as it has settled: the check-in then finds the content here already.
    if (verdict.settled) await keepCheckpoint(room, held, look.item);
    const { row } = held;
    return {
      settled: verdict.settled,
      // Unknown until fetched, and then it is better to wait than to say that nothing was changed.
      changed: look.tag !== row.collected_tag || row.collected_fingerprint !== row.base_fingerprint,
      quietForSeconds: quietSeconds(look.item),
      waitSeconds: verdict.settled ? 0 : verdict.waitSeconds,
      mayCheckInAnyway: waitedLongEnough(held),
      lastSavedAt: row.last_saved_at?.toISOString() ?? null,
      lastSavedBy: row.last_saved_by,
      recentOther: await recentOther(room, row, personId, look.item.readAt),
      unreachable: null,
    };
  });
}

/**
 * Whether what Microsoft shows now has settled: the same tag in two reads some seconds apart, and quiet by the answer's
 * own clock. The earlier read is the one in the row.
 */
export function settledSince(row: SessionRow, item: DriveItem) {
  const earlier =
    row.last_seen_tag && row.last_seen_since
      ? { ...item, ...tagsOf(row.last_seen_tag), readAt: row.last_seen_since }
      : undefined;
  return isSettled(earlier, item);
}

function tagsOf(tag: string): { eTag: string; cTag: string | undefined } {
  const [eTag, cTag] = JSON.parse(tag) as [string, string];
  return { eTag, cTag: cTag || undefined };
}

export function waitedLongEnough(held: HeldSession): boolean {
  const { settling_since: since } = held.row;
  return since !== null && held.secondsSince(since) >= SETTLING_MAY_SKIP_SECONDS;
}

/** Somebody waits for Microsoft to settle: since just now, or still. */
export async function noteDialog(room: EditingRoom, held: HeldSession): Promise<void> {
  const { settling_asked_at: asked } = held.row;
  const goesOn = asked && held.secondsSince(asked) < DIALOG_GAP_SECONDS;
  await held.change(room.db, { settling_asked_at: sqlNow, ...(goesOn ? {} : { settling_since: sqlNow }) });
}

function quietSeconds(item: DriveItem): number {
  return Math.max(0, Math.floor((item.readAt.getTime() - item.lastModifiedAt.getTime()) / 1000));
}

async function recentOther(
  room: EditingRoom,
  row: SessionRow,
  personId: string,
  now: Date,
): Promise<Settling['recentOther']> {
  const observed = await observedEditors(room.db, row.id);
  const other = observed.findLast(
    ({ editor, savedAt }) =>
      editor.personId !== personId && (now.getTime() - savedAt.getTime()) / 1000 < RECENT_OTHER_SECONDS,
  );
  return other ? { name: other.editor.name, at: other.savedAt.toISOString() } : null;
}

function describeUnreachable(row: SessionRow, why: string): Settling {
  return {
    settled: false,
    changed: row.collected_fingerprint !== row.base_fingerprint,
    quietForSeconds: null,
    waitSeconds: 3,
    mayCheckInAnyway: false,
    lastSavedAt: row.last_saved_at?.toISOString() ?? null,
    lastSavedBy: row.last_saved_by,
    recentOther: null,
    unreachable: why,
  };
}
