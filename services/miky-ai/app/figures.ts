/** Sums of whole days, kept without end. A day on which fewer than ten people came is left out: it would be about them. */
import { MAY } from "./consents.ts";

/**
 * `$1` is now; days that are summed up already stay as they are, so that leaving people do not change what was. Who said no to analytics
 * is left out; of the others it is written down that their conversations were counted.
 */
const sumUp = (since: string): string => `with counted as (
    select (c.created_at at time zone 'UTC')::date as day, c.user_id, c.id, m.credits
      from conversations c join messages m on m.conversation_id = c.id and m.role = 'specialist'
      join users u on u.id = c.user_id left join preferences p on p.user_id = u.id
     where c.created_at < date_trunc('day', $1::timestamptz, 'UTC') - interval '1 day' and ${MAY.analytics}${since}),
  days as (insert into daily_usage_aggregates (day, people, conversations, answers, credits)
    select day, count(distinct user_id), count(distinct id), count(*), sum(credits) from counted
     group by 1 having count(distinct user_id) >= 10 on conflict (day) do nothing returning day)
  insert into data_uses (user_id, purpose, data, at)
    select distinct user_id, 'analytics', 'conversation', $1::timestamptz from counted join days using (day)`;

export const SUM_UP = sumUp("");

/** What the service itself adds every minute: the days since the last that was summed up. */
export const SUM_UP_LATELY = sumUp(
  " and c.created_at >= coalesce((select max(day)::timestamp at time zone 'UTC' from daily_usage_aggregates), '-infinity')",
);
