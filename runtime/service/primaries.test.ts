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
  const { issues, unwritable } = await primariesOf({ app: arrayStore([]) }, { app: eraser });
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

/** Which of the two addresses requests read through. */
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
