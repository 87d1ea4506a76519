import type { Tx } from './database.ts';

/** What the trail can tell of, one closed list. */
export type AuditKind =
  | 'institution_created'
  | 'person_invited'
  | 'person_joined'
  | 'person_changed'
  | 'person_deactivated'
  | 'person_reactivated'
  | 'person_deleted'
  | 'password_changed'
  | 'password_reset_issued'
  | 'password_reset_used'
  | 'team_changed'
  | 'signed_in'
  | 'signed_out'
  | 'session_ended'
  | 'microsoft_connected'
  | 'microsoft_reconnected'
  | 'microsoft_connect_failed'
  | 'microsoft_refresh_failed'
  | 'microsoft_reconnect_needed'
  | 'microsoft_disconnected'
  | 'microsoft_app_refused'
  | 'microsoft_app_accepted'
  | 'token_keys_rotated'
  | 'microsoft_account_held'
  | 'microsoft_account_declined'
  | 'microsoft_policy_changed'
  | 'microsoft_consent_given'
  | 'microsoft_consent_failed'
  | 'folder_changed'
  | 'folder_rules_changed'
  | 'document_created'
  | 'document_changed'
  | 'document_moved'
  | 'document_downloaded'
  | 'document_access_changed'
  | 'version_made'
  | 'sent_to_review'
  | 'sent_back'
  | 'published'
  | 'revision_started'
  | 'editing_policy_changed'
  | 'editing_started'
  | 'editing_opened'
  | 'editing_not_started'
  | 'colleague_joined'
  | 'colleague_not_let_in'
  | 'colleague_withdrawn'
  | 'colleague_left_behind'
  | 'copy_read_by_colleague'
  | 'editing_taken_over'
  | 'editing_handed_over'
  | 'checkpoint_made'
  | 'checkpoint_recovered'
  | 'checkpoints_thinned'
  | 'check_in_ordered'
  | 'checked_in'
  | 'closed_without_version'
  | 'edits_discarded'
  | 'edits_abandoned'
  | 'editing_reminded'
  | 'ending_policy_changed'
  | 'decision_needed'
  | 'decision_made'
  | 'late_save_kept'
  | 'late_save_adopted'
  | 'late_save_dismissed'
  | 'copy_deleted'
  | 'copy_left_behind';

export interface AuditEntry {
  institutionId: string;
  /** Who did it; nobody when the product did it by itself. */
  personId: string | null;
  kind: AuditKind;
  documentId?: string;
  editSessionId?: string;
  /** Never a secret: what a person reading the trail needs. */
  detail?: Record<string, unknown>;
}

/** Tells the trail, in the same transaction as the change. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values({
      institution_id: entry.institutionId,
      person_id: entry.personId,
      kind: entry.kind,
      document_id: entry.documentId ?? null,
      edit_session_id: entry.editSessionId ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
