/** What publishing a policy leaves in the log: call it in the transaction that freezes the version. */
import type { Database } from "../store/database.ts";
import type { Appender } from "./append.ts";

export interface PublishedPolicy {
  readonly version: string;
  /** Of the resolved model. */
  readonly hash: string;
  /** ISO 8601, or null where the policy says `unknown`. */
  readonly effective: string | null;
  /** SHA-256 of each document as it was published, by file. */
  readonly documents: Readonly<Record<string, string>>;
  /** The version that it replaces. */
  readonly replaces: string | null;
}

/** Gives the entry's id, from which the receipt of the publication is made. */
export async function policyPublished(log: Appender, tx: Database, policy: PublishedPolicy): Promise<string> {
  const body = { event: "policy.published", ...policy };
  const [id] = await log.append(tx, [{ type: "policy", subject: "service", body }]);
  if (id === undefined) throw new Error("an append gives an id for each entry");
  return id;
}
