/** What notices that a policy was changed: each of Avow's own readings of it, against the same reading of the policy as it was. */
import { kinds } from "@avow/core/commitments/index";
import { type Compiled, compilePolicy } from "@avow/core/policy/compile";
import { driftIssues } from "@avow/core/policy/drift";
import { checkRows } from "@avow/core/policy/fidelity/check";
import type { Policy } from "@avow/core/policy/model";
import { diffPolicies } from "@avow/core/policy/rules/diff/diff";
import { lint } from "@avow/core/policy/rules/lint/index";
import { must } from "@avow/core/terms/assert";
import type { Issue } from "@avow/core/terms/issue";

/**
 * `compile`: an error, and so no policy; `warning`: of the compiler; `lock`: what was bound no longer is; `locales`: another language
 * says otherwise; `meaning`: `diff` names a change of what is promised; `prose`: `diff` lists a sentence that reads otherwise.
 */
export const NOTICERS = [
  "compile",
  "warning",
  "lock",
  "locales",
  "lint",
  "fidelity",
  "meaning",
  "prose",
] as const;
export type Noticer = (typeof NOTICERS)[number];

export interface ServiceTexts {
  readonly service: string;
  readonly file: string;
  readonly text: string;
  readonly lock: string;
  readonly fidelity: string | null;
  /** Further locales. */
  readonly others: readonly { readonly file: string; readonly text: string }[];
}

export interface Watch {
  readonly service: string;
  readonly text: string;
  noticed(text: string): ReadonlySet<Noticer>;
}

const LOCK: ReadonlySet<string> = new Set(["unbound-statement", "unbound-commitment", "stale-lock"]);
const TODAY = new Date("2026-11-01T00:00:00Z");

/** Places move when a line is added; what is said stays. */
const said = (issues: readonly Issue[]): readonly string[] =>
  issues.map((i) => `${i.code} ${i.message.replaceAll(/line \d+/g, "line")}`);

export function watch(service: ServiceTexts): Watch {
  const compile = (file: string, text: string, further: boolean): Compiled =>
    compilePolicy({
      file,
      text,
      lock: { file: "policy.lock", text: service.lock },
      fidelity: service.fidelity === null ? null : { file: "fidelity.yaml", text: service.fidelity },
      kinds,
      further,
    });
  const others = service.others.map((o) =>
    must(compile(o.file, o.text, true).value, `\`${o.file}\` compiles`),
  );
  const lookAt = (text: string) => {
    const compiled = compile(service.file, text, false);
    return { compiled, readings: readingsOf(compiled, others) };
  };
  const before = lookAt(service.text);
  const original = must(before.compiled.value, `\`${service.service}\` compiles`);
  return {
    service: service.service,
    text: service.text,
    noticed(text) {
      const now = lookAt(text);
      const found = new Set<Noticer>(changed(before.readings, now.readings));
      for (const noticer of differences(original, now.compiled.value)) found.add(noticer);
      return found;
    },
  };
}

type Readings = ReadonlyMap<Noticer, ReadonlySet<string>>;

function readingsOf({ issues, value, fidelity }: Compiled, others: readonly Policy[]): Readings {
  const own = issues.filter((i) => !LOCK.has(i.code));
  const readings: readonly (readonly [Noticer, readonly Issue[]])[] = [
    ["compile", own.filter((i) => i.severity === "error")],
    ["warning", own.filter((i) => i.severity !== "error")],
    ["lock", issues.filter((i) => LOCK.has(i.code))],
    ["locales", value === null ? [] : others.flatMap((o) => driftIssues(value, o, fidelity))],
    ["lint", value === null ? [] : lint(value, TODAY)],
    ["fidelity", value === null || fidelity === null ? [] : checkRows(fidelity, value, kinds)],
  ];
  return new Map(readings.map(([noticer, found]) => [noticer, new Set(said(found))]));
}

const changed = (before: Readings, now: Readings): Noticer[] =>
  [...now].flatMap(([noticer, found]) =>
    [...found].some((x) => before.get(noticer)?.has(x) !== true) ? [noticer] : [],
  );

function differences(original: Policy, now: Policy | null): Noticer[] {
  if (now === null) return [];
  const prose = diffPolicies(original, now).changes.map((c) => c.about === "prose");
  return [
    ...(prose.includes(false) ? (["meaning"] as const) : []),
    ...(prose.includes(true) ? (["prose"] as const) : []),
  ];
}
