/** The sixteen cells, each from words that stand to each other as its row and column say; and what tells two commitments apart. */
import { expect, test } from "vitest";
import { kinds } from "../../../commitments/index.ts";
import { must } from "../../../terms/assert.ts";
import { compilePolicy } from "../../compile.ts";
import { latticeOf } from "../../words/lattice.ts";
import { conflictsOf } from "./contradiction.ts";

const FRONT = `---
service: shop
version: 1
effective: unknown
locale: en
controller: { name: Shop }
classes:
  contact: [user.contact]
  email: [user.contact.email]
  paper: [user.contact, user.financial]
  person: [user.contact, user.name]
  health: [user.health_and_medical]
purposes: { billing: [essential.service.payment_processing], news: [marketing.communications.email] }
recipients:
  helper: {}
  lawyer: { is: helper }
  insurer: {}
  adviser: { is: [helper, insurer] }
---
Text.

`;

const PAIRS = {
  data: {
    equal: ["contact", "contact"],
    narrower: ["email", "contact"],
    wider: ["contact", "email"],
    overlap: ["paper", "person"],
  },
  recipients: {
    equal: ["helper", "helper"],
    narrower: ["lawyer", "helper"],
    wider: ["helper", "lawyer"],
    overlap: ["helper", "insurer"],
  },
} as const;
const CELLS = [
  ["equal", "equal", "C1"],
  ["equal", "narrower", "C2"],
  ["equal", "wider", "N1"],
  ["equal", "overlap", "C6"],
  ["narrower", "equal", "C3"],
  ["narrower", "narrower", "C4"],
  ["narrower", "wider", "N2"],
  ["narrower", "overlap", "C7"],
  ["wider", "equal", "N3"],
  ["wider", "narrower", "C5"],
  ["wider", "wider", "N4"],
  ["wider", "overlap", "C8"],
  ["overlap", "equal", "C9"],
  ["overlap", "narrower", "C10"],
  ["overlap", "wider", "C11"],
  ["overlap", "overlap", "C12"],
] as const;

function cells(allows: string, refuses: string): string[] {
  const text = `${FRONT}\`\`\`commit\n- id: yes\n${allows}- id: no\n${refuses}  never: true\n\`\`\`\n`;
  const { value, issues } = compilePolicy({ file: "p.md", text, lock: null, kinds });
  const policy = must(value, issues.map((i) => i.message).join("; "));
  return conflictsOf({ policy, lattice: latticeOf(policy) }).map((c) => c.cell);
}
const share = (data: string, to: string, more = ""): string => `  share: ${data}\n  with: ${to}\n${more}`;

test.each(CELLS)("recipients %s, data %s: %s", (recipients, data, cell) => {
  const [allowedTo, refusedTo] = PAIRS.recipients[recipients];
  const [allowed, refused] = PAIRS.data[data];
  expect(cells(share(allowed, allowedTo), share(refused, refusedTo))).toEqual([cell]);
});

const APART: readonly (readonly [string, string, string])[] = [
  ["other data", share("contact", "helper"), share("health", "helper")],
  ["other people", share("contact", "lawyer"), share("contact", "insurer")],
  [
    "another purpose",
    share("contact", "helper", "  purpose: billing\n"),
    share("contact", "helper", "  purpose: news\n"),
  ],
  [
    "an exception for one purpose",
    share("contact", "helper"),
    share("contact", "helper", "  purpose: news\n"),
  ],
  [
    "an exception in the refusal",
    share("contact", "helper", "  if: law\n"),
    share("all", "anyone", "  unless: law\n"),
  ],
  ["another circumstance", share("contact", "helper"), share("contact", "helper", "  if: minor\n")],
  [
    "circumstances that exclude each other",
    share("contact", "helper", "  if: adult\n"),
    share("contact", "helper", "  if: [adult, minor]\n"),
  ],
  ["without a name", share("contact", "helper", "  form: aggregate\n"), share("contact", "helper")],
  [
    "an exception for the people of one place",
    share("contact", "helper"),
    share("contact", "helper", "  in: EU\n"),
  ],
  ["another place", share("contact", "helper", "  in: US-CA\n"), share("contact", "helper", "  in: EU\n")],
  ["another act", "  use: billing\n  data: contact\n", share("contact", "helper")],
];

test.each(APART)("no contradiction: %s", (_what, allows, refuses) => {
  expect(cells(allows, refuses)).toEqual([]);
});

test("a list promises each of its words", () => {
  expect(cells("  use: [billing, news]\n", "  use: news\n")).toEqual(["C1"]);
  expect(cells(share("[contact, health]", "helper"), share("health", "[insurer, helper]"))).toEqual(["C1"]);
});

test("a part of a place is within it", () => {
  expect(
    cells(share("contact", "helper", "  in: US-CA\n"), share("contact", "helper", "  in: US\n")),
  ).toEqual(["C1"]);
});
