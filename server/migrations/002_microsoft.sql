-- The connection of a person to Microsoft. Columns named sealed_* hold authenticated ciphertext, bound to their row.

create table oauth2_integration (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  provider text not null default 'microsoft' check (provider = 'microsoft'),
  tid text not null,
  oid text not null,
  account_name text not null,
  account_address text not null,
  organisation text,
  scopes text[] not null,
  sealed_access_token bytea,
  sealed_refresh_token bytea,
  access_token_expires_at timestamptz not null,
  status text not null check (status in ('connected', 'reconnect_needed', 'ended')),
  -- Moves on with every store of tokens, connect and disconnect: a late writer matches no row.
  version integer not null default 1,
  lease_owner text,
  lease_until timestamptz,
  failures integer not null default 0,
  next_attempt_at timestamptz,
  last_error jsonb,
  disconnect_when_cleaned_up boolean not null default false,
  connected_at timestamptz not null default app_now(),
  renewed_at timestamptz,
  used_at timestamptz,
  created_at timestamptz not null default app_now(),
  ended_at timestamptz,
  unique (institution_id, id),
  unique (person_id, provider, tid, oid),
  foreign key (institution_id, person_id) references person (institution_id, id),
  check (status <> 'ended' or (sealed_access_token is null and sealed_refresh_token is null))
);
create unique index oauth2_integration_live on oauth2_integration (person_id, provider)
  where status in ('connected', 'reconnect_needed');
create index oauth2_integration_account on oauth2_integration (provider, tid, oid);

create table pending_authorization (
  id uuid primary key,
  institution_id uuid not null,
  person_id uuid not null,
  state_hash bytea not null unique,
  browser_hash bytea not null,
  issuer text not null,
  client_id text not null,
  redirect_uri text not null,
  scopes text[] not null,
  purpose text not null check (purpose in ('connect', 'reconnect')),
  expected_tid text,
  expected_oid text,
  sealed_verifier bytea not null,
  sealed_nonce bytea not null,
  return_to text,
  state text not null default 'open' check (state in ('open', 'claimed', 'done')),
  claimed_at timestamptz,
  outcome jsonb,
  created_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  foreign key (institution_id, person_id) references person (institution_id, id)
);
create index pending_authorization_person on pending_authorization (person_id, created_at);
create index pending_authorization_expiry on pending_authorization (expires_at);
