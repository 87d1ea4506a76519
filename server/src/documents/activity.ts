import type { ActivityEntry } from '@megdocs/contract';
import type { AuditKind } from '../platform/audit.ts';
import type { Db, Tx } from '../platform/database.ts';
import { auditOf } from './document-store.ts';
import type { SeenDocument } from './rights.ts';

const ENTRIES_AT_MOST = 500;
type Detail = Record<string, unknown>;

/** The trail of a document, in words, newest first. A reader is told when it was published, and nothing of drafts. */
export async function readActivity(q: Db | Tx, { document, access }: SeenDocument): Promise<ActivityEntry[]> {
  const rows = await auditOf(q, document.id, ENTRIES_AT_MOST);
  return rows
    .filter((row) => access.sees === 'drafts' || row.kind === 'published')
    .map((row) => ({ at: row.at.toISOString(), who: row.who, kind: row.kind, text: inWords(row.kind, row.detail) }));
}

const WORDS: Partial<Record<AuditKind, (detail: Detail) => string>> = {
  document_created: (detail) => `made the document from ${text(detail.fileName)}, version ${text(detail.version)}`,
  document_changed: (detail) => `changed ${namesOf(detail.after)}`,
  document_moved: () => 'moved it to another folder',
  document_downloaded: (detail) => `downloaded version ${text(detail.version)}`,
  document_access_changed: (detail) =>
    detail.did === 'named'
      ? `named ${text(detail.name)} as ${text(detail.role)}`
      : `took ${text(detail.name)} off as ${text(detail.role)}`,
  version_made: (detail) => withComment(`made version ${text(detail.version)}`, detail.comment),
  sent_to_review: (detail) => withComment(`sent version ${text(detail.version)} to review`, detail.comment),
  sent_back: (detail) => withComment(`sent version ${text(detail.version)} back to draft`, detail.comment),
  published: (detail) => withComment(`published version ${text(detail.published)}`, detail.comment),
  revision_started: (detail) => `started a revision of version ${text(detail.version)}`,
  editing_started: () => 'started editing it in Microsoft 365',
  editing_opened: () => 'opened it in Microsoft 365',
  editing_not_started: (detail) => withReason('could not start editing', detail.reason),
  colleague_joined: () => 'joined in Word',
  colleague_not_let_in: (detail) => withReason('could not join in Word', detail.why),
  colleague_withdrawn: (detail) =>
    withReason(`the right of ${text(detail.name)} to edit it in Word was withdrawn`, detail.why),
  colleague_left_behind: (detail) =>
    withReason(`the right of ${text(detail.name)} to the copy could not be withdrawn`, detail.why),
  copy_read_by_colleague: (detail) =>
    `the copy of ${text(detail.starter)} is read through the connection of ${text(detail.reader)}`,
  editing_taken_over: (detail) =>
    withReason(
      `took over the editing from ${text(detail.from)}${detail.to === detail.by ? '' : ` for ${text(detail.to)}`}`,
      detail.reason,
    ),
  editing_handed_over: (detail) => withReason(`handed the editing over to ${text(detail.to)}`, detail.reason),
  checkpoint_made: () => 'a checkpoint was kept',
  checkpoint_recovered: (detail) => `made version ${text(detail.version)} from a checkpoint`,
  checkpoints_thinned: () => 'old checkpoints were let go; the rule of retention says which',
  check_in_ordered: () => 'asked to check in',
  checked_in: (detail) => `checked in version ${text(detail.version)}`,
  closed_without_version: () => 'closed the edit session; nothing had been changed',
  edits_discarded: (detail) => withReason('discarded the edits', detail.reason),
  edits_abandoned: (detail) => withReason('the edits were closed, and what was typed was kept', detail.reason),
  editing_reminded: () => 'the editor was reminded',
  decision_needed: (detail) => withReason('the edits need a decision by a document controller', detail.reason),
  decision_made: (detail) => withReason('decided about the edits', detail.reason),
  late_save_kept: () => 'a late save was kept as a follow-up draft',
  late_save_adopted: (detail) => `made version ${text(detail.version)} from a late save`,
  late_save_dismissed: (detail) => withReason('dismissed a late save', detail.reason),
  copy_deleted: () => 'the working copy in OneDrive was deleted',
  copy_left_behind: (detail) => withReason('the working copy in OneDrive was left behind', detail.reason),
};

function inWords(kind: string, detail: Detail): string {
  const words = Object.hasOwn(WORDS, kind) ? WORDS[kind as AuditKind] : undefined;
  return words ? words(detail) : kind.replaceAll('_', ' ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function withComment(sentence: string, comment: unknown): string {
  return typeof comment === 'string' && comment ? `${sentence}: “${comment}”` : sentence;
}

function withReason(sentence: string, reason: unknown): string {
  return typeof reason === 'string' && reason ? `${sentence}: ${reason}` : sentence;
}

const FIELDS: Record<string, string> = {
  title: 'the title',
  number: 'the number',
  type: 'the type',
  owner_id: 'the owner',
  next_review: 'the date of the next review',
};

function namesOf(after: unknown): string {
  const names = Object.keys(after && typeof after === 'object' ? after : {}).map((key) => FIELDS[key] ?? key);
  return names.length > 0 ? names.join(', ') : 'its details';
}
