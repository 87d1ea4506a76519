-- Folders, documents, versions. A version is an immutable file; content lies in the blob store under its SHA-256.

create table folder (
  id uuid primary key,
  institution_id uuid not null references institution,
  parent_id uuid,
  name text not null,
  own_rules_only boolean not null default false,
  created_at timestamptz not null default app_now(),
  unique (institution_id, id),
  unique nulls not distinct (institution_id, parent_id, name),
  foreign key (institution_id, parent_id) references folder (institution_id, id)
);

create table folder_rule (
  institution_id uuid not null,
  folder_id uuid not null,
  person_id uuid,
  team_id uuid,
  "right" text not null check ("right" in ('view', 'edit', 'approve', 'manage')),
  check ((person_id is null) <> (team_id is null)),
  unique nulls not distinct (folder_id, person_id, team_id, "right"),
  foreign key (institution_id, folder_id) references folder (institution_id, id) on delete cascade,
  foreign key (institution_id, person_id) references person (institution_id, id),
  foreign key (institution_id, team_id) references team (institution_id, id) on delete cascade
);

-- What the blob store holds. `stored_at` moves on when the same content comes again: only rows that nothing
-- refers to and that are a day old may be swept, so that a writer always has a day to refer to what it stored.
create table blob (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null,
  stored_at timestamptz not null default app_now()
);

create table document (
  id uuid primary key,
  institution_id uuid not null references institution,
  folder_id uuid not null,
  number text not null,
  title text not null,
  type text not null,
  owner_id uuid not null,
  state text not null check (state in ('draft', 'in-review', 'published', 'revision', 'revision-in-review')),
  next_review date,
  newest_version_id uuid,
  published_version_id uuid,
  effective_from timestamptz,
  created_at timestamptz not null default app_now(),
  changed_at timestamptz not null default app_now(),
  unique (institution_id, id),
  foreign key (institution_id, folder_id) references folder (institution_id, id),
  foreign key (institution_id, owner_id) references person (institution_id, id),
  check ((published_version_id is null) = (state in ('draft', 'in-review')))
);
create unique index document_number on document (institution_id, lower(number));
create index document_folder on document (folder_id, lower(title));
-- The register's two usual orders, whatever folders a person may see.
create index document_by_title on document (institution_id, lower(title), id);
create index document_by_change on document (institution_id, changed_at, id);

create table version (
  id uuid primary key,
  institution_id uuid not null,
  document_id uuid not null,
  major integer not null check (major >= 0),
  minor integer not null check (minor >= 0),
  sha256 text not null references blob,
  size bigint not null,
  file_name text not null,
  content_type text not null,
  comment text not null,
  made_by uuid not null,
  made_at timestamptz not null default app_now(),
  -- Publishing gives the next whole number to the very same bytes.
  published_from uuid,
  check_in_order_id uuid unique,
  tracked_changes integer not null default 0,
  comments integer not null default 0,
  unique (institution_id, id),
  unique (document_id, major, minor),
  foreign key (institution_id, document_id) references document (institution_id, id),
  foreign key (institution_id, made_by) references person (institution_id, id),
  foreign key (institution_id, published_from) references version (institution_id, id)
);
create index version_sha256 on version (sha256);
create trigger version_append_only before update or delete on version
  for each row execute function refuse_change();

alter table document
  add foreign key (institution_id, newest_version_id) references version (institution_id, id),
  add foreign key (institution_id, published_version_id) references version (institution_id, id);

-- Everybody who edited a version, not only who checked it in. No person: Microsoft named somebody we do not know.
create table version_editor (
  institution_id uuid not null,
  version_id uuid not null,
  position integer not null,
  name text not null,
  person_id uuid,
  stranger boolean not null default false,
  primary key (version_id, position),
  foreign key (institution_id, version_id) references version (institution_id, id),
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create trigger version_editor_append_only before update or delete on version_editor
  for each row execute function refuse_change();

create table document_role (
  institution_id uuid not null,
  document_id uuid not null,
  person_id uuid not null,
  role text not null check (role in ('contributor', 'reviewer', 'approver')),
  primary key (document_id, person_id, role),
  foreign key (institution_id, document_id) references document (institution_id, id),
  foreign key (institution_id, person_id) references person (institution_id, id)
);
