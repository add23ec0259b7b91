/**
 * The reference policies that were written from a text, against that text and the table of its promises. Both lie outside the
 * repository; where they are absent, the policies are still read, and what is not compared is said.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "@avow/core/policy/model";
import { lint } from "@avow/core/policy/rules/lint/index";
import { describe, expect, test } from "vitest";
import { readSources, reportFidelity } from "./fidelity.ts";
import { loadPolicy } from "./load.ts";

const services = join(import.meta.dirname, "../../../../services");
const shared = join(import.meta.dirname, "../../../../../shared");
const names = readdirSync(services).filter((s) => existsSync(join(services, s, "fidelity.yaml")));
const table = join(shared, "promises.md");
if (!existsSync(shared)) console.log(`skipped: nothing in ${shared}; the policies are not compared`);

async function policyOf(service: string) {
  const loaded = await loadPolicy(join(services, service));
  const policy = loaded.compiled?.value ?? null;
  if (policy === null) throw new Error(`\`${service}\` has no policy: ${JSON.stringify(loaded.issues)}`);
  return { policy, ...loaded };
}

/** What the table asks of the service: the id of each promise, and its kinds. `inform` is the entry that promises nothing. */
function asked(service: string): { readonly id: string; readonly kind: string }[] {
  const section = readFileSync(table, "utf8")
    .split("\n## ")
    .find((s) => s.includes(`\`${service}.txt\``));
  const rows = (section ?? "").matchAll(/^\| ([A-Z]\d+) \|[^|]*\|[^|]*\| ([^|]*) \|/gm);
  return [...rows].flatMap(([, id = "", kinds = ""]) =>
    kinds.split(/[+,]/).map((k) => ({ id, kind: k.replace(/:.*/, "").trim() })),
  );
}

const holds = (policy: Policy, { id, kind }: { readonly id: string; readonly kind: string }): boolean =>
  kind === "inform"
    ? policy.informs.some((i) => i.promises.includes(id))
    : policy.commitments.some((c) => c.kind === kind && c.promises.includes(id));

test("there are reference policies to look at", () => {
  expect(names.length).toBeGreaterThan(0);
});

describe.each(names)("%s", (service) => {
  test("has no error, and each of its sentences is bound or promises nothing", async () => {
    const { compiled, further, issues } = await policyOf(service);
    expect(issues.filter((i) => i.severity === "error" || i.code.startsWith("unbound"))).toEqual([]);
    for (const file of [compiled, ...further]) expect(file?.coverage.coverage).toBe(1);
  });

  test("does not contradict itself", async () => {
    const { policy } = await policyOf(service);
    expect(lint(policy, new Date("2026-01-01")).filter((i) => i.severity === "error")).toEqual([]);
  });

  test.skipIf(!existsSync(table))("holds every promise of the table, in its kinds", async () => {
    const { policy } = await policyOf(service);
    const wanted = asked(service);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((w) => !holds(policy, w))).toEqual([]);
  });

  test.skipIf(!existsSync(shared))("every statement of its source has one fate", async () => {
    const { policy, compiled } = await policyOf(service);
    const fidelity = compiled?.fidelity ?? null;
    if (fidelity === null) throw new Error("the fidelity file was not read");
    const { sources, issues } = await readSources(
      join(shared, "seeds"),
      fidelity.sources.map((s) => s.name),
    );
    const report = reportFidelity(fidelity, policy, sources);
    expect([...issues, ...report.issues]).toEqual([]);
    expect(report.counts.unmapped).toBe(0);
    expect(report.counts.statements).toBeGreaterThan(0);
  });
});
