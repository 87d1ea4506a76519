-- Which Microsoft accounts an institution admits. No row: those of every organisation, and no personal ones.
create table microsoft_policy (
  institution_id uuid primary key references institution (id),
  -- Null: every organisation's.
  tenants text[],
  personal_accounts boolean not null default false,
  changed_at timestamptz not null default app_now()
);

-- An account that Microsoft confirmed and the person did not yet: its tokens serve nobody until they have answered.
alter table pending_authorization add column held_account jsonb;
alter table pending_authorization add column sealed_held_access_token bytea;
alter table pending_authorization add column sealed_held_refresh_token bytea;
alter table pending_authorization add column held_until timestamptz;
create index pending_authorization_held on pending_authorization (held_until) where held_until is not null;

-- An administrator who goes to Microsoft to approve for a whole tenant comes back with a state too.
alter table pending_authorization drop constraint pending_authorization_purpose_check;
alter table pending_authorization add check (purpose in ('connect', 'reconnect', 'admin-consent'));

-- Each warning that the app's credential will expire is given once.
create table credential_warning (
  institution_id uuid not null references institution (id),
  -- Which secret or certificate, by a hash or a day; never the thing itself.
  credential text not null,
  days integer not null,
  told_at timestamptz not null default app_now(),
  primary key (institution_id, credential, days)
);
