-- The content of an edit session: on its way to OneDrive, prepared for Word, and coming back as a version.

-- An upload of a large file under way. Whoever has its address can write the file: sealed, and gone with its row.
create table edit_upload (
  -- Of its edit session.
  id uuid primary key,
  institution_id uuid not null,
  folder_key text not null,
  sha256 text not null references blob,
  sealed_url bytea not null,
  expires_at timestamptz not null,
  sent_bytes bigint not null,
  total_bytes bigint not null,
  changed_at timestamptz not null default app_now(),
  foreign key (institution_id, id) references edit_session (institution_id, id)
);
create index edit_upload_sha256 on edit_upload (sha256);

-- What the copy in OneDrive holds beyond its source, so that it can be taken out again.
create table edit_preparation (
  session_id uuid primary key,
  institution_id uuid not null,
  -- What is uploaded; null: the source as it is, or the copy is there already.
  prepared_sha256 text references blob,
  stamped boolean not null,
  tracking_switched_on boolean not null,
  -- The base's own word on tracking, letter for letter; null: it had none.
  base_tracking text,
  -- Why nothing was put into it, in words for people.
  left_alone text,
  prepared_at timestamptz not null default app_now(),
  foreign key (institution_id, session_id) references edit_session (institution_id, id)
);
create index edit_preparation_sha256 on edit_preparation (prepared_sha256);

-- How an institution wants its documents to be edited. No row: the stamp, and no tracking of changes.
create table editing_policy (
  institution_id uuid primary key references institution (id),
  track_changes boolean not null,
  stamp boolean not null,
  changed_at timestamptz not null default app_now()
);

-- Save a version and go on: the base moves to that version, and the session stays open.
alter table check_in_order add column go_on boolean not null default false;
-- The last save that this version holds, by Microsoft's clock: later ones belong to the next version.
alter table check_in_order add column holds_saves_until timestamptz;
