-- What MEGDocs did in people's OneDrives: every call on the wire, for the person and for IT. In words, never an
-- address: addresses of downloads are secrets. Rows are purged by age.
create table onedrive_call (
  id bigint generated always as identity primary key,
  institution_id uuid not null references institution,
  at timestamptz not null,
  -- Whose connection made the call, and in whose OneDrive: they differ where a participant's connection reads.
  integration_id uuid not null,
  person_id uuid not null,
  owner_id uuid not null,
  session_id uuid,
  what text not null,
  file text,
  -- Microsoft's answer; 0 when none came.
  status integer not null,
  request_id text,
  foreign key (institution_id, integration_id) references oauth2_integration (institution_id, id),
  foreign key (institution_id, person_id) references person (institution_id, id),
  foreign key (institution_id, owner_id) references person (institution_id, id)
);
create index onedrive_call_at on onedrive_call (at);
create index onedrive_call_institution on onedrive_call (institution_id, id);
create index onedrive_call_owner on onedrive_call (owner_id, id);
create index onedrive_call_person on onedrive_call (person_id, id);

-- How an institution wants edit sessions to end. No row: as the columns' defaults say.
create table ending_policy (
  institution_id uuid primary key references institution,
  -- Days without a save, after which the person is reminded, and after which the session is abandoned.
  remind_after_days integer not null default 3 check (remind_after_days between 1 and 365),
  abandon_after_days integer not null default 14 check (abandon_after_days between 2 and 730),
  -- Copies are put into the recycle bin, unless the institution wants them gone for good.
  delete_permanently boolean not null default false,
  -- Documents may be opened in the desktop apps as well.
  desktop_apps boolean not null default false,
  changed_at timestamptz not null default app_now(),
  check (remind_after_days < abandon_after_days)
);

-- Somebody was reminded of a session, or asked to close it; by nobody when the product did it by itself.
create table edit_session_reminder (
  id bigint generated always as identity primary key,
  institution_id uuid not null,
  session_id uuid not null,
  kind text not null check (kind in ('idle', 'reminded', 'asked-to-close')),
  sent_by uuid,
  sent_at timestamptz not null default app_now(),
  foreign key (institution_id, session_id) references edit_session (institution_id, id),
  foreign key (institution_id, sent_by) references person (institution_id, id)
);
create index edit_session_reminder_session on edit_session_reminder (session_id, sent_at);

-- The steps of a clean-up that were done, each with its time: the receipt tells of them.
create table clean_up_step (
  session_id uuid not null references clean_up,
  step text not null check (step in ('told', 'rights-withdrawn', 'renamed', 'copy-deleted', 'folder-removed', 'folder-kept')),
  detail text not null default '',
  done_at timestamptz not null default app_now(),
  primary key (session_id, step)
);
