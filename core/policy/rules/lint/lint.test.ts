/**
 * One good policy on which every rule is silent, and for each rule the edits that make it speak, with all that is then said;
 * `vitest run --update` writes the golden anew.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../../commitments/index.ts";
import { must } from "../../../terms/assert.ts";
import { compilePolicy } from "../../compile.ts";
import type { Policy } from "../../model.ts";
import { lint, RULES } from "./index.ts";

const folder = join(import.meta.dirname, "cases");
const GOOD = readFileSync(join(folder, "good.md"), "utf8");
const TODAY = new Date("2026-11-01T00:00:00Z");

function policy(text: string): Policy {
  const { value, issues } = compilePolicy({ file: "good.md", text, lock: null, kinds });
  return must(value, `the case compiles: ${issues.map((i) => i.message).join("; ")}`);
}

type Bad = readonly [rule: string, what: string, from: string, to: string, also?: readonly [string, string]];

const END = "  expires: 2030-01-01\n";
const also = (entries: string): readonly [string, string] => [END, `${END}${entries}\n`];

const BAD: readonly Bad[] = [
  [
    "contradiction",
    "C1: the same data to the same people",
    ...also("- id: adverts\n  share: all\n  with: advertiser"),
  ],
  ["contradiction", "C2: a part of the data", ...also("- id: adverts\n  share: order\n  with: advertiser")],
  [
    "contradiction",
    "C3: to some of them",
    "  with: advertiser\n  never: true",
    "  with: provider\n  never: true",
  ],
  [
    "contradiction",
    "N1: all but a part",
    "  share: all\n  with: advertiser\n  never: true",
    "  share: account\n  with: advertiser\n  never: true\n- id: adverts\n  share: all\n  with: advertiser",
  ],
  [
    "contradiction",
    "N3: to all but some",
    "  with: payment-provider\n  purpose: billing",
    "  with: provider\n  purpose: billing\n- id: not-payco\n  share: order\n  with: payco\n  purpose: billing\n  never: true",
  ],
  [
    "contradiction",
    "C6: classes that share a category",
    "  counts: [system]",
    "  counts: [system]\n  friends: [user.contact, user.social]",
    [
      END,
      `${END}- id: friends\n  collect: friends\n  if: consent\n- id: friends-refused\n  share: friends\n  with: payco\n  never: true\n- id: account-shared\n  share: account\n  with: payco\n`,
    ],
  ],
  ["contradiction", "a use that is refused", ...also("- id: no-billing\n  use: billing\n  never: true")],
  [
    "contradiction",
    "used without the consent that is asked for",
    "  use: news\n  data: account\n  basis: consent",
    "  use: news\n  data: account\n  basis: contract",
  ],
  [
    "contradiction",
    "collected and never collected",
    ...also(
      "- id: no-orders\n  collect: order\n- id: no-contact\n  use: service\n  data: order\n  never: true",
    ),
  ],
  [
    "figure-differs",
    "another period than its block",
    "All that the shop does.",
    "All that the shop does: orders go after nine years, accounts two years after they close.",
  ],
  [
    "retention-conflict",
    "two periods from one event",
    ...also("- id: account-again\n  retain: account\n  for: P1Y\n  from: closure"),
  ],
  [
    "retention-conflict",
    "a period and no end",
    ...also("- id: account-ever\n  retain: account\n  for: indefinitely"),
  ],
  [
    "retention-conflict",
    "one of them outlasts an erasure",
    ...also("- id: order-again\n  retain: order\n  for: P1Y\n  from: creation"),
  ],
  [
    "exception-keeps-nothing",
    "an exception that keeps nothing",
    "  except: order-seven-years",
    "  except: [order-seven-years, account-two-years]",
  ],
  ["erase-without-exception", "nobody is told what stays", "  except: order-seven-years\n", ""],
  [
    "class-unused",
    "collected for nothing",
    "  counts: [system]",
    "  counts: [system]\n  notes: [user.content]",
    ["collect: [account, order]", "collect: [account, order, notes]"],
  ],
  ["class-without-retention", "kept for nobody knows how long", "  retain: account\n", "  retain: order\n"],
  ["class-never-collected", "used and not collected", "  collect: [account, order]", "  collect: order"],
  [
    "purpose-without-basis",
    "no ground",
    "  data: [account, order]\n  basis: legitimate_interests",
    "  data: [account, order]",
  ],
  [
    "basis-not-in-law",
    "a ground that the law does not know",
    "jurisdictions: [EU]",
    "jurisdictions: [EU, CN]",
  ],
  [
    "consent-without-withdrawal",
    "no way back",
    "  withdraw: [unsubscribe, settings]\n",
    "",
    ["object, withdraw, complain", "object, complain"],
  ],
  [
    "consent-unasked",
    "nobody asks",
    "- id: news-consent\n  consent: news",
    "- id: news-consent\n  consent: statistics",
  ],
  ["interests-without-objection", "nobody may object", "restrict, object, withdraw", "restrict, withdraw"],
  [
    "special-category",
    "health data",
    "order: [user.financial, user.unique_id]",
    "order: [user.health_and_medical, user.unique_id]",
  ],
  ["right-missing", "a right that the law gives", "access, portability, rectify", "access, rectify"],
  [
    "deadline-laxer",
    "later than the law",
    "  ways: [settings, email]\n  within: P1M\n- id: erasure",
    "  ways: [settings, email]\n  within: P60D\n- id: erasure",
  ],
  [
    "deadline-laxer",
    "later in short months",
    "  ways: [settings, email]\n  within: P1M\n- id: erasure",
    "  ways: [settings, email]\n  within: P30D\n- id: erasure",
  ],
  [
    "breach-laxer",
    "the authority hears late",
    "  notify: authority\n  on: breach\n  within: PT72H",
    "  notify: authority\n  on: breach\n  within: P5D",
  ],
  ["age-laxer", "younger than the law", "  under: local", "  under: 13"],
  [
    "transfer-without-mechanism",
    "nothing is named",
    "- id: abroad\n  transfer: all\n  to: US\n  mechanisms: scc\n",
    "",
  ],
  ["transfer-without-mechanism", "for another country", "  to: US\n", "  to: CN\n"],
  [
    "way-without-address",
    "no address",
    "- id: desk\n  contact: rights\n  by: email\n  address: a@shop.example\n",
    "",
  ],
  ["no-contact", "an address to be filled in", "a@shop.example", "unknown"],
  [
    "cookies-before-consent",
    "nobody is asked first",
    "- id: cookie-consent\n  consent: [analytics]\n  to: store\n  withdraw: settings\n",
    "",
    ["  before_consent: necessary\n", ""],
  ],
  ["share-with-anyone", "to anyone", "  with: authority\n  if: due-process", "  with: anyone"],
  [
    "unused-word",
    "words for nothing",
    "  news: [marketing.communications.email]",
    "  news: [marketing.communications.email]\n  sport: [personalize]",
  ],
  ["attestation-expired", "nobody vouches any more", "expires: 2030-01-01", "expires: 2026-10-01"],
  ["no-effective-date", "no day", "effective: 2026-01-01", "effective: unknown"],
  ["aggregate-without-k", "groups of one", "  k: 10\n", ""],
  ["no-jurisdiction", "no law is looked at", "jurisdictions: [EU]\n", ""],
  [
    "backups-unsaid",
    "no word on backups",
    "- id: backups\n  retain: all\n  for: P30D\n  from: deletion\n  where: backups\n",
    "",
  ],
  [
    "said-twice",
    "twice the same",
    ...also("- id: news-again\n  consent: news\n  withdraw: [unsubscribe, settings]"),
  ],
];

test("every rule is silent on the good policy", () => {
  expect(lint(policy(GOOD), TODAY)).toEqual([]);
});

/** What looks like a bad fixture, and is none, because another commitment says what is missing. */
const ALSO_GOOD: Readonly<Record<string, readonly [from: string, to: string]>> = {
  "the size of groups, said apart": [
    "  k: 10\n  for: statistics\n",
    "  for: statistics\n- id: sizes\n  deidentify: counts\n  method: aggregate\n  k: 10\n",
  ],
  "cookies that wait for consent where the law wants it": [
    "- id: cookies\n  cookies: [necessary, analytics]\n  before_consent: necessary\n- id: cookie-consent\n  consent: [analytics]\n  to: store\n  withdraw: settings\n",
    "- id: cookies\n  cookies: [necessary, analytics]\n- id: cookies-later\n  cookies: [necessary, analytics]\n  before_consent: necessary\n  in: EU\n",
  ],
  "an exception for the people of one place": [
    "- id: backups",
    "- id: no-guard-there\n  use: security\n  never: true\n  in: EU\n- id: backups",
  ],
};

test.each(Object.entries(ALSO_GOOD))("every rule is silent: %s", (_what, [from, to]) => {
  expect(GOOD).toContain(from);
  expect(lint(policy(GOOD.replace(from, () => to)), TODAY)).toEqual([]);
});

test("every rule speaks on its bad fixtures", async () => {
  const lines = BAD.flatMap(([rule, what, from, to, [more, instead] = ["", ""]]) => {
    expect(GOOD, what).toContain(from);
    const found = lint(policy(GOOD.replace(from, () => to).replace(more, () => instead)), TODAY);
    expect(
      found.map((i) => i.code),
      `${rule}: ${what}`,
    ).toContain(rule);
    return [
      `${rule}: ${what}`,
      ...found.map(
        (i) =>
          `  ${i.severity} ${i.code}: ${i.message}${i.law === undefined ? "" : ` (${i.law})`}\n    fix: ${i.fix}`,
      ),
      "",
    ];
  });
  await expect(lines.join("\n")).toMatchFileSnapshot(join(folder, "bad.golden.txt"));
});

test("each rule has a fixture, and each name is its issues' code", () => {
  // What is held back needs a source with gaps: that has a test of its own.
  expect(RULES.map((r) => r.name).filter((name) => !BAD.some(([rule]) => rule === name))).toEqual([
    "held-back",
  ]);
});

test("figures that are the same in words, and years that are none, are no difference", () => {
  const said =
    "Orders go after seven years, breaches are told within 72 hours, backups end after 30 days, since 2026.";
  expect(lint(policy(GOOD.replace("All that the shop does.", said)), TODAY)).toEqual([]);
});

test("what rests on a list that the source lacks is held back: a warning where it is ours, a note where the source says it", () => {
  const bare = policy(GOOD.replace("  if: due-process", "  if: due-process\n  origin: ours"));
  const gaps = [
    { section: "3", what: "the courts are missing", refuses: [{ of: "conditions", only: ["due-process"] }] },
  ] satisfies Policy["gaps"];
  const said = (p: Policy): string[] => lint(p, TODAY).map((i) => `${i.severity} ${i.code}: ${i.message}`);
  const text =
    "held-back: `courts` allows nothing until the gap in §3 of the source is filled: the courts are missing";
  expect(said({ ...bare, gaps })).toEqual([`warning ${text}`]);
  expect(said({ ...policy(GOOD), gaps })).toEqual([`info ${text}`]);
  expect(said(bare)).toEqual([]);
});
