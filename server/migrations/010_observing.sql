-- Observing by delta: one row a drive, whoever's sessions lie in it, with its own lease and next look.

create table observed_drive (
  integration_id uuid not null,
  drive_id text not null,
  institution_id uuid not null,
  -- Where delta goes on, as Microsoft gave it. Not sealed: it is a place in a list, and opens nothing without a token.
  cursor text,
  next_look_at timestamptz not null default app_now(),
  looked_at timestamptz,
  -- When one of our items was last heard to have changed: the fresher, the sooner the next look.
  changed_at timestamptz not null default app_now(),
  -- The last look was a safety read of one item instead of the call to delta.
  was_safety boolean not null default false,
  failures integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  primary key (integration_id, drive_id),
  foreign key (institution_id, integration_id) references oauth2_integration (institution_id, id)
);
create index observed_drive_due on observed_drive (next_look_at);

-- How often a session was told that its item changed, and up to which time of telling it has looked since.
create table told_session (
  session_id uuid primary key references edit_session,
  told integer not null default 1,
  seen integer not null default 0
);
create index told_session_due on told_session (session_id) where told > seen;

-- Microsoft's promise to tell us when a drive changes. Only a hash of its secret is kept: it is compared and never sent.
create table drive_subscription (
  integration_id uuid not null,
  drive_id text not null,
  institution_id uuid not null,
  -- Null: there is none yet, or it failed.
  subscription_id text unique,
  client_state_hash bytea,
  expires_at timestamptz,
  next_step_at timestamptz not null default app_now(),
  failures integer not null default 0,
  problem text,
  primary key (integration_id, drive_id),
  foreign key (institution_id, integration_id) references oauth2_integration (institution_id, id)
);

-- What pages show live is told to every process when its transaction commits: which document, and nothing about it.
-- `drafts` may be told to those who see drafts alone, `published` to everybody who may see the document.
create function tell_live(institution uuid, document uuid, part text) returns void language plpgsql as $$
begin
  if document is not null then
    perform pg_notify('megdocs_live', json_build_object('institution', institution, 'document', document, 'part', part)::text);
  end if;
end $$;

create function tell_live_of_session() returns trigger language plpgsql as $$
begin
  perform tell_live(new.institution_id, new.document_id, 'drafts');
  return null;
end $$;
create trigger edit_session_made_live after insert on edit_session
  for each row execute function tell_live_of_session();
-- What nobody sees (the lease, the next look) is told to nobody.
create trigger edit_session_live after update on edit_session for each row
  when ((old.state, old.last_saved_at, old.last_saved_by, old.last_seen_tag, old.collected_tag, old.collected_fingerprint,
      old.not_live_since, old.problem, old.decision, old.web_url, old.result_version_id, old.starter_id)
    is distinct from (new.state, new.last_saved_at, new.last_saved_by, new.last_seen_tag, new.collected_tag,
      new.collected_fingerprint, new.not_live_since, new.problem, new.decision, new.web_url, new.result_version_id,
      new.starter_id))
  execute function tell_live_of_session();

create function tell_live_of_part() returns trigger language plpgsql as $$
declare
  part record := coalesce(new, old);
begin
  perform tell_live(s.institution_id, s.document_id, 'drafts') from edit_session s where s.id = part.session_id;
  return null;
end $$;
create trigger edit_checkpoint_live after insert or update or delete on edit_checkpoint
  for each row execute function tell_live_of_part();
create trigger follow_up_draft_live after insert or update on follow_up_draft
  for each row execute function tell_live_of_part();
-- The next look at a right, some seconds away, is nobody's news.
create trigger edit_participant_live after insert or delete or update of state, why, problem, reading_since on edit_participant
  for each row execute function tell_live_of_part();
create trigger clean_up_made_live after insert on clean_up
  for each row execute function tell_live_of_part();
create trigger clean_up_live after update on clean_up for each row
  when ((old.state, old.problem) is distinct from (new.state, new.problem))
  execute function tell_live_of_part();

create function tell_live_of_document() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform tell_live(new.institution_id, new.id, 'drafts');
  else
    perform tell_live(new.institution_id, new.id,
      case when new.published_version_id is distinct from old.published_version_id
        or new.effective_from is distinct from old.effective_from then 'published' else 'drafts' end);
  end if;
  return null;
end $$;
create trigger document_live after insert or update on document
  for each row execute function tell_live_of_document();

-- Streams of a sign-in end with it.
create function tell_live_of_sign_in() returns trigger language plpgsql as $$
begin
  perform pg_notify('megdocs_live', json_build_object('ended', old.id)::text);
  return null;
end $$;
create trigger sign_in_session_live after delete on sign_in_session
  for each row execute function tell_live_of_sign_in();
