-- Colleagues in an edit session, each with a right that MEGDocs gave and takes away, and sessions that go on elsewhere.

alter table edit_participant
  -- As what the person may edit the document.
  add column role text not null default 'contributor' check (role in ('owner', 'contributor', 'reviewer')),
  add column integration_id uuid,
  -- Whom Microsoft knows the person as, in the tenant of the starter's drive.
  add column oid text,
  add column state text not null default 'asked'
    check (state in ('asked', 'granted', 'refused', 'withdrawing', 'withdrawn', 'left-behind')),
  add column joined_at timestamptz not null default app_now(),
  add column next_look_at timestamptz default app_now(),
  add column failures integer not null default 0,
  -- Why the right was refused or is taken away.
  add column why text,
  -- What keeps it from being given or taken away just now.
  add column problem text,
  -- The session's state of which the person was told last.
  add column told_of text,
  -- Since when the copy is read through this person's connection.
  add column reading_since timestamptz,
  add foreign key (institution_id, integration_id) references oauth2_integration (institution_id, id);
create index edit_participant_due on edit_participant (next_look_at)
  where state in ('asked', 'granted', 'withdrawing');

-- What the permissions of a copy showed that MEGDocs did not give; nobody joins until it is removed.
create table edit_sharing (
  session_id uuid primary key,
  institution_id uuid not null,
  given_otherwise jsonb not null,
  seen_at timestamptz not null default app_now(),
  foreign key (institution_id, session_id) references edit_session (institution_id, id)
);

-- A session that goes on with another person, in their own drive.
create table edit_take_over (
  session_id uuid primary key,
  institution_id uuid not null,
  from_session_id uuid not null unique,
  kind text not null check (kind in ('taken-over', 'handed-over')),
  by_person_id uuid not null,
  reason text not null,
  -- False: the copy could not be read, and what MEGDocs had kept last went on.
  settled boolean not null,
  -- When the content that goes on was kept; nothing where nobody had changed anything.
  content_from timestamptz,
  at timestamptz not null default app_now(),
  foreign key (institution_id, session_id) references edit_session (institution_id, id),
  foreign key (institution_id, from_session_id) references edit_session (institution_id, id),
  foreign key (institution_id, by_person_id) references person (institution_id, id)
);
