/** A legal hold on each engine: what it keeps of a person, what the rows need, what neighbours may do, and what goes when it is lifted. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Club, type ClubOn, clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { sweepRequests } from "@avow/runtime/requests/sweep/desk";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";

const HOLDING = `${POLICY}
We keep messages where a legal claim needs them.

\`\`\`commit
- id: claims
  retain: message
  for: needed
  keeps: { why: hold, reason: legal claims }
\`\`\`
`;

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a hold on MariaDB is not tried: ${server.missing}`);
const CLUBS = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});
const [ADA, BOB] = ["9007199254740993", "9007199254740992"];

let folder: string;
let store: Club;
let state: { url: string; drop: () => Promise<void> };
let opened: OpenDesk;

async function open({ engine, start }: ClubOn): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "avow-hold-"));
  state = await freshDatabase(inject("postgresUrl"), "hold_state");
  store = await start(folder);
  const map = mapOf(engine).replace(
    "invited_by: user.unique_id",
    "invited_by: user.unique_id, nick: user.name",
  );
  await store.rows("alter table members add column nick varchar(50)");
  await writeFile(join(folder, "policy.en.md"), HOLDING);
  await writeFile(join(folder, "app.yaml"), map);
  await writeFile(
    join(folder, "avow.yaml"),
    `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${engine}, readUrl: env:APP_URL, eraseUrl: env:APP_URL } }\nstate: env:STATE_URL\n`,
  );
  const env = {
    ...{ PATH: process.env["PATH"] ?? "", AVOW_HOME: join(folder, ".avow") },
    ...{ APP_URL: store.url, STATE_URL: state.url },
  };
  const bound = await runningCli({ folder, env }, ["bind", "--yes"]);
  expect(bound.code, bound.out + bound.err).toBe(0);
  const made = await openDesk(folder, {
    ...{ env, now: () => new Date(), onLog: () => {}, connectors: CONNECTORS },
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  opened = made.value;
}

async function close(): Promise<void> {
  await opened.service.close();
  await store.drop();
  await state.drop();
  await rm(folder, { recursive: true });
}

const texts = async (sql: string): Promise<(string | null)[][]> =>
  (await store.rows(sql)).map((row) => row.map((cell) => (cell === null ? null : String(cell))));
const members = () => texts("select id, name, nick, invited_by from members order by id");
const messages = () => texts("select id, sender, recipient, body from messages order by id");
const MESSAGES = [
  ["1", ADA, BOB, "hello Bob"],
  ["2", ADA, null, "note to self"],
  ["3", BOB, BOB, "mine"],
];

const placed = async (who: string): Promise<string> => {
  const done = await placeHold(opened.desk, {
    identities: [{ namespace: "email", value: `${who}@example.org` }],
    grounds: [{ commitment: "claims", classes: ["message"] }],
    ...{ reason: "case 7", owner: "legal", by: "test", review: new Date(Date.now() + 86_400_000) },
  });
  if (typeof done === "string") throw new Error(done);
  return done.hold;
};
const asking = async (who: string): Promise<string> => {
  const identities = [{ namespace: "email", value: `${who}@example.org` }];
  const asked = { right: "erase", via: "cli", approvedBy: "test", identities };
  return (await openRequest(opened.desk, asked)).id;
};
const working = async (id: string) => {
  const ran = await workOn(opened.desk, id, { approver: "test", approve: async () => true });
  if (ran.busy) throw new Error("busy");
  return ran.outcome;
};

describe.for(CLUBS)("on $engine", (club) => {
  beforeAll(() => open(club));
  afterAll(close);
  beforeEach(async () => {
    await store.reset();
    await store.rows("update members set nick = 'N'");
  });

  test("keeps held rows as they are, of the account what they need, and erases both when it is lifted", async () => {
    const hold = await placed("ada");
    const outcome = await working(await asking("ada"));
    expect(outcome).toMatchObject({ state: "closed" });
    expect(outcome.kept).toContainEqual(
      expect.objectContaining({ collection: "messages", rows: 2, why: "hold", hold }),
    );
    expect(await messages()).toEqual(MESSAGES);
    // The name may not be empty, and stays. That she invited Bob is of no class that is held.
    expect(await members()).toEqual([
      [BOB, "Bob", "N", null],
      [ADA, "Ada", null, null],
    ]);
    const lifted = await liftHold(opened.desk, hold, { reason: "settled", by: "test" });
    if (lifted === null || lifted === "names_person") throw new Error(String(lifted));
    expect(await working(lifted.again[0] ?? "")).toMatchObject({ state: "closed" });
    expect(await members()).toEqual([[BOB, "Bob", "N", null]]);
    expect(await messages()).toEqual([
      ["1", null, BOB, "hello Bob"],
      ["3", BOB, BOB, "mine"],
    ]);
  });

  test("a sweep leaves what is held, and a neighbour who goes leaves the held row", async () => {
    const hold = await placed("ada");
    for (const who of ["ada", "bob"]) await asking(who);
    const swept = await sweepRequests(opened.desk, {
      ...{ right: "erase", approver: "test", approve: async () => new Set<string>() },
      ...{ requestsMin: 1, requestsMax: 10, approvedOnly: true, tried: true },
    });
    expect(swept?.requests.map((r) => r.outcome.state)).toEqual(["closed", "closed"]);
    expect(await messages()).toEqual([
      ["1", ADA, null, "hello Bob"],
      ["2", ADA, null, "note to self"],
    ]);
    expect((await members()).map((row) => row[0])).toEqual([ADA]);
    await liftHold(opened.desk, hold, { reason: "settled", by: "test" });
  });
});
