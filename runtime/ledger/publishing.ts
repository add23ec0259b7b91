/** What publishing a policy leaves in the log. The pages are files, so it is intent, act and outcome, like an act in another system. */
import type { Database } from "../store/database.ts";
import type { Appender } from "./append.ts";

export interface PublishedPolicy {
  readonly version: string;
  /** Of the resolved model. */
  readonly hash: string;
  /** As the policy says it; it may be `unknown`. */
  readonly effective: string;
  /** SHA-256 of each document's source, by file. */
  readonly documents: Readonly<Record<string, string>>;
}

/** Writes the intent, publishes, writes the outcome. Gives the act's result and the id of the outcome's entry. */
export async function recorded<T extends { readonly outcome: string }>(
  { log, db }: { readonly log: Appender; readonly db: Database },
  policy: PublishedPolicy,
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly entry: string }> {
  const write = async (event: string): Promise<string> => {
    const body = { event, ...policy };
    const [id = ""] = await db
      .transaction()
      .execute((tx) => log.append(tx, [{ type: "policy", subject: "service", body }]));
    return id;
  };
  await write("policy.publishing");
  const result = await act();
  return { result, entry: await write(`policy.${result.outcome}`) };
}
