/** Whether somebody has limited the use of their data: then it is kept, and nothing else is done with it. */
import type { Deps } from "./deps.ts";

/** Asked anew before each use. Without an answer nobody knows, and nothing is used. */
export async function isLimited(deps: Pick<Deps, "rights">, userId: string): Promise<boolean> {
  if (deps.rights === null) return false;
  const answer = await deps.rights.restricted({ user_id: userId });
  return !answer.ok || answer.value;
}

export const LIMITED = "you have limited the use of your data, or we can not find out: see the settings";
