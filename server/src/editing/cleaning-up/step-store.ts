import type { Selectable } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { CleanUpStepTable } from '../../platform/schema.ts';

export type StepRow = Selectable<CleanUpStepTable>;

/** What was done once stays done: a step that runs again after a cut keeps its first time. */
export async function noteStep(q: Db | Tx, sessionId: string, step: StepRow['step'], detail = ''): Promise<void> {
  await q
    .insertInto('clean_up_step')
    .values({ session_id: sessionId, step, detail, done_at: sqlNow })
    .onConflict((conflict) => conflict.columns(['session_id', 'step']).doNothing())
    .execute();
}

export async function stepsOf(q: Db | Tx, sessionId: string): Promise<StepRow[]> {
  return q.selectFrom('clean_up_step').selectAll().where('session_id', '=', sessionId).orderBy('done_at').execute();
}

export async function stepsOfSessions(q: Db | Tx, sessionIds: readonly string[]): Promise<Map<string, StepRow[]>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await q.selectFrom('clean_up_step').selectAll().where('session_id', 'in', sessionIds).execute();
  return Map.groupBy(rows, ({ session_id }) => session_id);
}
