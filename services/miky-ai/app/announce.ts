/** A new version of the privacy policy is told of before it takes effect: on every page, and on record for each person. */
import { readFile } from "node:fs/promises";
import type { Queries } from "./database.ts";

export interface Version {
  readonly version: string;
  readonly effective: Date;
}

const POLICY = new URL("../policy.en.md", import.meta.url);

/** Of the policy in the service's folder; null where it does not say. */
export async function policyVersion(file: URL = POLICY): Promise<Version | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  const version = /^version: (\S+)$/m.exec(text)?.[1];
  const effective = new Date(/^effective: (\d{4}-\d{2}-\d{2})$/m.exec(text)?.[1] ?? "");
  return version === undefined || Number.isNaN(effective.getTime()) ? null : { version, effective };
}

/** A version that is in force already is announced no more: whoever signs up now has it before their eyes. The number of people told. */
export const announce = async (db: Queries, { version, effective }: Version, now: Date): Promise<number> =>
  now >= effective
    ? 0
    : db.run(
        `insert into policy_notices (user_id, version, channel, sent_at) select id, $1, 'platform', $2 from users u
          where closed_at is null and not exists (select 1 from policy_notices n where n.user_id = u.id and n.version = $1)
         on conflict do nothing`,
        [version, now],
      );
