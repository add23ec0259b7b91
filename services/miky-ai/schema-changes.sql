-- Brings a database of an earlier day up to schema.sql. What was there counts as used today: nobody knows better.

alter table credentials add column if not exists used_at timestamptz not null default now();
alter table oauth_logins add column if not exists used_at timestamptz not null default now();
alter table preferences add column if not exists used_at timestamptz not null default now();
create index if not exists credentials_used on credentials (used_at);
create index if not exists oauth_logins_used on oauth_logins (used_at);
create index if not exists preferences_used on preferences (used_at);
create index if not exists acquisition_sources_recorded on acquisition_sources (recorded_at);
create index if not exists subscriptions_cancelled on subscriptions (cancelled_at) where cancelled_at is not null;

-- Figures say how many people stand behind them; those of which it is no longer known are given up.
alter table daily_usage_aggregates add column if not exists people integer;
update daily_usage_aggregates a set people = n from (select created_at::date as day, count(distinct user_id) as n from conversations group by 1) c
 where a.people is null and c.day = a.day;
delete from daily_usage_aggregates where people is null or people < 10;
alter table daily_usage_aggregates alter column people set not null;
