/** A unique identity that somebody else has is given to nobody, in whatever letters it is written there. */
import { expect, inject, test } from "vitest";
import { postgres } from "./testing/engines.ts";
import { correctedWhile } from "./testing/moving.ts";

const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id, badge: badge }
    fields: { id: user.unique_id, badge: user.unique_id }
  profiles:
    class: account
    person: { badge: badge }
    fields: { id: system, badge: user.unique_id }
`;

const ADA = "a1b2c3d4-0000-4000-8000-00000000000a";
const BOB = "a1b2c3d4-0000-4000-8000-00000000000b";
const MIXED = "A1b2C3d4-0000-4000-8000-00000000000b";

test.each([BOB.toUpperCase(), MIXED])(
  "a UUID that stands as `%s` with somebody else is not given to a second person",
  async (theirs) => {
    const before = [
      [["1", ADA]],
      [
        ["1", ADA],
        ["2", theirs],
      ],
    ];
    const { outcome, rows } = await correctedWhile(await postgres(inject("postgresUrl")), {
      map: MAP,
      layout: [
        "create table members (id int primary key, badge uuid)",
        "create table profiles (id int primary key, badge text)",
        `insert into members values (1, '${ADA}')`,
        `insert into profiles values (1, '${ADA}'), (2, '${theirs}')`,
      ],
      ...{ at: "intended", does: [], set: { field: "members.badge", value: BOB } },
      tables: ["members", "profiles"],
    });
    expect(outcome.state).toBe("ambiguous_identity");
    expect(outcome.notes.join()).toContain("somebody else in `profiles`");
    expect(rows).toEqual(before);
  },
);
