/** Somebody whose only identity is an address, which the application changes without any request: who is held stays so (spec/holds.md). */
import { type ClubOn, clubsOn } from "@avow/provision/club";
import { followHolds } from "@avow/runtime/requests/holds/follow";
import { holdsOf } from "@avow/runtime/requests/holds/in-effect";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { countLostHolds } from "@avow/runtime/requests/holds/lost";
import { openSealed } from "@avow/runtime/requests/holds/sealed";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { ADA, BOB, type HeldClub, MESSAGES, startHeldClub } from "./testing/held-club.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a hold on MariaDB is not tried: ${server.missing}`);
const postgresUrl = inject("postgresUrl");
const CLUBS = clubsOn({ postgresUrl, mariaUrl: "missing" in server ? null : server.url });

/** Six processes, one after another. */
const SEVERAL_LIVES_MS = 300_000;

let at: HeldClub;
const [ada, bob, other] = ["ada@example.org", "bob@example.org", "l@example.org"];
const moves = (to = `'${other}'`) => at.store.rows(`update members set email = ${to} where id = ${ADA}`);

const starting = (club: ClubOn) => async (): Promise<void> => {
  const map = (text: string): string => text.replace("member_id: id, email: email", "email: email");
  at = await startHeldClub({ postgresUrl, club, map });
};

describe.for(CLUBS)("what is kept, on $engine", (club) => {
  beforeAll(starting(club));
  afterAll(() => at.close());
  beforeEach(() => at.reset());

  test("an erasure by the new address keeps what is held", async () => {
    const hold = await at.placed(ada);
    await moves();
    const outcome = await at.erased(other);
    expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "messages", rows: 2, hold }));
    expect(await at.messages()).toEqual(MESSAGES);
  });

  test("what an erasure owes is erased by the new address when the hold is lifted", async () => {
    const hold = await at.placed(ada);
    await at.erased(ada);
    expect(await at.messages()).toEqual(MESSAGES);
    await moves();
    await at.store.rows(`update members set email = '${ada}' where id = ${BOB}`);
    const lifted = await liftHold(at.desk, hold, { reason: "settled", by: "test" });
    if (lifted === null || lifted === "names_person") throw new Error(String(lifted));
    expect(await at.working(lifted.again[0] ?? "")).toMatchObject({ state: "closed" });
    expect((await at.members()).map(([id]) => id)).toEqual([BOB]);
    expect(await at.messages()).toEqual([
      ["1", null, BOB, "hello Bob"],
      ["3", BOB, BOB, "mine"],
    ]);
  });

  test("whoever has the old address by now is erased as they asked when the hold is lifted, and the held person is not", async () => {
    const hold = await at.placed(ada);
    await moves();
    await at.store.rows(`update members set email = '${ada}' where id = ${BOB}`);
    expect((await at.erased(ada)).kept).toContainEqual(expect.objectContaining({ hold }));
    expect((await at.members()).map(([id]) => id)).toEqual([BOB, ADA]);
    const lifted = await liftHold(at.desk, hold, { reason: "settled", by: "test" });
    if (lifted === null || lifted === "names_person") throw new Error(String(lifted));
    expect(lifted.again).toHaveLength(1);
    expect(await at.working(lifted.again[0] ?? "")).toMatchObject({ state: "closed" });
    expect((await at.members()).map(([id]) => id)).toEqual([ADA]);
    expect(await at.messages()).toContainEqual(MESSAGES[1]);
  });

  test("what the held person shares with others is found without any address", async () => {
    const hold = await at.placed(ada);
    await moves("null");
    const outcome = await at.erased(bob);
    expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "messages", rows: 1, hold }));
    expect(await at.messages()).toEqual(MESSAGES.slice(0, 2));
  });
});

describe.for(CLUBS)("what a hold knows, on $engine", (club) => {
  beforeAll(starting(club));
  afterAll(() => at.close());
  beforeEach(() => at.reset());

  test("nobody is asked to destroy by hand what is kept of whoever is called otherwise by now", async () => {
    const hold = await at.placed(ada);
    await moves();
    const effect = await holdsOf(at.desk).inEffect();
    const on = await effect.onNamed([{ namespace: "email", value: other }]);
    expect(on.map((h) => h.id)).toEqual([hold]);
    expect(await effect.onNamed([{ namespace: "email", value: bob }])).toEqual([]);
  });

  test("the new address is learned, and an old one that is somebody else's by now tells nothing", async () => {
    const hold = await at.placed(ada);
    await moves();
    await at.store.rows(`update members set email = '${ada}' where id = ${BOB}`);
    // He may be meant, and is not erased.
    const outcome = await at.erased(ada);
    expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "messages", rows: 2, hold }));
    expect(await followHolds(at.desk)).toBe(1);
    expect(await followHolds(at.desk)).toBe(0);
    const { identities, accounts } = await sealedOf(hold);
    expect(identities.map((i) => i.value).toSorted()).toEqual([ada, other].toSorted());
    expect(accounts?.map((a) => a.key)).toEqual([[ADA]]);
  });

  test(
    "a hold that finds nobody any more says so, until somebody is found again",
    async () => {
      const hold = await at.placed(ada);
      await at.store.rows(`update members set id = 7, email = '${other}' where id = ${ADA}`);
      const listed = async () => JSON.parse((await at.avow("hold", "list", "--json")).out).holds;
      expect(await listed()).toMatchObject([{ hold, person: "lost", lostSince: expect.any(String) }]);
      expect((await at.avow("hold", "list")).out).toContain("in effect, NOBODY FOUND since 2");
      expect(await countLostHolds(at.desk, "club")).toBe(1);
      const said =
        "1 legal hold finds nobody any more, neither the account nor an address: `avow hold list`\n";
      expect((await at.avow("verify", "--no-history")).err).toBe(said);
      const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
      expect((await at.avow("hold", "review", hold, "--review", day)).err).toContain(
        "nobody is found by it any more",
      );
      await at.store.rows(`update members set email = '${ada}' where id = 7`);
      expect(await listed()).toMatchObject([{ hold, person: "found", lostSince: null }]);
      expect(await countLostHolds(at.desk, "club")).toBe(0);
    },
    SEVERAL_LIVES_MS,
  );
});

async function sealedOf(hold: string) {
  const row = await at.desk.db
    .selectFrom("holds")
    .select("sealed")
    .where("id", "=", hold)
    .executeTakeFirstOrThrow();
  return openSealed(at.desk, hold, row.sealed);
}
