/** The club on an engine, whose policy lets it hold messages, and what its staff do there. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClubOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { placeHold } from "@avow/runtime/requests/holds/place";
import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import { ENVIRONMENT } from "../../../testing/environment.ts";
import { openedDesk } from "../../../testing/opened-desk.ts";
import { runningCli } from "../../../testing/run.ts";

const HOLDING = `${POLICY}
We keep messages where a legal claim needs them.

\`\`\`commit
- id: claims
  retain: message
  for: needed
  keeps: { why: hold, reason: legal claims }
\`\`\`
`;

export const [ADA, BOB] = ["9007199254740993", "9007199254740992"];
export const MESSAGES = [
  ["1", ADA, BOB, "hello Bob"],
  ["2", ADA, null, "note to self"],
  ["3", BOB, BOB, "mine"],
];

const named = (address: string) => [{ namespace: "email", value: address }];

interface Given {
  /** An administrator's. */
  readonly postgresUrl: string;
  readonly club: ClubOn;
  /** Other than the club's. */
  readonly map?: (text: string) => string;
  /** Run on the empty store. */
  readonly also?: readonly string[];
}

export async function startHeldClub({ postgresUrl, club, map = (text) => text, also = [] }: Given) {
  const folder = await mkdtemp(join(tmpdir(), "avow-hold-"));
  const state = await freshDatabase(postgresUrl, "hold_state");
  const store = await club.start(folder);
  for (const sql of ["alter table members add column nick varchar(50)", ...also]) await store.rows(sql);
  const withNick = mapOf(club.engine).replace(
    "invited_by: user.unique_id",
    "invited_by: user.unique_id, nick: user.name",
  );
  await writeFile(join(folder, "policy.en.md"), HOLDING);
  await writeFile(join(folder, "app.yaml"), map(withNick));
  await writeFile(
    join(folder, "avow.yaml"),
    `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${club.engine}, readUrl: env:APP_URL, eraseUrl: env:APP_URL } }\nstate: env:STATE_URL\n`,
  );
  const env = {
    ...{ ...ENVIRONMENT, AVOW_HOME: join(folder, ".avow") },
    ...{ APP_URL: store.url, STATE_URL: state.url },
  };
  const bound = await runningCli({ folder, env }, ["bind", "--yes"]);
  if (bound.code !== 0) throw new Error(bound.out + bound.err);
  const { desk, service } = await openedDesk({ folder, env });

  const texts = async (sql: string): Promise<(string | null)[][]> =>
    (await store.rows(sql)).map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  const asking = async (address: string): Promise<string> => {
    const asked = { right: "erase", via: "cli", approvedBy: "test", identities: named(address) };
    return (await openRequest(desk, asked)).id;
  };
  const working = async (id: string): Promise<RequestOutcome> => {
    const ran = await workOn(desk, id, { approver: "test", approve: async () => true });
    if (ran.busy || ran.outcome === null) throw new Error("it did not run");
    return ran.outcome;
  };
  return {
    ...{ store, desk, asking, working },
    avow: (...args: readonly string[]) => runningCli({ folder, env }, args),
    members: () => texts("select id, name, nick, invited_by from members order by id"),
    messages: () => texts("select id, sender, recipient, body from messages order by id"),
    erased: async (address: string) => working(await asking(address)),
    async placed(address: string): Promise<string> {
      const done = await placeHold(desk, {
        identities: named(address),
        grounds: [{ commitment: "claims", classes: ["message"] }],
        ...{ reason: "case 7", owner: "legal", by: "test", review: new Date(Date.now() + 86_400_000) },
      });
      if (typeof done === "string") throw new Error(done);
      return done.hold;
    },
    /** The rows as they were at first, and nobody held. */
    async reset(): Promise<void> {
      await store.reset();
      await store.rows("update members set nick = 'N'");
      await desk.db.deleteFrom("holds").execute();
    },
    async close(): Promise<void> {
      await service.close();
      await store.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export type HeldClub = Awaited<ReturnType<typeof startHeldClub>>;
