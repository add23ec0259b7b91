import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type PublishedPolicy, publishedPolicy } from "./published.ts";
import { redlineOf, type Stretch, wordDiff } from "./redline.ts";
import { redlinePage } from "./redline-page.ts";
import { made } from "./testing/made.ts";

vi.setConfig({ testTimeout: 60_000 });

const policy = (version: string, body: string, locale = "en"): PublishedPolicy =>
  publishedPolicy(
    made(
      `---\nservice: shop\nversion: ${version}\neffective: unknown\nlocale: ${locale}\ncontroller: { name: Shop }\nclasses: { order: [user.financial] }\n---\n# Shop\n\n${body}\n`,
    ).document,
  );

const shown = (stretches: readonly Stretch[]): string =>
  stretches
    .map((s) => (s.part === "same" ? s.text : s.part === "deleted" ? `[-${s.text}-]` : `{+${s.text}+}`))
    .join("");
const rows = (before: string, after: string, locale?: string): string[] =>
  redlineOf(policy("1", before, locale), policy("2", after, locale)).groups.flatMap((g) =>
    g.rows.map((r) => `${r.change} ${r.section}: ${shown(r.stretches)}`),
  );

test("what stayed, was reworded, came and went", () => {
  expect(
    rows(
      "First sentence.\n\nOrders are kept for two years.\n\nWe sell nothing to anybody.",
      "First sentence.\n\nOrders are kept for seven years, by law.\n\n## New {#new}\n\nWhole new words stand here.",
    ),
  ).toEqual([
    "same shop: First sentence.",
    "reworded shop: Orders are kept for [-two-]{+seven+} years{+, by law+}.",
    "removed shop: [-We sell nothing to anybody.-]",
    "added new: {+Whole new words stand here.+}",
  ]);
});

test("a link that leads elsewhere is a change, although the words are the same", () => {
  expect(rows("See [here](https://a.example).", "See [here](https://b.example).")).toEqual([
    "marked shop: See [here](https://[-a.example-]{+b.example+}). (https://[-a.example-]{+b.example+})",
  ]);
  expect(
    rows("See [here][l].\n\n[l]: https://a.example", "See [here][l].\n\n[l]: https://b.example"),
  ).toEqual(["marked shop: See [here][l]. (https://[-a.example-]{+b.example+})"]);
});

test("chinese words, which have no spaces between", () => {
  expect(rows("订单保存两年。", "订单保存七年。", "zh-Hans")).toEqual([
    "reworded shop: 订单保存[-两年-]{+七年+}。",
  ]);
});

test("commitments that say something else", () => {
  const block = (period: string) =>
    `Orders are erased in time.\n\n\`\`\`commit\n- id: orders\n  retain: order\n  for: ${period}\n  from: creation\n\`\`\``;
  const { commitments, groups } = redlineOf(policy("1", block("P2Y")), policy("2", block("P7Y")));
  expect(groups.every((g) => !g.changed)).toBe(true);
  expect(commitments.map((c) => `${c.id}: ${shown(c.stretches)}`)).toEqual([
    "orders: order data is erased [-2-]{+7+} years after creation",
  ]);
});

test("the page says in words what colour and lines show", () => {
  const page = redlinePage(policy("1", "Kept for *two* years."), policy("2", "Kept for seven years."), {
    root: "../../",
    alternates: [],
  });
  expect(page).toContain(
    '<del><span class="sr"> [deleted:] </span>two<span class="sr"> [end of change] </span></del><ins><span class="sr"> [inserted:] </span>seven',
  );
  expect(page).toContain("1 sentence reworded, 0 added, 0 removed.");
});

const sentence = fc
  .array(fc.constantFrom("we", "keep", "never", "orders", "two", "years", "and", "sell", "data", "law"), {
    minLength: 1,
    maxLength: 9,
  })
  .map((w) => w.join(" "));
const body = fc.array(sentence, { minLength: 1, maxLength: 12 });

test("both versions can be read out of a redline, whole and in order", () => {
  fc.assert(
    fc.property(body, body, (before, after) => {
      const all = redlineOf(policy("1", before.join("\n\n")), policy("2", after.join("\n\n"))).groups.flatMap(
        (g) => g.rows,
      );
      const side = (gone: Stretch["part"]) =>
        all
          .map((r) =>
            r.stretches
              .filter((s) => s.part !== gone)
              .map((s) => s.text)
              .join(""),
          )
          .filter((t) => t !== "");
      expect(side("inserted")).toEqual(before);
      expect(side("deleted")).toEqual(after);
    }),
    { numRuns: 100 },
  );
});

test("any two texts can be read out of their difference", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "word" });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      const diff = wordDiff(a, b, segmenter);
      const side = (gone: Stretch["part"]) =>
        diff
          .filter((s) => s.part !== gone)
          .map((s) => s.text)
          .join("");
      expect([side("inserted"), side("deleted")]).toEqual([a, b]);
    }),
  );
});

test("two long policies with nothing in common are compared in time", () => {
  const long = (word: string) =>
    Array.from({ length: 2500 }, (_, i) => `${word}${i} ${word} text.`).join("\n\n");
  const began = performance.now();
  const { counts } = redlineOf(policy("1", long("a")), policy("2", long("b")));
  expect(counts).toEqual({ changed: 0, added: 2500, removed: 2500 });
  expect(performance.now() - began).toBeLessThan(20_000);
});
