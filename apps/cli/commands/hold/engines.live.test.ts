/** A legal hold on each engine: what it keeps of a person, what the rows need, what neighbours may do, and what goes when it is lifted. */
import { clubsOn } from "@avow/provision/club";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { sweepRequests } from "@avow/runtime/requests/sweep/desk";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { ADA, BOB, type HeldClub, MESSAGES, startHeldClub } from "./testing/held-club.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a hold on MariaDB is not tried: ${server.missing}`);
const postgresUrl = inject("postgresUrl");
const CLUBS = clubsOn({ postgresUrl, mariaUrl: "missing" in server ? null : server.url });

let at: HeldClub;
const [ada, bob] = ["ada@example.org", "bob@example.org"];

describe.for(CLUBS)("on $engine", (club) => {
  beforeAll(async () => {
    at = await startHeldClub({ postgresUrl, club });
  });
  afterAll(() => at.close());
  beforeEach(() => at.reset());

  test("keeps held rows as they are, of the account what they need, and erases both when it is lifted", async () => {
    const hold = await at.placed(ada);
    const outcome = await at.erased(ada);
    expect(outcome).toMatchObject({ state: "closed" });
    expect(outcome.kept).toContainEqual(
      expect.objectContaining({ collection: "messages", rows: 2, why: "hold", hold }),
    );
    expect(await at.messages()).toEqual(MESSAGES);
    // The name may not be empty, and stays. That she invited Bob is of no class that is held.
    expect(await at.members()).toEqual([
      [BOB, "Bob", "N", null],
      [ADA, "Ada", null, null],
    ]);
    const lifted = await liftHold(at.desk, hold, { reason: "settled", by: "test" });
    if (lifted === null || lifted === "names_person") throw new Error(String(lifted));
    expect(await at.working(lifted.again[0] ?? "")).toMatchObject({ state: "closed" });
    expect(await at.members()).toEqual([[BOB, "Bob", "N", null]]);
    expect(await at.messages()).toEqual([
      ["1", null, BOB, "hello Bob"],
      ["3", BOB, BOB, "mine"],
    ]);
  });

  test("a sweep leaves what is held as it is, also where a neighbour goes who shares it", async () => {
    const hold = await at.placed(ada);
    const asked = [await at.asking(ada), await at.asking(bob)];
    const swept = await sweepRequests(at.desk, {
      ...{ right: "erase", approver: "test", approve: async () => new Set<string>() },
      ...{ requestsMin: 1, requestsMax: 10, approvedOnly: true, tried: true },
    });
    expect(swept?.requests.map((r) => r.outcome.state)).toEqual(["closed", "closed"]);
    expect(await at.messages()).toEqual(MESSAGES.slice(0, 2));
    // Of Bob, who had the first message, too, what says who he is.
    expect(await at.members()).toEqual([
      [BOB, "Bob", null, null],
      [ADA, "Ada", null, null],
    ]);
    const lifted = await liftHold(at.desk, hold, { reason: "settled", by: "test" });
    if (lifted === null || lifted === "names_person") throw new Error(String(lifted));
    expect(lifted.kept.toSorted()).toEqual(asked.toSorted());
    for (const id of lifted.again) expect(await at.working(id)).toMatchObject({ state: "closed" });
    expect([await at.members(), await at.messages()]).toEqual([[], []]);
  });

  test("a neighbour who leaves alone changes nothing of what is held", async () => {
    const hold = await at.placed(ada);
    const outcome = await at.erased(bob);
    expect(outcome).toMatchObject({ state: "closed" });
    expect(outcome.kept).toContainEqual(
      expect.objectContaining({ collection: "messages", rows: 1, why: "hold", hold }),
    );
    expect(await at.messages()).toEqual(MESSAGES.slice(0, 2));
    expect(await at.members()).toEqual([
      [BOB, "Bob", null, ADA],
      [ADA, "Ada", "N", null],
    ]);
  });
});

describe.for(CLUBS)("what a store would do by itself, on $engine", (club) => {
  const points =
    club.engine === "sqlite"
      ? ["alter table messages add column read_by bigint references members(id) on delete set null"]
      : [
          "alter table messages add column read_by bigint",
          "alter table messages add foreign key (read_by) references members(id) on delete set null",
        ];
  const readBy = async () =>
    (await at.store.rows("select id, read_by from messages order by id")).map(([id, by]) => [
      Number(id),
      by === null ? null : String(by),
    ]);
  beforeAll(async () => {
    const map = (text: string): string =>
      text.replace(
        "body: user.content }\n    on_leave",
        "body: user.content, read_by: system }\n    on_leave",
      );
    at = await startHeldClub({ postgresUrl, club, map, also: points });
  });
  afterAll(() => at.close());
  beforeEach(async () => {
    await at.reset();
    await at.store.rows("update messages set recipient = null where id = 1");
    await at.store.rows(`update messages set read_by = ${BOB} where id in (1, 3)`);
  });

  test("a field of a held row that points at whoever is erased stays, alone and in a sweep", async () => {
    const hold = await at.placed(ada);
    const outcome = await at.erased(bob);
    expect(outcome).toMatchObject({ state: "closed" });
    expect(outcome.kept.filter((k) => k.why === "hold")).toEqual([
      expect.objectContaining({ collection: "members", rows: 1, why: "hold", hold }),
    ]);
    const held = [
      [1, BOB],
      [2, null],
    ];
    expect(await readBy()).toEqual(held);
    for (const who of [ada, bob]) await at.asking(who);
    await sweepRequests(at.desk, {
      ...{ right: "erase", approver: "test", approve: async () => new Set<string>() },
      ...{ requestsMin: 1, requestsMax: 10, approvedOnly: true, tried: true },
    });
    expect(await readBy()).toEqual(held);
  });

  test("where nobody is held it is the store's business", async () => {
    expect(await at.erased(bob)).toMatchObject({ state: "closed" });
    expect(await readBy()).toEqual([
      [1, null],
      [2, null],
    ]);
  });
});
