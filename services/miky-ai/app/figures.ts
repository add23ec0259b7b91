/** Sums of whole days, kept without end. A day on which fewer than ten people came is left out: it would be about them. */

/** `$1` is now; days that are summed up already stay as they are, so that leaving people do not change what was. */
export const SUM_UP = `insert into daily_usage_aggregates (day, people, conversations, answers, credits)
  select (c.created_at at time zone 'UTC')::date, count(distinct c.user_id), count(distinct c.id), count(*), sum(m.credits)
    from conversations c join messages m on m.conversation_id = c.id and m.role = 'specialist'
   where c.created_at < date_trunc('day', $1::timestamptz, 'UTC') - interval '1 day'
   group by 1 having count(distinct c.user_id) >= 10 on conflict (day) do nothing`;

/** What the service itself adds every minute: the days since the last that was summed up. */
export const SUM_UP_LATELY = SUM_UP.replace(
  " group by",
  ` and c.created_at >= coalesce((select max(day)::timestamp at time zone 'UTC' from daily_usage_aggregates), '-infinity')
   group by`,
);
