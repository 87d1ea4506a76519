-- People, their teams and sign-in sessions; the trail; notifications.

-- The one source of time in SQL. Tests replace it, in their own database, by one that adds an offset.
create function app_now() returns timestamptz language sql volatile as $$ select clock_timestamp() $$;

create table institution (
  id uuid primary key,
  name text not null,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  created_at timestamptz not null default app_now()
);

create table person (
  id uuid primary key,
  institution_id uuid not null references institution,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text,
  roles text[] not null default '{}' check (roles <@ array['document-controller', 'institution-admin']),
  last_sign_in_at timestamptz,
  deactivated_at timestamptz,
  created_at timestamptz not null default app_now(),
  unique (institution_id, id)
);

create table team (
  id uuid primary key,
  institution_id uuid not null references institution,
  name text not null,
  -- Everybody is a member of it, without a row in team_member.
  everyone boolean not null default false,
  created_at timestamptz not null default app_now(),
  unique (institution_id, id),
  unique (institution_id, name)
);
create unique index team_of_everyone on team (institution_id) where everyone;

create table team_member (
  institution_id uuid not null,
  team_id uuid not null,
  person_id uuid not null,
  primary key (team_id, person_id),
  foreign key (institution_id, team_id) references team (institution_id, id) on delete cascade,
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index team_member_person on team_member (person_id);

create table sign_in_session (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  token_hash bytea not null unique,
  browser text not null,
  address text not null,
  started_at timestamptz not null default app_now(),
  last_seen_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index sign_in_session_person on sign_in_session (person_id);

create table one_time_link (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  purpose text not null check (purpose in ('invitation', 'password-reset')),
  token_hash bytea not null unique,
  created_by uuid,
  created_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index one_time_link_person on one_time_link (person_id);

-- Failed sign-ins per account and per address. No institution: nobody is known yet.
create table sign_in_attempt (
  subject text primary key,
  failures integer not null,
  first_failure_at timestamptz not null,
  blocked_until timestamptz
);

-- The trail: inserted with the change that it tells of, never changed.
create table audit_entry (
  id bigint generated always as identity primary key,
  institution_id uuid not null references institution,
  at timestamptz not null default app_now(),
  person_id uuid,
  kind text not null,
  document_id uuid,
  edit_session_id uuid,
  detail jsonb not null default '{}',
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index audit_entry_document on audit_entry (document_id, id);
create index audit_entry_session on audit_entry (edit_session_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name;
end $$;
create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function refuse_change();

create table notification (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  at timestamptz not null default app_now(),
  text text not null,
  link text,
  read_at timestamptz,
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index notification_person on notification (person_id, at desc);
