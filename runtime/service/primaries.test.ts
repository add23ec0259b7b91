/** Stores that take no changes: judged when a service is opened, and again each time somebody asks. */
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { Connector } from "../connector-kit/contract.ts";
import { primariesOf } from "./primaries.ts";

type Answer = Awaited<ReturnType<Connector["probe"]>>;

const said = (readOnly: boolean): Answer => ({
  ok: true,
  value: { reachable: true, version: "1", encryptedInTransit: true, readOnly },
});
const ANSWERS = {
  away: { ok: false, error: "unreachable", retryable: true, reason: "nobody answers" },
  standby: said(true),
  primary: said(false),
} as const satisfies Record<string, Answer>;

test.each<{ answers: (keyof typeof ANSWERS)[]; atFirst: number; later: number[] }>([
  { answers: ["standby", "standby", "primary"], atFirst: 1, later: [1, 0] },
  { answers: ["away", "standby", "away", "primary", "standby"], atFirst: 0, later: [1, 0, 0, 1] },
  // One that was written to is not asked again.
  { answers: ["primary", "standby"], atFirst: 0, later: [0] },
])("$answers: $atFirst refuse when it is opened, then $later", async ({ answers, atFirst, later }) => {
  const left = [...answers];
  const eraser: Connector = {
    ...arrayStore([]),
    probe: async () => ANSWERS[must(left.shift(), "no more is asked than has an answer")],
  };
  const { issues, unwritable } = await primariesOf({ app: answering(undefined) }, { app: eraser });
  expect(issues).toHaveLength(atFirst);
  for (const number of later) {
    const now = await unwritable();
    expect(now).toHaveLength(number);
    for (const issue of now) expect(issue.message).toContain("`app` takes no changes");
  }
});

const answering = (server: string | undefined, copy?: true): Connector => ({
  ...arrayStore([]),
  probe: async () => ({
    ok: true,
    value: {
      ...{ reachable: true, version: "1", encryptedInTransit: true, readOnly: false },
      ...(server === undefined ? {} : { server }),
      ...(copy === undefined ? {} : { copy }),
    },
  }),
});
const silent: Connector = { ...arrayStore([]), probe: async () => ANSWERS.away };

/** Which of the two addresses the schema is read through when a service is opened. */
test.each([
  ["the same server", answering("one"), answering("one"), "reader"],
  ["two servers of which neither is a copy", answering("one"), answering("two"), "eraser"],
  ["a copy", answering("one", true), answering("one"), "eraser"],
  ["servers that can not tell", answering(undefined), answering(undefined), "reader"],
  ["an erasing address that does not answer", answering("one"), silent, "reader"],
  ["a reading address that does not answer", silent, answering("one"), "reader"],
] as const)("%s", async (_, reader, eraser, which) => {
  const { stores } = await primariesOf({ app: reader }, { app: eraser });
  expect(stores["app"]?.reader).toBe({ reader, eraser }[which]);
});

/** One of the two addresses did not answer when the service was opened. */
test.each<{
  what: string;
  reader: readonly Connector[];
  eraser: readonly Connector[];
  through: readonly ("reader" | "eraser")[];
}>([
  {
    what: "the eraser, and the reader is a replica that was promoted",
    reader: [answering("one")],
    eraser: [silent, answering("two"), silent],
    through: ["reader", "eraser", "eraser"],
  },
  {
    what: "the eraser, still not, and then it is the same server",
    reader: [answering("one")],
    eraser: [silent, silent, answering("one"), silent],
    through: ["reader", "eraser", "reader", "reader"],
  },
  {
    what: "the reader, and it is a replica that was promoted",
    reader: [silent, silent, answering("two"), silent],
    eraser: [answering("one")],
    through: ["reader", "reader", "eraser", "eraser"],
  },
  {
    what: "the reader, and it is a copy",
    reader: [silent, answering("two", true)],
    eraser: [answering("one")],
    through: ["reader", "eraser"],
  },
])("chosen again before each request until both have said who they are: $what", async (given) => {
  const [reader, eraser] = [inTurn(given.reader), inTurn(given.eraser)];
  const { stores, unwritable } = await primariesOf({ app: reader }, { app: eraser });
  for (const [i, which] of given.through.entries()) {
    if (i > 0) expect(await unwritable()).toEqual([]);
    expect(stores["app"]?.reader).toBe({ reader, eraser }[which]);
  }
});

/** Answers as each of them in turn, and as the last one from then on. */
function inTurn(all: readonly Connector[]): Connector {
  let n = 0;
  return {
    ...arrayStore([]),
    probe: () => {
      n += 1;
      return must(all[Math.min(n, all.length) - 1], "there is one").probe();
    },
  };
}

test("of two requests at once the one that hears of both last changes nothing any more", async () => {
  const late = Promise.withResolvers<Answer>();
  const eraser = answering("one");
  const answers = [Promise.resolve<Answer>(ANSWERS.away), late.promise];
  const waiting: Connector = { ...eraser, probe: () => answers.shift() ?? eraser.probe() };
  const reader = answering("one");
  const { stores, unwritable } = await primariesOf({ app: reader }, { app: waiting });
  const first = unwritable();
  await unwritable();
  expect(stores["app"]?.reader).toBe(reader);
  late.resolve(ANSWERS.away);
  await first;
  expect(stores["app"]?.reader).toBe(reader);
});
