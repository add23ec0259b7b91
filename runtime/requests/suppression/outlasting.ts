/**
 * Names outlast their time where a hold may have kept a row that a backup brought back (spec/holds.md): until a look that began after the last
 * hold was lifted has gone through everything, nobody else would come for that row.
 */
import { type RawBuilder, sql } from "kysely";

/** As a condition in SQL. */
export const outlasting = (service: string): RawBuilder<boolean> => sql<boolean>`exists (
  select from holds h where h.service = ${service} and (h.lifted_at is null or not exists (
    select from suppression_runs r where r.service = h.service and r.state = 'done' and r.started_at > h.lifted_at)))`;
