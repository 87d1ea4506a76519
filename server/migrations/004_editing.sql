-- Edit sessions: one document being edited in Microsoft 365. Every write is fenced on state, revision and lease.

create table edit_session (
  id uuid primary key,
  institution_id uuid not null,
  document_id uuid not null,
  base_version_id uuid not null,
  -- What was uploaded: the base, later a checkpoint or handed-over content.
  source_sha256 text not null references blob,
  integration_id uuid not null,
  starter_id uuid not null,
  idempotency_key text not null,
  state text not null check (state in ('starting', 'active', 'checking-in', 'needs-a-decision',
    'not-started', 'ended', 'discarded', 'abandoned', 'taken-over')),
  revision integer not null default 1,
  lease_owner text,
  lease_until timestamptz,
  next_look_at timestamptz,
  folder_key text not null unique check (folder_key ~ '^[a-z2-7]{12}$'),
  file_name text not null,
  drive_id text,
  item_id text,
  web_url text,
  -- Content tags: of the copy as Microsoft settled it at hand-over, and of the last content that was fetched and kept.
  base_fingerprint text,
  handed_over_tag text,
  collected_tag text,
  collected_fingerprint text,
  -- What Microsoft showed last: its tag, since when (by Microsoft's clock), and when we last looked (by ours).
  last_seen_tag text,
  last_seen_since timestamptz,
  last_seen_at timestamptz,
  last_saved_at timestamptz,
  last_saved_by text,
  -- Since when a check-in dialog waits for Microsoft to settle, and when it asked last.
  settling_since timestamptz,
  settling_asked_at timestamptz,
  not_live_since timestamptz,
  problem text,
  decision text,
  failures integer not null default 0,
  started_at timestamptz not null default app_now(),
  opened_at timestamptz,
  ended_at timestamptz,
  ended_by uuid,
  end_reason text,
  result_version_id uuid,
  unique (institution_id, id),
  unique (drive_id, item_id),
  unique (starter_id, idempotency_key),
  foreign key (institution_id, document_id) references document (institution_id, id),
  foreign key (institution_id, base_version_id) references version (institution_id, id),
  foreign key (institution_id, result_version_id) references version (institution_id, id),
  foreign key (institution_id, integration_id) references oauth2_integration (institution_id, id),
  foreign key (institution_id, starter_id) references person (institution_id, id),
  foreign key (institution_id, ended_by) references person (institution_id, id)
);
create unique index edit_session_open on edit_session (document_id)
  where state in ('starting', 'active', 'checking-in', 'needs-a-decision');
create index edit_session_due on edit_session (next_look_at)
  where state in ('starting', 'active', 'checking-in', 'needs-a-decision');
create index edit_session_document on edit_session (document_id, started_at desc);
create index edit_session_integration on edit_session (integration_id);

create table edit_participant (
  institution_id uuid not null,
  session_id uuid not null,
  person_id uuid not null,
  grant_id text,
  granted_at timestamptz,
  withdrawn_at timestamptz,
  primary key (session_id, person_id),
  foreign key (institution_id, session_id) references edit_session (institution_id, id),
  foreign key (institution_id, person_id) references person (institution_id, id)
);

-- What Microsoft showed at a look, when it differed from the look before.
create table edit_observation (
  id uuid primary key,
  institution_id uuid not null,
  session_id uuid not null,
  tag text not null,
  saved_at timestamptz not null,
  saved_by jsonb,
  seen_at timestamptz not null default app_now(),
  foreign key (institution_id, session_id) references edit_session (institution_id, id)
);
create index edit_observation_session on edit_observation (session_id, seen_at);

create table edit_checkpoint (
  id uuid primary key,
  institution_id uuid not null,
  session_id uuid not null,
  sha256 text not null references blob,
  size bigint not null,
  fingerprint text not null,
  -- Read before the download of this content began.
  tag text not null,
  editors jsonb not null,
  reason text,
  made_at timestamptz not null default app_now(),
  unique (institution_id, id),
  unique (session_id, sha256),
  foreign key (institution_id, session_id) references edit_session (institution_id, id)
);
create index edit_checkpoint_sha256 on edit_checkpoint (sha256);

-- A check-in as the person ordered it, so that a sweeper can finish it.
create table check_in_order (
  id uuid primary key,
  institution_id uuid not null,
  session_id uuid not null,
  idempotency_key text not null,
  person_id uuid not null,
  summary text not null,
  send_to_review boolean not null,
  anyway boolean not null,
  ordered_at timestamptz not null default app_now(),
  outcome jsonb,
  finished_at timestamptz,
  unique (institution_id, id),
  unique (session_id, idempotency_key),
  foreign key (institution_id, session_id) references edit_session (institution_id, id),
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create unique index check_in_order_running on check_in_order (session_id) where finished_at is null;
alter table version add foreign key (institution_id, check_in_order_id) references check_in_order (institution_id, id);

-- A late save: what Microsoft showed only after the check-in. Never a version by itself.
create table follow_up_draft (
  id uuid primary key,
  institution_id uuid not null,
  session_id uuid not null,
  document_id uuid not null,
  follows_version_id uuid not null,
  sha256 text not null references blob,
  size bigint not null,
  fingerprint text not null,
  tag text not null,
  editors jsonb not null,
  saved_at timestamptz not null,
  made_at timestamptz not null default app_now(),
  state text not null default 'waiting' check (state in ('waiting', 'adopted', 'dismissed')),
  decided_by uuid,
  decided_at timestamptz,
  reason text,
  adopted_version_id uuid,
  unique (institution_id, id),
  foreign key (institution_id, session_id) references edit_session (institution_id, id),
  foreign key (institution_id, document_id) references document (institution_id, id),
  foreign key (institution_id, follows_version_id) references version (institution_id, id),
  foreign key (institution_id, adopted_version_id) references version (institution_id, id),
  foreign key (institution_id, decided_by) references person (institution_id, id)
);
create unique index follow_up_draft_waiting on follow_up_draft (session_id) where state = 'waiting';
create index follow_up_draft_document on follow_up_draft (document_id, made_at);
create index follow_up_draft_sha256 on follow_up_draft (sha256);

-- What happens to the copy after its session was closed. Whoever works on it holds the lease of the session.
create table clean_up (
  session_id uuid primary key,
  institution_id uuid not null,
  state text not null default 'pending' check (state in ('pending', 'watching', 'deleting', 'done', 'left-behind')),
  next_look_at timestamptz not null default app_now(),
  -- Seconds without a save in which the copy was really observed.
  quiet_seconds double precision not null default 0,
  looked_at timestamptz,
  failures integer not null default 0,
  problem text,
  started_at timestamptz not null default app_now(),
  finished_at timestamptz,
  foreign key (institution_id, session_id) references edit_session (institution_id, id)
);
create index clean_up_due on clean_up (next_look_at) where state in ('pending', 'watching', 'deleting');
