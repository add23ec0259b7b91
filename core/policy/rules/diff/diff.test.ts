/** Each edit of the base policy, and all that `diff` says of it; `vitest run --update` writes the goldens anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../../commitments/index.ts";
import { must } from "../../../terms/assert.ts";
import { compilePolicy } from "../../compile.ts";
import type { Policy } from "../../model.ts";
import { diffPolicies } from "./diff.ts";

const folder = join(import.meta.dirname, "cases");
const BASE = readFileSync(join(folder, "base.md"), "utf8");

function policy(text: string): Policy {
  const { value, issues } = compilePolicy({ file: "base.md", text, lock: null, kinds });
  return must(value, `the case compiles: ${issues.map((i) => i.message).join("; ")}`);
}

type Edit = readonly [name: string, from: string, to: string];

/** The second text stands for the first; each is also read backwards. */
const EDITS: readonly Edit[] = [
  ["a right goes", "right: [access, erase]", "right: access"],
  ["a way goes", "ways: [settings, email]", "ways: settings"],
  ["an answer comes later", "within: P30D", "within: P60D"],
  ["a deadline goes", "  within: P30D\n", ""],
  ["an extension comes", "  within: P30D", "  within: P30D\n  extend: P90D"],
  ["closing counts as asking", "  within: P30D", "  within: P30D\n  from: [request, closure]"],
  ["an exception comes", "  within: P30D", "  within: P30D\n  except: two-years"],
  ["a right in fewer cases", "right: [access, erase]", "right: [access, erase]\n  if: lawful"],
  ["proof of who asks", "  within: P30D", "  within: P30D\n  verified: true"],
  ["in part, too", "  within: P30D", "  within: P30D\n  scope: [category, time]"],
  [
    "nobody suffers for it",
    "  ways: settings\n  in: US-CA",
    "  ways: settings\n  without: worse_service\n  in: US-CA",
  ],
  [
    "another decider",
    "- id: sale\n",
    "- id: mediation\n  right: appeal\n  ways: email\n  to: mediator\n- id: sale\n",
  ],
  ["a change needs consent", "  before: true", "  before: true\n  needs: consent"],
  ["a right of one place goes everywhere", "  ways: settings\n  in: US-CA", "  ways: settings"],
  ["a right moves to another commitment", "right: [access, erase]", "right: erase"],
  ["a purpose comes", "use: [billing, support]", "use: [billing, support, news]"],
  ["a form goes", "  use: statistics\n  form: aggregate", "  use: statistics"],
  ["another class is shared", "share: order", "share: [order, account]"],
  ["a wider recipient", "with: payment-provider", "with: provider"],
  ["a refusal goes", "  never: true\n", ""],
  ["a refusal gets an exception", "  never: true", "  never: true\n  unless: consent"],
  ["longer", "for: P2Y", "for: P10Y"],
  ["without end", "  for: P2Y\n  from: creation", "  for: indefinitely"],
  [
    "a period where none was",
    "  retain: account\n  for: needed",
    "  retain: account\n  for: P1Y\n  from: closure",
  ],
  ["anonymous instead of erased", "  from: creation", "  from: creation\n  then: anonymise"],
  ["outlasts erasure", "  from: creation", "  from: creation\n  keeps: { why: law, reason: tax }"],
  ["consent turns into opting out", "  consent: news", "  consent: news\n  opt: out"],
  ["a way to withdraw goes", "withdraw: [unsubscribe, settings]", "withdraw: settings"],
  ["younger", "under: 13", "under: 12"],
  ["with a guardian", "minors: refused", "minors: with_guardian"],
  ["a slower notice", "within: PT72H", "within: PT96H"],
  ["a poorer notice", "contents: [incident, remedy]", "contents: incident"],
  ["after the fact", "  before: true\n", ""],
  ["another country", "to: US", "to: [US, CN]"],
  ["a weaker mechanism", "mechanisms: scc", "mechanisms: [scc, consent]"],
  ["a weaker cipher", "standard: AES-256", "standard: AES-128"],
  ["smaller groups", "k: 10", "k: 3"],
  ["reidentified", "  reidentify: never\n", ""],
  ["another address", "a@shop.example", "b@shop.example"],
  ["nobody vouches", "attest: [training, firewalls]", "attest: training"],
  ["bound by going on", "by: tick", "by: [tick, continued_use]"],
  ["the list is open", "  closed: true\n", ""],
  ["another controller", "name: Shop Ltd.", "name: Big Shop Inc."],
  [
    "a wider word",
    "account: [user.account, user.contact]",
    "account: [user.account, user.contact, user.location]",
  ],
  ["another company", "  advertiser: {}", "  advertiser: {}\n  banko: { name: Banko, is: payment-provider }"],
  ["a place goes", "jurisdictions: [EU, US-CA]", "jurisdictions: EU"],
  [
    "a right gets a circumstance",
    "  ways: settings\n  in: US-CA",
    "  ways: settings\n  in: US-CA\n  if: adult",
  ],
  ["only other words", "We keep to this.", "To this we keep."],
  ["only another id", "id: two-years", "id: orders-two-years"],
];

const said = (from: Policy, to: Policy): string[] => {
  const { changes, owes } = diffPolicies(from, to);
  return [...changes.map((c) => `  ${c.direction} (${c.owes}) ${c.about}: ${c.says}`), `  owes ${owes}`];
};

test("every edit is said, both ways", async () => {
  const base = policy(BASE);
  const lines = EDITS.flatMap(([name, from, to]) => {
    expect(BASE).toContain(from);
    const edited = policy(BASE.replace(from, () => to));
    return [`${name}`, ...said(base, edited), "  backwards:", ...said(edited, base), ""];
  });
  await expect(lines.join("\n")).toMatchFileSnapshot(join(folder, "edits.golden.txt"));
});

test("the same policy has no changes, whatever its ids, and one cut in two says the same", () => {
  const base = policy(BASE);
  expect(diffPolicies(base, base).changes).toEqual([]);
  const cut = BASE.replace(
    "- id: rights\n  right: [access, erase]",
    "- id: seeing\n  right: access\n  ways: [settings, email]\n  within: P30D\n- id: erasing\n  right: erase",
  );
  expect(diffPolicies(base, policy(cut)).changes).toEqual([]);
});

test("a lowered right is found though every sentence about it stays", () => {
  const { owes, changes } = diffPolicies(policy(BASE), policy(BASE.replace("within: P30D", "within: P45D")));
  expect(owes).toBe("consent");
  expect(changes.filter((c) => c.about === "prose")).toEqual([]);
});

const CONDITION = [
  "recipients:\n",
  "conditions:\n  local-law: the law of the place gives it\nrecipients:\n",
] as const;
const BOUND = ["right: [access, erase]", "right: [access, erase]\n  if: local-law"] as const;
const COOKIES = `${BASE.trimEnd().replace(/```$/, "")}- id: cookies\n  cookies: [necessary, analytics]\n  before_consent: necessary\n\`\`\`\n`;

test("what a circumstance is said to be counts as much as its word", () => {
  const bound = BASE.replace(...CONDITION).replace(...BOUND);
  const { owes } = diffPolicies(
    policy(bound),
    policy(bound.replace("the law of the place gives it", "we like it")),
  );
  expect(owes).toBe("consent");
});

test("an appeal to us that goes is gone, though the authority stays", () => {
  const entry = (id: string, to: string): string =>
    `- id: ${id}\n  right: appeal\n  ways: email\n  to: ${to}\n`;
  const both = BASE.replace(
    "- id: sale\n",
    `${entry("ours", "us")}${entry("theirs", "authority")}- id: sale\n`,
  );
  const { owes, changes } = diffPolicies(policy(both), policy(both.replace(entry("ours", "us"), "")));
  expect(changes.map((c) => c.says)).toContain("the right `appeal` is gone");
  expect(owes).toBe("consent");
});

test("cookies that waited for consent and wait no more owe consent", () => {
  const wider = COOKIES.replace("before_consent: necessary", "before_consent: [necessary, analytics]");
  expect(diffPolicies(policy(COOKIES), policy(wider)).owes).toBe("consent");
  expect(diffPolicies(policy(wider), policy(COOKIES)).owes).toBe("nothing");
});
