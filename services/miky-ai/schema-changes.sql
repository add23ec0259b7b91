-- Brings a database of an earlier day up to schema.sql. What was there counts as used today: nobody knows better.

alter table credentials add column if not exists used_at timestamptz not null default now();
alter table oauth_logins add column if not exists used_at timestamptz not null default now();
alter table preferences add column if not exists used_at timestamptz not null default now();
create index if not exists credentials_used on credentials (used_at);
create index if not exists oauth_logins_used on oauth_logins (used_at);
create index if not exists preferences_used on preferences (used_at);
create index if not exists acquisition_sources_recorded on acquisition_sources (recorded_at);
create index if not exists subscriptions_cancelled on subscriptions (cancelled_at) where cancelled_at is not null;
