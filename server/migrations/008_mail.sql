-- Mail that is to be sent: written with the change that it tells of, sent after the commit.

create table mail (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  subject text not null,
  -- The notification that it repeats; or, sealed until it is sent, the one-time link that it brings.
  notification_id uuid references notification,
  purpose text check (purpose in ('invitation', 'password-reset')),
  sealed_link bytea,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default app_now(),
  -- While a process hands it to the mail server nobody else does; a process that dies lets go by itself.
  claimed_until timestamptz,
  -- What is not sent by then would only confuse: the link has ended, the news is old.
  expires_at timestamptz not null,
  sent_at timestamptz,
  given_up_at timestamptz,
  last_error text,
  created_at timestamptz not null default app_now(),
  foreign key (institution_id, person_id) references person (institution_id, id),
  check (sent_at is null or sealed_link is null)
);
create index mail_due on mail (next_attempt_at) where sent_at is null and given_up_at is null;
create index mail_person on mail (person_id);
