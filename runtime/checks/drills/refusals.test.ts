/** Drills of what holds at once, beside rows that the service writes: `complain`, `opt-out`, `deidentified`. */

import { authoritiesOf } from "@avow/core/commitments/at-once";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import type { DrillAdapter } from "../drill-adapter.ts";
import { rowsIn } from "../measures/testing/rows-in.ts";
import { drillsFor } from "./index.ts";
import type { Stage, Verdict } from "./stage.ts";

const MAP = `store: app
connector: postgres
collections:
  people: { class: account, key: [id], person: { email: email }, fields: { id: system, email: user.contact.email } }
  answers:
    class: account
    owner: who -> people.id
    consents: { purpose: purpose, given: given, at: at, by: by }
    fields: { who: user.unique_id, purpose: system, given: system, at: system, by: system }
  uses:
    class: account
    owner: who -> people.id
    uses: { purpose: purpose, at: at }
    fields: { who: user.unique_id, purpose: system, at: system }
  lessons: { class: system, key: [id], deidentified: { of: [account], for: [training] }, fields: { id: system, text: system } }
`;
const mapOf = (text: string) => must(readDataMap([{ file: "app.yaml", text }]).value, "sound");
const MAPPED = mapOf(MAP);
const policyOf = (
  blocks: string,
  purposes = "{ sale: [third_party_sharing], training: [train_ai_system] }",
) => {
  const text = `---
service: notes
version: 1
effective: 2025-01-01
locale: en
controller: { name: Notes }
jurisdictions: [EU, SM, US-CA]
classes: { account: [user.contact] }
purposes: ${purposes}
---
# Privacy

Rights.

\`\`\`commit
${blocks}
\`\`\`
`;
  const compiled = compilePolicy({ file: "policy.md", text, lock: null, kinds });
  return must(compiled.value, JSON.stringify(compiled.issues));
};
const RIGHTS = `- { id: refuse, right: opt-out, ways: [settings, email], in: US-CA }
- { id: tell, right: complain, ways: form, to: authority, in: [SM, US-CA] }`;

const TOKEN = "canary0";
const NOW = new Date("2026-06-01T12:00:00.000Z");
type Row = Readonly<Record<string, string | null>>;
type World = Record<"people" | "answers" | "uses" | "lessons", Row[]> & {
  searched: number;
  waitMsMax?: number;
  signal?: AbortSignal;
};
const world = (): World => ({
  people: [{ id: "7", email: `${TOKEN}@x.example` }],
  ...{ answers: [], uses: [], lessons: [] },
  searched: 0,
});

const never = async (): Promise<never> => Promise.reject(new Error("not asked for in this test"));
const BARE: DrillAdapter = {
  ...{ signUp: never, signIn: never, populate: never, archive: never, cleanup: never },
  ...{ requestRight: never, status: never },
};

function run(
  name: string,
  w: World,
  acts: Partial<DrillAdapter>,
  policy = policyOf(RIGHTS),
  map = MAPPED,
): Promise<Verdict> {
  const adapter = { ...BARE, ...acts };
  const drill = must(
    drillsFor(adapter).find((d) => d.name === name),
    name,
  );
  const store: Pick<Connector, "describe" | "search" | "read" | "count"> = {
    ...rowsIn({ people: w.people, answers: w.answers, uses: w.uses, lessons: w.lessons }),
    describe: async () => ({
      ok: true,
      value: {
        collections: [
          {
            ...{ name: "lessons", rowsEstimate: null, primaryKey: ["id"], uniques: [], foreignKeys: [] },
            ...{ indexes: [], fields: [{ name: "text", type: "text", nullable: true, generated: false }] },
          },
        ],
      },
    }),
    search: async ({ pattern }) => {
      w.searched += 1;
      const hits = w.lessons.flatMap((row) =>
        new RegExp(pattern).test(row["text"] ?? "") ? [{ field: "text", key: ["1"], value: "" }] : [],
      );
      return { ok: true, value: { examined: 1, population: 1, partial: false, hits } };
    },
  };
  const stage: Stage = {
    ...{ adapter, base: "http://127.0.0.1:1", map, policy, token: TOKEN, session: 1, traces: new Map() },
    readers: { app: Object.assign<Connector, object>(Object.create(null), store) },
    identities: { email: `${TOKEN}@x.example` },
    ...{ now: () => NOW, onStep: () => undefined, waitMsMax: w.waitMsMax ?? 10 },
    ...(w.signal === undefined ? {} : { signal: w.signal }),
  };
  return drill.run(stage);
}

test("complain: each place is told its own authority and no other", async () => {
  const names: Readonly<Record<string, string>> = {
    SM: "the Data Protection  Authority of San Marino",
    "US-CA": "California Privacy Protection Agency",
  };
  const asked: string[] = [];
  const right = async (_base: string, place: string) => {
    asked.push(place);
    return `You can complain to ${names[place]}.`;
  };
  expect(await run("complain", world(), { authority: right })).toEqual({
    passed: true,
    detail: "the authority of each of 2 places is named to whoever is there",
  });
  expect(asked.sort()).toEqual(["SM", "US-CA"]);
  const silent = {
    authority: async (_base: string, place: string) => (place === "SM" ? "" : (names[place] ?? "")),
  };
  expect((await run("complain", world(), silent)).detail).toBe(
    "for `SM` the page does not name `Data Protection Authority of San Marino`",
  );
  const all = { authority: async () => Object.values(names).join(", ") };
  expect((await run("complain", world(), all)).detail).toContain("names the authority of");
  const none = policyOf("- { id: refuse, right: opt-out, ways: settings }");
  expect(await run("complain", world(), all, none)).toMatchObject({ passed: false, unseen: true });
});

test("complain: a union stands for its countries, and a state does not stand for its country", () => {
  const places = (where: string) => {
    const policy = policyOf(`- { id: tell, right: complain, ways: form, to: authority, in: ${where} }`);
    return policy.commitments.flatMap((c) => authoritiesOf(c, policy, NOW)).map((a) => a.place);
  };
  expect(places("EU")).toContain("DE");
  expect(places("EU")).not.toContain("EU");
  expect(places("EU")).toHaveLength(27);
  expect(places("US-CA")).toEqual(["US-CA"]);
  expect(places("US")).toContain("US");
});

/** A service that writes answers down as it should, but for what a test changes. */
function seller(
  w: World,
  change: { readonly deaf?: string; readonly dearer?: boolean; readonly sells?: boolean } = {},
) {
  let minute = 0;
  const acts: Partial<DrillAdapter> = {
    optOutWays: ["settings", "signal"],
    async optOut(_base, _session, { way, back }) {
      if (way === change.deaf && !back) return;
      minute += 1;
      const at = new Date(NOW.getTime() + minute * 60_000).toISOString();
      w.answers.push({ who: "7", purpose: "sale", given: String(back), at, by: way });
      if (change.sells === true && !back) w.uses.push({ who: "7", purpose: "sale", at });
    },
    served: async (_base, _session, canary) => {
      if (canary.token === TOKEN) throw new Error("each question needs a token of its own");
      return change.dearer === true && w.answers.at(-1)?.["given"] === "false" ? "2 credits" : "1 credit";
    },
  };
  return acts;
}

test("opt-out: by each way and by the browser's signal it is on record, nothing is sold, and the service stays the same", async () => {
  const w = world();
  expect(await run("opt-out", w, seller(w))).toEqual({
    passed: true,
    detail:
      "a no to a sale by settings and signal was on record at once, and answers and prices stayed the same",
  });
  const tried = async (change: Parameters<typeof seller>[1]) => {
    const other = world();
    return (await run("opt-out", other, seller(other, change))).detail;
  };
  expect(await tried({ deaf: "settings" })).toBe("a no to `sale` by settings is not on record");
  expect(await tried({ deaf: "signal" })).toBe("a no to `sale` by signal is not on record");
  expect(await tried({ sells: true })).toBe("the canary's data was used for `sale`");
  expect(await tried({ dearer: true })).toContain("the service is not what it was");
  const nothing = policyOf(
    "- { id: refuse, right: opt-out, ways: settings }",
    "{ training: [train_ai_system] }",
  );
  expect(await run("opt-out", world(), seller(world()), nothing)).toEqual({
    ...{ passed: false, unseen: true, detail: "the policy names no purpose that is a sale" },
  });
  // Where no law speaks of a signal, the ways of the policy are all.
  const here = policyOf("- { id: refuse, right: opt-out, ways: settings, in: SM }");
  const own = world();
  expect((await run("opt-out", own, seller(own, { deaf: "signal" }), here)).passed).toBe(true);
});

test("opt-out: a service that shows nothing, uses on no record, and words that tell no from yes nowhere are not seen, or not a no", async () => {
  const tried = async (acts: (w: World) => Partial<DrillAdapter>, map = MAPPED) => {
    const w = world();
    return run("opt-out", w, { ...seller(w), ...acts(w) }, policyOf(RIGHTS), map);
  };
  expect(await tried(() => ({ served: async () => " " }))).toEqual({
    ...{ passed: false, unseen: true, detail: "the service showed no answer and no price" },
  });
  const bare = mapOf(MAP.replace("    uses: { purpose: purpose, at: at }\n", ""));
  expect(await tried(() => ({}), bare)).toEqual({
    ...{ passed: false, unseen: true, detail: "no collection of uses names the canary" },
  });
  let minute = 0;
  /** Writes answers in words of its own; null: none. */
  const worded = (yes: string | null, no: string | null) => (w: World) => ({
    optOut: async (_base: string, _session: unknown, { back }: { readonly back: boolean }) => {
      minute += 1;
      const given = back ? yes : no;
      const at = new Date(NOW.getTime() + minute * 60_000).toISOString();
      if (given !== null) w.answers.push({ who: "7", purpose: "sale", given, at, by: "settings" });
    },
  });
  expect((await tried(worded("granted", "refused"))).passed).toBe(true);
  for (const no of ["granted", null])
    expect((await tried(worded("granted", no))).detail).toContain("does not tell a no by settings from");
  expect((await tried(worded("yes", null))).detail).toBe("a no to `sale` by settings is not on record");
  // The signal's no is the one of the settings, still there, because nobody took that back.
  expect(await tried(worded(null, "false"))).toMatchObject({
    unseen: true,
    detail: "what is on record of `sale` does not tell a no by signal from what was there before it",
  });
  expect((await tried(worded(null, "refused"))).unseen).toBe(true);
});

test("opt-out: of a commitment without one way that was tried nothing is seen, and ways aside are named", async () => {
  const two = (ways: string) =>
    policyOf(`- { id: refuse, right: opt-out, ways: [settings, email], in: SM }
- { id: elsewhere, right: opt-out, ways: ${ways}, in: SM }`);
  const tried = (ways: string) => {
    const w = world();
    return run("opt-out", w, seller(w), two(ways));
  };
  expect(await tried("[app, email]")).toEqual({
    ...{ passed: false, unseen: true, detail: "the service has none of the ways of `elsewhere`" },
  });
  expect(await tried("[settings, app]")).toMatchObject({
    passed: true,
    detail: expect.stringMatching(/by settings was .*; the way by app was not drilled$/),
  });
  // No drill goes by letters: that is the judgement's to say.
  expect((await tried("[email]")).passed).toBe(true);
  const w = world();
  const none = await run("opt-out", w, seller(w), policyOf("- { id: x, right: opt-out, ways: app, in: SM }"));
  expect(none).toMatchObject({ unseen: true, detail: "the service has none of the ways to refuse a sale" });
});

/** A service that heeds a no by the ways that are not `deaf`, and uses data as soon as it may. */
function chooser(
  w: World,
  choices: NonNullable<DrillAdapter["choices"]>,
  deaf?: string,
): Partial<DrillAdapter> {
  const wants = new Set<string>();
  return {
    choices,
    async choose(_base, _session, _canary, { purpose, yes, way }) {
      if (yes) wants.add(purpose);
      else if (way !== deaf) wants.delete(purpose);
    },
    async process(_base, _session, _canary, purpose) {
      if (wants.has(purpose)) w.uses.push({ who: "7", purpose, at: NOW.toISOString() });
    },
  };
}

test("withdraw: a way that nobody could try is not one that works", async () => {
  const purposes = "{ news: [marketing.communications.email], statistics: [analytics] }";
  const consents = (more: string) =>
    policyOf(
      `- { id: news, consent: news, withdraw: [settings, email] }
- { id: counts, consent: statistics, opt: out, withdraw: settings }
${more}`,
      purposes,
    );
  const both = ["news", "statistics"].map((purpose) => ({ purpose, ways: ["settings"] }));
  const tried = (more: string, choices = both, deaf?: string) => {
    const w = world();
    return run("withdraw", w, chooser(w, choices, deaf), consents(more));
  };
  const heeded = "a no to each of 2 purposes, by 2 ways in all, was heeded at the next occasion";
  expect(await tried("")).toEqual({
    ...{ passed: true, detail: `${heeded}; the way by email was not drilled` },
  });
  expect(await tried("- { id: back, right: withdraw, ways: [settings, email] }")).toMatchObject({
    passed: true,
  });
  // No drill goes by letters: of a right, that is the judgement's to say.
  expect(await tried("- { id: back, right: withdraw, ways: email }")).toMatchObject({ passed: true });
  expect(await tried("- { id: back, right: withdraw, ways: [app, email] }")).toEqual({
    ...{ passed: false, unseen: true },
    detail:
      "for `news` the service has none of the ways of `back`; for `statistics` the service has none of the ways of `back`",
  });
  expect(await tried("- { id: more, consent: news, withdraw: email }")).toEqual({
    ...{ passed: false, unseen: true, detail: "for `news` the service has none of the ways of `more`" },
  });
  expect(await tried("", both.slice(0, 1))).toEqual({
    ...{ passed: false, unseen: true },
    detail: "the service has no way to say no to `statistics` that could be tried",
  });
  expect(await tried("- { id: more, consent: news, withdraw: email }", both, "settings")).toEqual({
    ...{ passed: false, detail: "after a no to `news` by settings the data was used" },
  });
});

test("withdraw: where the policy names no way all that there are are tried, and `all` is each purpose", async () => {
  const tried = async (deaf?: string, choices = [{ purpose: "news", ways: ["settings", "unsubscribe"] }]) => {
    const w = world();
    const policy = policyOf("- { id: any, consent: all }", "{ news: [marketing.communications.email] }");
    return run("withdraw", w, chooser(w, choices, deaf), policy);
  };
  expect(await tried()).toMatchObject({ passed: true, detail: expect.stringContaining("by 2 ways in all") });
  expect((await tried("unsubscribe")).detail).toBe("after a no to `news` by unsubscribe the data was used");
  expect(await tried(undefined, [])).toMatchObject({ passed: false, unseen: true });
});

test("withdraw: a service that takes its time is waited for, after a yes and after a no; what never comes is not seen", async () => {
  const policy = policyOf("- { id: any, consent: all }", "{ news: [marketing.communications.email] }");
  const choices = [{ purpose: "news", ways: ["settings"] }];
  const slow = (afterMs: number | null, waitMsMax: number, deaf?: string, signal?: AbortSignal) => {
    const w = world();
    const acts = chooser(w, choices, deaf);
    const late: Partial<DrillAdapter> = {
      ...acts,
      async process(...given) {
        if (afterMs !== null) setTimeout(() => void acts.process?.(...given), afterMs);
      },
    };
    return run("withdraw", { ...w, waitMsMax, ...(signal === undefined ? {} : { signal }) }, late, policy);
  };
  expect(await slow(150, 30_000)).toMatchObject({ passed: true });
  expect(await slow(150, 30_000, "settings")).toEqual({
    ...{ passed: false, detail: "after a no to `news` by settings the data was used" },
  });
  expect(await slow(null, 150)).toEqual({
    ...{ passed: false, unseen: true },
    detail: "after a yes to `news` nothing was done within 0.15 s, so that a no could not show",
  });
  await expect(slow(null, 600_000, undefined, AbortSignal.timeout(100))).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("masked: a sample shows what was written, and nothing by which its writer is known", async () => {
  const looked = async (shown: string) =>
    (await run("masked", world(), { sample: async () => ({ shown, wrote: "a good title" }) })).detail;
  expect(await looked("Is [name] a good title?")).toBe(
    "a sample is shown without what the person is known by",
  );
  expect(await looked(`Is ${TOKEN.toUpperCase()} a good title?`)).toBe("what was shown says whose it is");
  expect(await looked(`a good title, by ${TOKEN}@x.example`)).toBe("what was shown says whose it is");
  expect(await looked("")).toContain("nothing of what the canary wrote was shown");
});

test("deidentified: something is made of the canary's data, and neither its token nor its address stands in it", async () => {
  const maker = (w: World, text: string | null): Partial<DrillAdapter> => ({
    choices: [{ purpose: "training", ways: ["settings"] }],
    choose: async () => undefined,
    process: async () => {
      if (text !== null) w.lessons.push({ id: "1", text });
    },
  });
  const made = (text: string | null) => {
    const w = world();
    return run("deidentified", w, maker(w, text));
  };
  expect(await made("[name] asked about sails")).toEqual({
    passed: true,
    detail: "1 rows were made of the canary's data, and nothing in them says so",
  });
  expect((await made(`${TOKEN} asked`)).detail).toContain("says whose data it was made of");
  // However much the canary is known by, the stores are gone through once.
  const known = world();
  expect((await run("deidentified", known, maker(known, "[name] asked"))).passed).toBe(true);
  expect(known.searched).toBe(1);
  expect((await made(null)).detail).toBe("nothing was made for `training`, so that nothing could show");
});

test("deidentified: where the map does not say for what, all that the service does with data is tried, and a place that stays empty is not seen", async () => {
  const bare = mapOf(MAP.replace(", for: [training]", ""));
  const made = (makes: readonly string[]) => {
    const w = world();
    const acts: Partial<DrillAdapter> = {
      choices: ["analytics", "training"].map((purpose) => ({ purpose, ways: ["settings"] })),
      choose: async () => undefined,
      process: async (_base, _session, _canary, purpose) => {
        if (makes.includes(purpose)) w.lessons.push({ id: "1", text: "[name] asked" });
      },
    };
    return run("deidentified", w, acts, policyOf(RIGHTS), bare);
  };
  expect(await made(["training"])).toMatchObject({ passed: true, detail: expect.stringMatching(/^1 rows/) });
  expect(await made([])).toEqual({
    ...{ passed: false, unseen: true },
    detail: "nothing came into `app.lessons`, and the map does not say for what it is made (`for`)",
  });
});
