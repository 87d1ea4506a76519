import { type AuditKind, recordAudit } from '../../platform/audit.ts';
import { sqlNow, type Tx } from '../../platform/database.ts';
import { addCleanUp } from '../cleaning-up/clean-up-store.ts';
import type { HeldSession } from '../hold.ts';

/** How an edit session came to its end. */
export interface SessionEnd {
  state: 'ended' | 'discarded' | 'abandoned';
  kind: AuditKind;
  /** Nobody when the product did it by itself. */
  by: string | null;
  reason?: string;
  versionId?: string;
  /** What a save after the end follows; null: it is one more checkpoint and no draft. */
  lateSavesFollow: string | null;
  detail: Record<string, unknown>;
}

/** Closes the session: state, clean-up and trail together, fenced like every change of it. */
export async function endSession(tx: Tx, held: HeldSession, end: SessionEnd): Promise<void> {
  const { row } = held;
  await held.change(tx, {
    state: end.state,
    ended_at: sqlNow,
    ended_by: end.by,
    end_reason: end.reason ?? null,
    ...(end.versionId ? { result_version_id: end.versionId } : {}),
    late_saves_follow: end.lateSavesFollow,
    next_look_at: null,
  });
  await addCleanUp(tx, row.id, row.institution_id);
  await recordAudit(tx, {
    institutionId: row.institution_id,
    personId: end.by,
    kind: end.kind,
    documentId: row.document_id,
    editSessionId: row.id,
    detail: end.detail,
  });
}
