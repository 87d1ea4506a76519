-- When the person last said yes at Microsoft: an end that was decided before does not end what was granted after.
alter table oauth2_integration add column granted_at timestamptz not null default app_now();

-- The version that a late save follows; none after a discard.
alter table edit_session add column late_saves_follow uuid;
alter table edit_session add foreign key (institution_id, late_saves_follow) references version (institution_id, id);
update edit_session set late_saves_follow = result_version_id;
-- Since when Microsoft says that the copy is not there.
alter table edit_session add column missing_since timestamptz;
alter table edit_session drop column handed_over_tag;
alter table edit_session drop column opened_at;
