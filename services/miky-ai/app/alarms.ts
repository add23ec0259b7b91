/** Sign-ins that look wrong: several passwords in a row that do not fit one account. Whoever watches the alarms sees it at once. */
import type { Deps } from "./deps.ts";

const WRONG_MAX = 5;
const WINDOW_MS = 15 * 60_000;

/** Once for each row of failures; an address without an account raises nothing, because nothing of it is kept. */
export function signInAlarms(deps: Deps): (account: string) => Promise<void> {
  const wrong = new Map<string, { count: number; sinceMs: number }>();
  return async (account) => {
    const [key, nowMs] = [account.toLowerCase(), deps.now().getTime()];
    const known = wrong.get(key);
    const current =
      known === undefined || nowMs - known.sinceMs > WINDOW_MS ? { count: 0, sinceMs: nowMs } : known;
    current.count += 1;
    wrong.delete(key);
    wrong.set(key, current);
    const oldest = wrong.keys().next();
    if (wrong.size > 10_000 && oldest.done !== true) wrong.delete(oldest.value);
    if (current.count !== WRONG_MAX) return;
    await deps.db.run(
      `insert into alarms (kind, user_id, account, raised_at)
       select 'wrong passwords', u.id, u.email, $2 from users u where lower(u.email) = $1 and u.closed_at is null`,
      [key, deps.now()],
    );
  };
}
