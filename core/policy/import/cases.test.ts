import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kinds } from "../../commitments/index.ts";
import { compilePolicy } from "../compile.ts";
import { proposeLock } from "../lock/propose.ts";
import { readSource } from "../source/read.ts";
import { agesIn, emailsIn, periodsIn } from "./figures.ts";
import { printPolicy } from "./print.ts";
import { NOT_READ, propose } from "./propose.ts";

/** Goldens: `vitest run --update` writes them anew; read the difference before you keep it. */
const folder = join(import.meta.dirname, "cases");
const seeds = join(import.meta.dirname, "../../../../shared/seeds");

function imported(file: string, text: string, script = "") {
  const proposed = propose(readSource(file, text), kinds, script);
  const policy = printPolicy(proposed, { service: "shop", locale: script === "zh" ? "zh-Hans" : "en" });
  return {
    proposed,
    policy,
    compiled: compilePolicy({ file: "policy.md", text: policy, lock: null, kinds }),
  };
}

describe("goldens", () => {
  test.each(readdirSync(folder).filter((f) => f.endsWith(".txt")))("%s", async (name) => {
    const { policy, compiled } = imported(name, readFileSync(join(folder, name), "utf8"));
    expect(compiled.issues.filter((i) => i.severity === "error")).toEqual([]);
    await expect(policy).toMatchFileSnapshot(join(folder, name.replace(".txt", ".golden.md")));
  });
});

describe("what is imported", () => {
  const theirs = existsSync(seeds) ? readdirSync(seeds) : [];
  if (theirs.length === 0) console.log(`skipped: no policies in ${seeds}; only our own texts are read`);
  const all = [
    ...theirs.flatMap((f) => [
      [join(seeds, f), ""],
      ...(f.startsWith("kalo") ? [[join(seeds, f), "zh"]] : []),
    ]),
    ...readdirSync(folder)
      .filter((f) => f.endsWith(".txt"))
      .map((f) => [join(folder, f), ""]),
  ];

  test.each(all)("%s %s: compiles, keeps every statement, and binds nothing", (file = "", script = "") => {
    const { proposed, compiled } = imported(file, readFileSync(file, "utf8"), script);
    expect(compiled.issues.filter((i) => i.severity === "error")).toEqual([]);
    const { value } = compiled;
    expect(value?.statements.length).toBe(proposed.statements.length);
    expect(compiled.coverage).toMatchObject({ bound: 0, informed: 0, coverage: 0 });
    expect(value?.commitments.every((c) => c.unbound?.startsWith("proposed"))).toBe(true);
    // Bound as it stands, it still binds nothing.
    if (value !== null)
      expect(proposeLock(value, compiled.proposals)).toEqual({ statements: [], commitments: {} });
  });

  test("each statement has only the block under it", () => {
    const { compiled, proposed } = imported("shop.txt", readFileSync(join(folder, "shop.txt"), "utf8"));
    const own = compiled.value?.commitments.map((c) => c.statements.length) ?? [];
    expect(own.every((n) => n === 1)).toBe(true);
    expect(proposed.statements.some((s) => s.proposal.read === "gap" && s.proposal.what === NOT_READ)).toBe(
      true,
    );
  });

  test("whatever the text, the result compiles and has its words", () => {
    const piece = fc.constantFrom(
      "We collect your device data.",
      "```",
      "- ",
      "> ",
      "| a | b |\n|---|---|",
      "<b>",
      "<!--",
      "# ",
      "{#x}",
      "\n",
      "\n\n",
      "[a]: b",
      "1. ",
      "===",
      "---",
      "We keep it for 2 years.",
      "$&",
      "我们收集设备信息。",
      "&lt;",
      "\\",
      "*x*",
      ": ",
      "Title\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 20 })), { maxLength: 40 }), (pieces) => {
        const { proposed, compiled } = imported("x.txt", pieces.join(""));
        expect(compiled.issues.filter((i) => i.severity === "error")).toEqual([]);
        expect(compiled.value?.statements.length).toBe(proposed.statements.length);
      }),
      { numRuns: 300 },
    );
  });
});

test("figures", () => {
  expect(periodsIn("within 72 hours, for two years, thirty days or one month")).toEqual([
    "PT72H",
    "P2Y",
    "P30D",
    "P1M",
  ]);
  expect(periodsIn("七年、30天、72小时、两个月")).toEqual(["P7Y", "P30D", "PT72H", "P2M"]);
  expect(periodsIn("on 9 August 2023, 2023 年 8 月 9 日, aged 13 years of age, 14岁")).toEqual([]);
  expect(agesIn("children under 13, or below the age of 16; 14岁; 18 years old; under 30")).toEqual([
    13, 16, 14, 18,
  ]);
  expect(emailsIn("to a.b@tea.example. Or c+d@x.example")).toEqual(["a.b@tea.example", "c+d@x.example"]);
});
