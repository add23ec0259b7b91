/** What was found, for a terminal. */
import type { Drift } from "@avow/core/datamap/discover/drift";
import type { FoundCollection } from "@avow/core/datamap/discover/model";
import type { Discovery } from "@avow/runtime/discovery/discover";
import { table } from "../../report/table.ts";

const ABOUT: Readonly<Record<FoundCollection["about"], string>> = {
  person: "rows are people",
  owned: "rows belong to people",
  other: "leads to no person",
};

export function formatFound({ found, skipped }: Discovery, { all }: { readonly all: boolean }): string {
  const shown = found.collections.filter(
    (c) => all || c.fields.some((f) => f.category !== "system") || c.links.some((l) => l.role !== null),
  );
  const hidden = found.collections.length - shown.length;
  return [
    ...shown.map((c) => formatCollection(c, all)),
    ...(hidden > 0 ? [`${hidden} collections without personal data are not shown (--all shows them)\n`] : []),
    ...found.combinations.map(
      (c) =>
        `\`${c.collection}\`: ${c.fields.map((f) => `\`${f}\``).join(" + ")} single out ${percent(c.singledOut)} of ${c.examined} rows${c.whole ? "" : " of a sample; fewer of all rows"} (fewer than ${c.k} share them)\n`,
    ),
    ...skipped.map((s) => `not looked at: \`${s.collection}\`: ${s.why}\n`),
  ].join("\n");
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function formatCollection(c: FoundCollection, all: boolean): string {
  const fields = c.fields.filter((f) => all || f.category !== "system");
  const rows = fields.map((f) => [f.name, f.type, f.category ?? "?", f.confidence.toFixed(2), f.reason]);
  const links = c.links
    .filter((l) => all || l.role !== null)
    .map((l) => [
      `→ ${l.from.join(", ")}`,
      `${l.to.collection}.${l.to.fields.join(", ")}`,
      l.role ?? "–",
      l.confidence.toFixed(2),
      l.when === undefined ? l.reason : `${l.reason} (\`${l.when.value}\`)`,
    ]);
  const parts = c.fields.flatMap((f) =>
    (f.parts ?? [])
      .filter((p) => p.category !== "system" && p.category !== null)
      .map((p) => [`  ${f.name} ▸ ${p.path}`, "", p.category ?? "?", p.confidence.toFixed(2), p.reason]),
  );
  const body = [...rows, ...parts, ...links];
  return [
    `${c.name}: ${ABOUT[c.about]}${c.rows === null ? "" : `, about ${c.rows} rows`}${c.examined === 0 ? "" : `, ${c.examined} looked at`}\n`,
    body.length === 0 ? "" : table(["field", "type", "category", "sure", "why"], body),
    ...c.suspected.map((s) => `  suspected: ${s}\n`),
  ].join("");
}

export function formatDrift(
  drift: readonly (Drift & { readonly clause?: string })[],
  accepted: number,
): string {
  const lines = drift.map(
    (d) => `${SIGN[d.kind]} ${d.message}\n${d.clause === undefined ? "" : `    ${d.clause}\n`}`,
  );
  const rest = accepted === 0 ? "" : `${accepted} more accepted by the baseline\n`;
  return drift.length === 0 ? `nothing has changed\n${rest}` : `${lines.join("")}${rest}`;
}

const SIGN: Readonly<Record<Drift["kind"], string>> = {
  "new-collection": "+",
  "new-field": "+",
  "new-link": "+",
  "removed-collection": "-",
  "removed-field": "-",
  "changed-type": "~",
  "changed-category": "~",
  "single-out": "!",
};
