import { type Sealing, SealingError } from '@megdocs/microsoft365';
import { z } from 'zod';
import { recordAudit } from '../../platform/audit.ts';
import { type Db, inTransaction, type Tx } from '../../platform/database.ts';
import { countStale, readStale, replaceSealed, type StaleValue } from './rotate-keys-store.ts';
import { type SealedColumn, sealedColumns } from './sealed-columns.ts';

/** So few that a server under load hardly feels one step, and that a command can show how far it is. */
const STEP_VALUES = 200;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const cursor = z.object({ column: z.number().int().min(0), after: z.guid() });
const stepArguments = z.object({ cursor: cursor.nullable(), begin: z.boolean().default(false) });

/** One step of a rotation. Nothing is remembered between two steps: whoever is killed goes on where he was. */
export interface RotationStep {
  currentKeyId: string;
  /** Where the next step goes on; null: every column was walked. */
  cursor: z.infer<typeof cursor> | null;
  resealed: number;
  /** Not to be opened by any key here, or damaged: each is the trouble of its own row. */
  unreadable: number;
  /** Values that other keys sealed, by key; told at the begin and at the end of a walk. */
  left: Record<string, number> | null;
}

interface RotationRoom {
  db: Db;
  sealing: Sealing;
}

/**
 * Seals up to 200 values anew with the current key. Rows whose token is just being renewed are left out: their renewal
 * seals with the current key by itself.
 */
export async function rotateKeysStep(room: RotationRoom, args: Record<string, unknown>): Promise<RotationStep> {
  const given = stepArguments.parse(args);
  const { currentKeyId } = room.sealing;
  if (given.begin) {
    const left = await begin(room);
    return { currentKeyId, cursor: { column: 0, after: FIRST_ID }, resealed: 0, unreadable: 0, left };
  }
  const at = given.cursor ?? { column: 0, after: FIRST_ID };
  const column = sealedColumns[at.column];
  if (!column)
    return { currentKeyId, cursor: null, resealed: 0, unreadable: 0, left: sumByKey(await stale(room.db, room)) };
  const values = await readStale(room.db, column, currentKeyId, at.after, STEP_VALUES);
  const outcome = { resealed: 0, unreadable: 0 };
  for (const value of values) await reseal(room, column, value, outcome);
  const last = values.at(-1);
  const next = last ? { column: at.column, after: last.id } : { column: at.column + 1, after: FIRST_ID };
  return { currentKeyId, cursor: next, ...outcome, left: null };
}

/** Tells the trail of every institution that is concerned, before the first value changes. */
function begin(room: RotationRoom): Promise<Record<string, number>> {
  return inTransaction(room.db, async (tx) => {
    const found = await stale(tx, room);
    for (const [institutionId, counts] of Map.groupBy(found, (count) => count.institutionId))
      await recordAudit(tx, {
        institutionId,
        personId: null,
        kind: 'token_keys_rotated',
        detail: { to: room.sealing.currentKeyId, from: sumByKey(counts) },
      });
    return sumByKey(found);
  });
}

async function reseal(
  { db, sealing }: RotationRoom,
  place: SealedColumn,
  value: StaleValue,
  outcome: { resealed: number; unreadable: number },
): Promise<void> {
  try {
    const { table, column } = place;
    const plaintext = sealing.open(value.sealed, { table, id: value.id, column });
    const sealed = sealing.seal(plaintext, { table, id: value.id, column });
    // Somebody stored another value meanwhile: that one has the current key.
    if (await replaceSealed(db, place, value, sealed)) outcome.resealed += 1;
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    outcome.unreadable += 1;
  }
}

interface StaleCount {
  institutionId: string;
  keyId: string;
  values: number;
}

async function stale(q: Db | Tx, { sealing }: RotationRoom): Promise<StaleCount[]> {
  const found: StaleCount[] = [];
  for (const place of sealedColumns)
    for (const { institutionId, head, values } of await countStale(q, place, sealing.currentKeyId))
      found.push({ institutionId, keyId: Buffer.from(head.subarray(2)).toString('latin1'), values });
  return found;
}

function sumByKey(counts: StaleCount[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { keyId, values } of counts) sums[keyId] = (sums[keyId] ?? 0) + values;
  return sums;
}
