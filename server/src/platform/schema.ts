import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** What a row holds, table by table, as the migrations made them. */
export interface Schema {
  institution: InstitutionTable;
  person: PersonTable;
  team: TeamTable;
  team_member: { institution_id: string; team_id: string; person_id: string };
  sign_in_session: SignInSessionTable;
  one_time_link: OneTimeLinkTable;
  sign_in_attempt: SignInAttemptTable;
  audit_entry: AuditEntryTable;
  notification: NotificationTable;
  mail: MailTable;
  oauth2_integration: Oauth2IntegrationTable;
  pending_authorization: PendingAuthorizationTable;
  microsoft_policy: MicrosoftPolicyTable;
  credential_warning: { institution_id: string; credential: string; days: number; told_at: DefaultTime };
  folder: FolderTable;
  folder_rule: FolderRuleTable;
  blob: { sha256: string; size: number; stored_at: DefaultTime };
  document: DocumentTable;
  version: VersionTable;
  version_editor: VersionEditorTable;
  document_role: {
    institution_id: string;
    document_id: string;
    person_id: string;
    role: 'contributor' | 'reviewer' | 'approver';
  };
  edit_session: EditSessionTable;
  edit_participant: EditParticipantTable;
  edit_sharing: EditSharingTable;
  edit_take_over: EditTakeOverTable;
  edit_observation: EditObservationTable;
  observed_drive: ObservedDriveTable;
  told_session: { session_id: string; told: Generated<number>; seen: Generated<number> };
  drive_subscription: DriveSubscriptionTable;
  edit_checkpoint: EditCheckpointTable;
  check_in_order: CheckInOrderTable;
  follow_up_draft: FollowUpDraftTable;
  clean_up: CleanUpTable;
  edit_upload: EditUploadTable;
  edit_preparation: EditPreparationTable;
  editing_policy: EditingPolicyTable;
  clean_up_step: CleanUpStepTable;
  ending_policy: EndingPolicyTable;
  edit_session_reminder: EditSessionReminderTable;
  onedrive_call: OnedriveCallTable;
}

/** A time that SQL sets by itself (`app_now()`), and that may be set. */
type DefaultTime = ColumnType<Date, Date | undefined, Date>;
type Json<T extends object> = JSONColumnType<T>;

interface InstitutionTable {
  id: string;
  name: string;
  slug: string;
  created_at: DefaultTime;
}

interface PersonTable {
  id: string;
  institution_id: string;
  email: string;
  name: string;
  password_hash: string | null;
  roles: Generated<('document-controller' | 'institution-admin')[]>;
  last_sign_in_at: Date | null;
  deactivated_at: Date | null;
  created_at: DefaultTime;
}

interface TeamTable {
  id: string;
  institution_id: string;
  name: string;
  everyone: Generated<boolean>;
  created_at: DefaultTime;
}

interface SignInSessionTable {
  id: string;
  institution_id: string;
  person_id: string;
  token_hash: Uint8Array;
  browser: string;
  address: string;
  started_at: DefaultTime;
  last_seen_at: DefaultTime;
  expires_at: Date;
}

interface OneTimeLinkTable {
  id: string;
  institution_id: string;
  person_id: string;
  purpose: 'invitation' | 'password-reset';
  token_hash: Uint8Array;
  created_by: string | null;
  created_at: DefaultTime;
  expires_at: Date;
  used_at: Date | null;
}

interface SignInAttemptTable {
  subject: string;
  failures: number;
  first_failure_at: Date;
  blocked_until: Date | null;
}

interface AuditEntryTable {
  id: Generated<number>;
  institution_id: string;
  at: DefaultTime;
  person_id: string | null;
  kind: string;
  document_id: string | null;
  edit_session_id: string | null;
  detail: Json<Record<string, unknown>>;
}

interface MailTable {
  id: string;
  institution_id: string;
  person_id: string;
  subject: string;
  notification_id: string | null;
  purpose: 'invitation' | 'password-reset' | null;
  sealed_link: Uint8Array | null;
  attempts: Generated<number>;
  next_attempt_at: DefaultTime;
  claimed_until: Date | null;
  expires_at: Date;
  sent_at: Date | null;
  given_up_at: Date | null;
  last_error: string | null;
  created_at: DefaultTime;
}

interface NotificationTable {
  id: string;
  institution_id: string;
  person_id: string;
  at: DefaultTime;
  text: string;
  link: string | null;
  read_at: Date | null;
}

interface Oauth2IntegrationTable {
  id: string;
  institution_id: string;
  person_id: string;
  provider: Generated<'microsoft'>;
  tid: string;
  oid: string;
  account_name: string;
  account_address: string;
  organisation: string | null;
  scopes: string[];
  sealed_access_token: Uint8Array | null;
  sealed_refresh_token: Uint8Array | null;
  access_token_expires_at: Date;
  status: 'connected' | 'reconnect_needed' | 'ended';
  version: Generated<number>;
  lease_owner: string | null;
  lease_until: Date | null;
  failures: Generated<number>;
  next_attempt_at: Date | null;
  last_error: JSONColumnType<Record<string, unknown>> | null;
  disconnect_when_cleaned_up: Generated<boolean>;
  connected_at: DefaultTime;
  granted_at: DefaultTime;
  renewed_at: Date | null;
  used_at: Date | null;
  created_at: DefaultTime;
  ended_at: Date | null;
}

interface PendingAuthorizationTable {
  id: string;
  institution_id: string;
  person_id: string;
  state_hash: Uint8Array;
  browser_hash: Uint8Array;
  issuer: string;
  client_id: string;
  redirect_uri: string;
  scopes: string[];
  purpose: 'connect' | 'reconnect' | 'admin-consent';
  expected_tid: string | null;
  expected_oid: string | null;
  sealed_verifier: Uint8Array;
  sealed_nonce: Uint8Array;
  return_to: string | null;
  state: Generated<'open' | 'claimed' | 'done'>;
  claimed_at: Date | null;
  outcome: JSONColumnType<Record<string, unknown>> | null;
  held_account: JSONColumnType<Record<string, unknown>> | null;
  sealed_held_access_token: Uint8Array | null;
  sealed_held_refresh_token: Uint8Array | null;
  held_until: Date | null;
  created_at: DefaultTime;
  expires_at: Date;
}

interface MicrosoftPolicyTable {
  institution_id: string;
  tenants: string[] | null;
  personal_accounts: Generated<boolean>;
  changed_at: DefaultTime;
}

interface FolderTable {
  id: string;
  institution_id: string;
  parent_id: string | null;
  name: string;
  own_rules_only: Generated<boolean>;
  created_at: DefaultTime;
}

interface FolderRuleTable {
  institution_id: string;
  folder_id: string;
  person_id: string | null;
  team_id: string | null;
  right: 'view' | 'edit' | 'approve' | 'manage';
}

interface DocumentTable {
  id: string;
  institution_id: string;
  folder_id: string;
  number: string;
  title: string;
  type: string;
  owner_id: string;
  state: 'draft' | 'in-review' | 'published' | 'revision' | 'revision-in-review';
  /** A calendar day, `YYYY-MM-DD`: never a moment in some zone. */
  next_review: string | null;
  newest_version_id: string | null;
  published_version_id: string | null;
  effective_from: Date | null;
  created_at: DefaultTime;
  changed_at: DefaultTime;
}

interface VersionTable {
  id: string;
  institution_id: string;
  document_id: string;
  major: number;
  minor: number;
  sha256: string;
  size: number;
  file_name: string;
  content_type: string;
  comment: string;
  made_by: string;
  made_at: DefaultTime;
  published_from: string | null;
  check_in_order_id: string | null;
  tracked_changes: Generated<number>;
  comments: Generated<number>;
}

interface VersionEditorTable {
  institution_id: string;
  version_id: string;
  position: number;
  name: string;
  person_id: string | null;
  stranger: Generated<boolean>;
}

export interface EditSessionTable {
  id: string;
  institution_id: string;
  document_id: string;
  base_version_id: string;
  source_sha256: string;
  integration_id: string;
  starter_id: string;
  idempotency_key: string;
  state:
    | 'starting'
    | 'active'
    | 'checking-in'
    | 'needs-a-decision'
    | 'not-started'
    | 'ended'
    | 'discarded'
    | 'abandoned'
    | 'taken-over';
  revision: Generated<number>;
  lease_owner: string | null;
  lease_until: Date | null;
  next_look_at: Date | null;
  folder_key: string;
  file_name: string;
  drive_id: string | null;
  item_id: string | null;
  web_url: string | null;
  base_fingerprint: string | null;
  collected_tag: string | null;
  collected_fingerprint: string | null;
  last_seen_tag: string | null;
  last_seen_since: Date | null;
  last_seen_at: Date | null;
  last_saved_at: Date | null;
  last_saved_by: string | null;
  settling_since: Date | null;
  settling_asked_at: Date | null;
  not_live_since: Date | null;
  problem: string | null;
  decision: string | null;
  failures: Generated<number>;
  started_at: DefaultTime;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: string | null;
  result_version_id: string | null;
  late_saves_follow: string | null;
  missing_since: Date | null;
}

export interface EditParticipantTable {
  institution_id: string;
  session_id: string;
  person_id: string;
  grant_id: string | null;
  granted_at: Date | null;
  withdrawn_at: Date | null;
  role: Generated<'owner' | 'contributor' | 'reviewer'>;
  integration_id: string | null;
  oid: string | null;
  state: Generated<'asked' | 'granted' | 'refused' | 'withdrawing' | 'withdrawn' | 'left-behind'>;
  joined_at: DefaultTime;
  next_look_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  failures: Generated<number>;
  why: string | null;
  problem: string | null;
  told_of: string | null;
  reading_since: Date | null;
}

interface EditSharingTable {
  session_id: string;
  institution_id: string;
  given_otherwise: JSONColumnType<string[]>;
  seen_at: DefaultTime;
}

export interface EditTakeOverTable {
  session_id: string;
  institution_id: string;
  from_session_id: string;
  kind: 'taken-over' | 'handed-over';
  by_person_id: string;
  reason: string;
  settled: boolean;
  content_from: Date | null;
  at: DefaultTime;
}

/** Somebody as Microsoft names them. */
export interface NamedEditor {
  name: string;
  personId: string | null;
  stranger: boolean;
}

interface EditObservationTable {
  id: string;
  institution_id: string;
  session_id: string;
  tag: string;
  saved_at: Date;
  saved_by: JSONColumnType<NamedEditor> | null;
  seen_at: DefaultTime;
}

export interface ObservedDriveTable {
  integration_id: string;
  drive_id: string;
  institution_id: string;
  cursor: string | null;
  next_look_at: DefaultTime;
  looked_at: Date | null;
  changed_at: DefaultTime;
  was_safety: Generated<boolean>;
  failures: Generated<number>;
  lease_owner: string | null;
  lease_until: Date | null;
}

export interface DriveSubscriptionTable {
  integration_id: string;
  drive_id: string;
  institution_id: string;
  subscription_id: string | null;
  client_state_hash: Uint8Array | null;
  expires_at: Date | null;
  next_step_at: DefaultTime;
  failures: Generated<number>;
  problem: string | null;
}

export interface EditCheckpointTable {
  id: string;
  institution_id: string;
  session_id: string;
  sha256: string;
  size: number;
  fingerprint: string;
  tag: string;
  editors: JSONColumnType<NamedEditor[]>;
  reason: string | null;
  made_at: DefaultTime;
}

interface EditUploadTable {
  id: string;
  institution_id: string;
  folder_key: string;
  sha256: string;
  sealed_url: Uint8Array;
  expires_at: Date;
  sent_bytes: number;
  total_bytes: number;
  changed_at: DefaultTime;
}

export interface EditPreparationTable {
  session_id: string;
  institution_id: string;
  prepared_sha256: string | null;
  stamped: boolean;
  tracking_switched_on: boolean;
  base_tracking: string | null;
  left_alone: string | null;
  prepared_at: DefaultTime;
}

interface EditingPolicyTable {
  institution_id: string;
  track_changes: boolean;
  stamp: boolean;
  changed_at: DefaultTime;
}

export interface CheckInOrderTable {
  id: string;
  institution_id: string;
  session_id: string;
  idempotency_key: string;
  person_id: string;
  summary: string;
  send_to_review: boolean;
  anyway: boolean;
  go_on: Generated<boolean>;
  holds_saves_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  ordered_at: DefaultTime;
  outcome: JSONColumnType<Record<string, unknown>> | null;
  finished_at: Date | null;
}

export interface FollowUpDraftTable {
  id: string;
  institution_id: string;
  session_id: string;
  document_id: string;
  follows_version_id: string;
  sha256: string;
  size: number;
  fingerprint: string;
  tag: string;
  editors: JSONColumnType<NamedEditor[]>;
  saved_at: Date;
  made_at: DefaultTime;
  state: Generated<'waiting' | 'adopted' | 'dismissed'>;
  decided_by: string | null;
  decided_at: Date | null;
  reason: string | null;
  adopted_version_id: string | null;
}

export interface CleanUpTable {
  session_id: string;
  institution_id: string;
  state: Generated<'pending' | 'watching' | 'deleting' | 'done' | 'left-behind'>;
  next_look_at: DefaultTime;
  quiet_seconds: Generated<number>;
  looked_at: Date | null;
  failures: Generated<number>;
  problem: string | null;
  started_at: DefaultTime;
  finished_at: Date | null;
}

export interface CleanUpStepTable {
  session_id: string;
  step: 'told' | 'rights-withdrawn' | 'renamed' | 'copy-deleted' | 'folder-removed' | 'folder-kept';
  detail: Generated<string>;
  done_at: DefaultTime;
}

interface EndingPolicyTable {
  institution_id: string;
  remind_after_days: Generated<number>;
  abandon_after_days: Generated<number>;
  delete_permanently: Generated<boolean>;
  desktop_apps: Generated<boolean>;
  changed_at: DefaultTime;
}

interface EditSessionReminderTable {
  id: Generated<number>;
  institution_id: string;
  session_id: string;
  kind: 'idle' | 'reminded' | 'asked-to-close';
  sent_by: string | null;
  sent_at: DefaultTime;
}

export interface OnedriveCallTable {
  id: Generated<number>;
  institution_id: string;
  at: Date;
  integration_id: string;
  person_id: string;
  owner_id: string;
  session_id: string | null;
  what: string;
  file: string | null;
  status: number;
  request_id: string | null;
}
