-- Miky.ai's own database, PostgreSQL 15 and newer. It grew with the product: some links are declared, some only live in the code.

create type specialist_field as enum ('business', 'writing', 'code', 'health', 'travel', 'study');
create type message_role as enum ('user', 'specialist');
create type ledger_reason as enum ('welcome', 'purchase', 'answer', 'refund', 'gift_sent', 'gift_received', 'correction');
create type plan_name as enum ('free', 'plus', 'pro');
create type subscription_status as enum ('active', 'past_due', 'cancelled');
create type payment_status as enum ('succeeded', 'refunded', 'disputed');
create type ticket_status as enum ('open', 'waiting', 'solved');
create type support_author as enum ('customer', 'staff', 'system');

create table specialists (
  id          smallint primary key,
  slug        text not null unique,
  name        text not null,
  field       specialist_field not null,
  persona     text not null,
  price       smallint not null check (price > 0)
);

-- Wordings that change without a release.
create table texts (
  name  text primary key,
  body  text not null
);

-- Below this age nobody signs up without a guardian; `*` where the country has no age of its own, or is not said.
create table age_limits (
  country  text primary key,
  age      smallint not null check (age between 1 and 21)
);

-- To whom people may complain, by where they are.
create table authorities (
  place  text primary key,
  name   text not null,
  site   text
);

-- Accounts of employees. A desk has a handle, no name; who sits there is written in the personnel files, not here.
create table staff (
  id            smallint primary key,
  handle        text not null unique,
  role          text not null,
  second_factor boolean not null default true,
  active        boolean not null default true,
  -- Both or neither: without a second factor nobody signs in.
  password_hash text,
  totp_secret   text,
  -- The half minute of the last code that was taken; no code of it or of an earlier one is taken again.
  totp_step     bigint,
  -- Samples are shown without what people are known by, unless the work at this desk needs it.
  sees_names    boolean not null default false
);

create table staff_sessions (
  token_hash  text primary key,
  staff_id    smallint not null references staff (id),
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null
);

create table users (
  id               uuid primary key,
  email            text not null,
  name             text,
  phone            text,
  country          char(2),
  city             text,
  avatar           bytea,
  referral_code    text,
  referred_by      uuid references users (id),
  credits          integer not null default 0 check (credits >= 0),
  marketing_email  boolean not null default false,
  marketing_since  timestamptz,
  last_seen_at     timestamptz,
  created_at       timestamptz not null default now(),
  closed_at        timestamptz,
  email_domain     text generated always as (lower(split_part(email, '@', 2))) stored,
  constraint users_email_key unique (email),
  constraint users_referral_code_key unique (referral_code)
);
create unique index users_email_lower on users (lower(email));
create index users_phone on users (phone);
create index users_referred_by on users (referred_by);
create index users_closed_at on users (closed_at) where closed_at is not null;
create index users_email_domain on users (email_domain);

create table credentials (
  user_id        uuid primary key references users (id),
  password_hash  text not null,
  changed_at     timestamptz not null default now(),
  used_at        timestamptz not null default now()
);
create index credentials_used on credentials (used_at);

create table oauth_logins (
  provider    text not null,
  subject     text not null,
  user_id     uuid not null references users (id),
  email       text,
  linked_at   timestamptz not null default now(),
  used_at     timestamptz not null default now(),
  primary key (provider, subject)
);
create index oauth_logins_user on oauth_logins (user_id);
create index oauth_logins_used on oauth_logins (used_at);

create table sessions (
  token_hash  text primary key,
  user_id     uuid not null references users (id) on delete cascade,
  ip          inet,
  user_agent  text,
  device_id   uuid,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_created on sessions (created_at);

create table preferences (
  user_id                 uuid primary key references users (id),
  locale                  text not null default 'en',
  theme                   text not null default 'auto',
  interests               text[] not null default '{}',
  favourite_specialist    smallint references specialists (id),
  transactional_email     boolean not null default true,
  referral_email          boolean not null default true,
  limit_processing        boolean not null default false,
  payout                  jsonb not null default '{}',
  updated_at              timestamptz not null default now(),
  used_at                 timestamptz not null default now()
);
create index preferences_used on preferences (used_at);

create table acquisition_sources (
  id           bigint generated by default as identity primary key,
  user_id      uuid not null references users (id),
  source       text not null,
  detail       jsonb not null default '{}',
  recorded_at  timestamptz not null default now()
);
create index acquisition_sources_user on acquisition_sources (user_id);
create index acquisition_sources_recorded on acquisition_sources (recorded_at);

create table conversations (
  id               uuid primary key,
  user_id          uuid not null references users (id),
  specialist_id    smallint not null references specialists (id),
  title            text not null default '',
  created_at       timestamptz not null default now(),
  last_message_at  timestamptz not null default now()
);
create index conversations_user on conversations (user_id, last_message_at desc);
create index conversations_created on conversations (created_at);

create table messages (
  conversation_id  uuid not null references conversations (id),
  seq              integer not null check (seq > 0),
  role             message_role not null,
  body             text not null,
  tokens           integer not null default 0,
  credits          smallint not null default 0,
  latency_ms       integer,
  created_at       timestamptz not null default now(),
  length           integer generated always as (char_length(body)) stored,
  primary key (conversation_id, seq)
);
create index messages_created on messages (created_at);

create table feedback_ratings (
  id               bigint generated by default as identity primary key,
  user_id          uuid not null references users (id),
  conversation_id  uuid not null,
  seq              integer not null,
  stars            smallint not null check (stars between 1 and 5),
  comment          text,
  created_at       timestamptz not null default now(),
  foreign key (conversation_id, seq) references messages (conversation_id, seq),
  unique (conversation_id, seq)
);
create index feedback_ratings_user on feedback_ratings (user_id);
create index feedback_ratings_created on feedback_ratings (created_at);

-- Answers of the last minutes, so that a question asked twice is paid once.
create table response_cache (
  key         text primary key,
  user_id     uuid not null references users (id),
  prompt      text not null,
  answer      text not null,
  created_at  timestamptz not null default now()
);
create index response_cache_user on response_cache (user_id);
create index response_cache_created on response_cache (created_at);

create table subscriptions (
  id                      bigint generated by default as identity primary key,
  user_id                 uuid not null references users (id),
  plan                    plan_name not null,
  status                  subscription_status not null,
  stripe_subscription_id  text unique,
  started_at              timestamptz not null default now(),
  renews_at               timestamptz,
  cancelled_at            timestamptz
);
create index subscriptions_user on subscriptions (user_id);
create index subscriptions_cancelled on subscriptions (cancelled_at) where cancelled_at is not null;

-- The card itself stays with Stripe; brand and last four digits are what it tells us.
create table payments (
  id                 bigint generated by default as identity primary key,
  user_id            uuid not null references users (id),
  stripe_payment_id  text not null unique,
  stripe_customer_id text,
  amount             numeric(12, 2) not null check (amount > 0),
  currency           char(3) not null default 'EUR',
  credits            integer not null,
  status             payment_status not null default 'succeeded',
  billing_name       text,
  billing_address    text,
  billing_country    char(2),
  card_brand         text,
  card_last4         char(4),
  created_at         timestamptz not null default now()
);
create index payments_user on payments (user_id);
create index payments_created on payments (created_at);

create table credit_ledger (
  id               bigint generated by default as identity primary key,
  user_id          uuid not null references users (id),
  change           integer not null,
  reason           ledger_reason not null,
  conversation_id  uuid,
  detail           jsonb,
  created_at       timestamptz not null default now()
);
create index credit_ledger_user on credit_ledger (user_id);
create index credit_ledger_created on credit_ledger (created_at);

create table credit_gifts (
  id            bigint generated by default as identity primary key,
  sender_id     uuid references users (id),
  recipient_id  uuid references users (id),
  amount        integer not null check (amount > 0),
  note          text,
  created_at    timestamptz not null default now(),
  check (sender_id <> recipient_id)
);
create index credit_gifts_sender on credit_gifts (sender_id);
create index credit_gifts_recipient on credit_gifts (recipient_id);
create index credit_gifts_created on credit_gifts (created_at);

-- One row per edge of the referral network. Trees are numbered, places in a tree too, so that a row can outlive either of its people.
create sequence referral_trees;
create table referrals (
  tree         bigint not null,
  position     integer not null,
  referrer_id  uuid references users (id),
  referred_id  uuid unique references users (id),
  depth        smallint not null check (depth > 0),
  created_at   timestamptz not null default now(),
  primary key (tree, position)
);
create index referrals_referrer on referrals (referrer_id);
create index referrals_created on referrals (created_at);

create table commissions (
  id              bigint generated by default as identity primary key,
  beneficiary_id  uuid references users (id),
  source_user_id  uuid references users (id),
  tree            bigint,
  position        integer,
  level           smallint not null check (level between 1 and 3),
  payment_id      bigint,
  amount          numeric(12, 2) not null,
  created_at      timestamptz not null default now(),
  foreign key (tree, position) references referrals (tree, position) on delete set null
);
create index commissions_beneficiary on commissions (beneficiary_id);
create index commissions_source_user on commissions (source_user_id);
create index commissions_edge on commissions (tree, position);
create index commissions_created on commissions (created_at);

create table payouts (
  id          bigint generated by default as identity primary key,
  user_id     uuid not null references users (id),
  amount      numeric(12, 2) not null check (amount > 0),
  currency    char(3) not null default 'EUR',
  covers      tstzrange not null,
  method      text not null,
  reference   text not null unique,
  note        text,
  created_at  timestamptz not null default now()
);
create index payouts_user on payouts (user_id);
create index payouts_created on payouts (created_at);

create table support_tickets (
  id          bigint generated by default as identity primary key,
  user_id     uuid not null references users (id),
  subject     text not null,
  status      ticket_status not null default 'open',
  tags        text[] not null default '{}',
  staff_id    smallint references staff (id),
  created_at  timestamptz not null default now()
);
create index support_tickets_user on support_tickets (user_id);
create index support_tickets_created on support_tickets (created_at);

create table support_messages (
  id           bigint generated by default as identity primary key,
  ticket_id    bigint not null references support_tickets (id),
  reply_to_id  bigint references support_messages (id),
  author       support_author not null,
  staff_id     smallint references staff (id),
  body         text not null,
  created_at   timestamptz not null default now()
);
create index support_messages_ticket on support_messages (ticket_id);
create index support_messages_reply_to on support_messages (reply_to_id);
create index support_messages_created on support_messages (created_at);

-- The contact form, for people without an account. Nobody has proved that the address is theirs.
create table contact_requests (
  id          bigint generated by default as identity primary key,
  email       text not null,
  name        text,
  body        text not null,
  created_at  timestamptz not null default now()
);
create index contact_requests_email on contact_requests (lower(email));
create index contact_requests_created on contact_requests (created_at);

-- Each look of a desk at somebody's data, and why.
create table staff_views (
  id        bigint generated by default as identity primary key,
  staff_id  smallint not null references staff (id),
  user_id   uuid references users (id),
  what      text not null,
  reason    text not null,
  at        timestamptz not null default now()
);
create index staff_views_user on staff_views (user_id);
create index staff_views_at on staff_views (at);

-- Who was told of which version of the privacy policy, when and how.
create table policy_notices (
  user_id  uuid not null references users (id),
  version  text not null,
  channel  text not null check (channel in ('email', 'platform')),
  sent_at  timestamptz not null default now(),
  primary key (user_id, version, channel)
);
create index policy_notices_sent on policy_notices (sent_at);

-- Who accepted which version of the privacy policy, how and when.
create table acceptances (
  user_id  uuid not null references users (id),
  version  text not null,
  how      text not null check (how in ('use', 'continued_use')),
  at       timestamptz not null default now(),
  used_at  timestamptz not null default now(),
  primary key (user_id, version)
);
create index acceptances_used on acceptances (used_at);

-- What people said to the question whether their data may be used for a purpose. The last answer holds; the earlier ones show what held when.
create table consents (
  id       bigint generated by default as identity primary key,
  user_id  uuid not null references users (id),
  purpose  text not null,
  given    boolean not null,
  how      text not null check (how in ('sign-up', 'settings', 'unsubscribe', 'signal')),
  at       timestamptz not null default now(),
  used_at  timestamptz not null default now()
);
create index consents_user on consents (user_id, purpose, at);
create index consents_used on consents (used_at);

-- Mails: one that lies here was sent. Whoever holds the link in it can leave mails of its kind.
create table mails (
  id          bigint generated by default as identity primary key,
  user_id     uuid not null references users (id),
  purpose     text not null,
  address     text not null,
  subject     text not null,
  body        text not null,
  token_hash  text not null unique,
  sent_at     timestamptz not null default now()
);
create index mails_user on mails (user_id);
create index mails_sent on mails (sent_at);

-- What data of a person was used for, beyond giving that person the service.
create table data_uses (
  id       bigint generated by default as identity primary key,
  user_id  uuid not null references users (id),
  purpose  text not null,
  data     text not null,
  at       timestamptz not null default now()
);
create index data_uses_user on data_uses (user_id);
create index data_uses_at on data_uses (at);

-- What models learn from: what people wrote, without whatever says who they are. Nothing leads from a row back to anybody.
-- What a run about one person made is a trial, and nothing to learn from: it goes at `trial_until`.
create table training_examples (
  id    bigint generated by default as identity primary key,
  day   date not null,
  text  text not null,
  trial_until timestamptz
);
create index training_examples_trial on training_examples (trial_until) where trial_until is not null;

-- Data that went out for a reason: to an authority, to others whom law or rights ask for, to a successor. Asked at one desk, approved at another.
create table disclosures (
  id           bigint generated by default as identity primary key,
  user_id      uuid not null references users (id),
  recipient    text not null,
  ground       text not null,
  asked_by     text not null,
  protections  text,
  entered_by   smallint not null references staff (id),
  entered_at   timestamptz not null default now(),
  approved_by  smallint references staff (id),
  approved_at  timestamptz,
  given_at     timestamptz
);
create index disclosures_user on disclosures (user_id);
create index disclosures_entered on disclosures (entered_at);

-- Breaches of data: which rows, made between two times, got into wrong hands, and what people are told about it.
create table incidents (
  id           bigint generated by default as identity primary key,
  rows_of      text not null,
  since        timestamptz not null,
  until        timestamptz not null,
  risk         boolean not null,
  what         text not null,
  impact       text not null,
  remedy       text not null,
  found_at     timestamptz not null default now(),
  entered_by   smallint not null references staff (id),
  entered_at   timestamptz not null default now()
);
create index incidents_found on incidents (found_at);

-- Who was told of a breach, when, and what.
create table incident_notices (
  incident_id  bigint not null references incidents (id) on delete cascade,
  user_id      uuid not null references users (id),
  what         text not null,
  impact       text not null,
  remedy       text not null,
  sent_at      timestamptz not null default now(),
  primary key (incident_id, user_id)
);
create index incident_notices_user on incident_notices (user_id);
create index incident_notices_sent on incident_notices (sent_at);

-- Sign-ins that look wrong.
create table alarms (
  id         bigint generated by default as identity primary key,
  kind       text not null,
  user_id    uuid references users (id),
  account    text,
  raised_at  timestamptz not null default now()
);
create index alarms_user on alarms (user_id);
create index alarms_raised on alarms (raised_at);

-- Written on every page, so without a declared link. Visitors have no user_id.
create table page_views (
  id           bigint generated by default as identity primary key,
  user_id      uuid,
  device_id    uuid,
  ip           inet,
  path         text not null,
  referer      text,
  duration_ms  integer,
  country      char(2),
  created_at   timestamptz not null default now()
);
create index page_views_user on page_views (user_id);
create index page_views_created on page_views (created_at);

create table error_reports (
  id          bigint generated by default as identity primary key,
  user_id     uuid,
  path        text not null,
  code        text not null,
  context     jsonb not null default '{}',
  created_at  timestamptz not null default now()
);
create index error_reports_user on error_reports (user_id);
create index error_reports_created on error_reports (created_at);

-- Sums over everybody, kept without end. A day on which fewer than ten people came is left out.
create table daily_usage_aggregates (
  day            date primary key,
  people         integer not null,
  conversations  integer not null,
  answers        integer not null,
  credits        bigint not null
);

insert into specialists (id, slug, name, field, persona, price) values
  (1, 'neuro', 'Neuro', 'business', 'Weighs numbers, risks and next steps for a small firm.', 3),
  (2, 'calliope', 'Calliope', 'writing', 'Finds the plain word and the shorter sentence.', 2),
  (3, 'forge', 'Forge', 'code', 'Reads code closely and asks what it should do first.', 3),
  (4, 'vita', 'Vita', 'health', 'Explains habits and terms; sends people to a doctor when it matters.', 2),
  (5, 'marco', 'Marco', 'travel', 'Plans routes and thinks of the weather.', 1),
  (6, 'hypatia', 'Hypatia', 'study', 'Teaches by questions and small examples.', 1);

insert into staff (id, handle, role) values
  (1, 'desk-billing', 'support'), (2, 'desk-accounts', 'support'), (3, 'desk-answers', 'support'),
  (4, 'quality-1', 'reviewer'), (5, 'operations-1', 'operator'), (6, 'referral-1', 'referral');

insert into texts (name, body) values
  ('secrets', 'Do not type passwords, API keys, card or bank details, health data or other sensitive personal data, or anything confidential here. Specialists do not need them.');
insert into age_limits (country, age) values ('*', 16),
  ('AT', 14), ('BE', 13), ('BG', 14), ('CY', 14), ('CZ', 15), ('DE', 16), ('DK', 15), ('EE', 13), ('ES', 14), ('FI', 13), ('FR', 15), ('GB', 13), ('GR', 15),
  ('HR', 16), ('HU', 16), ('IE', 16), ('IT', 14), ('LT', 14), ('LU', 16), ('LV', 13), ('MT', 13), ('NL', 16), ('PL', 16), ('PT', 13), ('RO', 16), ('SE', 13),
  ('SI', 15), ('SK', 16), ('US', 13);
