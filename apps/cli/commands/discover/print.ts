/**
 * What was found, for a terminal: people first, then what is theirs, the surest first. A store of hundreds of collections is shown so that
 * it can be read: a few in full, some in a line each, the others counted. `--all` and `--json` leave nothing out.
 */
import { count } from "@avow/core/commitments/judgement";
import type { Drift } from "@avow/core/datamap/discover/drift";
import type { FoundCollection, FoundField } from "@avow/core/datamap/discover/model";
import type { StoreMap } from "@avow/core/datamap/model";
import type { Policy } from "@avow/core/policy/model";
import { isPersonal as isPersonalCategory } from "@avow/core/terms/category";
import type { Discovery } from "@avow/runtime/discovery/discover";
import { table } from "../../report/table.ts";
import { type Group, groupsOf, isPersonal, type Ranked, says } from "./overview.ts";

const ABOUT: Readonly<Record<FoundCollection["about"], string>> = {
  person: "rows are people",
  owned: "rows belong to people",
  other: "leads to no person",
};

/** Up to here everything that is personal is shown in full. */
const SMALL_MAX = 20;
const FULL_MAX = 12;
const FIELDS_MAX = 12;
const LINES_MAX = 40;
const NOTES_MAX = 10;

export function formatFound(discovery: Discovery, { all }: { readonly all: boolean }): string {
  const { found, skipped } = discovery;
  const groups = groupsOf(found.collections);
  const personal = groups.filter((g) => g.about !== "none").flatMap((g) => g.collections);
  const whole = all || personal.length <= SMALL_MAX;
  const shown = (whole ? personal : personal.slice(0, FULL_MAX)).map((r) => r.collection);
  const brief = whole ? [] : personal.slice(FULL_MAX, FULL_MAX + LINES_MAX);
  const rest = whole ? [] : personal.slice(FULL_MAX + LINES_MAX);
  const full = (c: FoundCollection): string =>
    formatCollection(c, { all, fieldsMax: whole ? Number.POSITIVE_INFINITY : FIELDS_MAX });
  const silent = groups.find((g) => g.about === "none")?.collections ?? [];
  return [
    summary(groups),
    ...shown.map(full),
    ...(brief.length === 0 ? [] : [`in a line each (--all shows them in full):\n${inLines(brief)}`]),
    ...(rest.length === 0 ? [] : [`${counted(rest)}: --all shows them, --json and --write have them\n`]),
    ...(all
      ? silent.map((r) => full(r.collection))
      : silent.length > 0
        ? [`${silent.length} collections without personal data are not shown (--all shows them)\n`]
        : []),
    ...limited(
      found.combinations.map(
        (c) =>
          `\`${c.collection}\`: ${c.fields.map((f) => `\`${f}\``).join(" + ")} single out ${percent(c.singledOut)} of ${c.examined} rows${c.whole ? "" : " of a sample; fewer of all rows"} (fewer than ${c.k} share them)\n`,
      ),
      { all, what: "combinations" },
    ),
    ...notLookedAt(skipped, all),
  ].join("\n");
}

const notLookedAt = (skipped: Discovery["skipped"], all: boolean): readonly string[] =>
  limited(
    skipped.map((s) => `not looked at: \`${s.collection}\`: ${s.why}\n`),
    { all, what: "collections that were not looked at" },
  );

const limited = (
  lines: readonly string[],
  { all, what }: { readonly all: boolean; readonly what: string },
): readonly string[] =>
  (lines.length === 0
    ? []
    : all || lines.length <= NOTES_MAX
      ? [lines]
      : [[...lines.slice(0, NOTES_MAX), `${lines.length - NOTES_MAX} more ${what} (--all shows them)\n`]]
  ).map((together) => together.join(""));

const HEADS: Readonly<Record<Group["about"], string>> = {
  person: "of people",
  owned: "of what belongs to them",
  other: "with personal fields that lead to nobody",
  none: "without personal data",
};

function summary(groups: readonly Group[]): string {
  const counts = groups
    .filter((g) => g.collections.length > 0)
    .map((g) => `${g.collections.length} ${HEADS[g.about]}`);
  const ranked = groups.flatMap((g) => g.collections);
  const fields = ranked.reduce((n, r) => n + r.personal, 0);
  const open = ranked.reduce((n, r) => n + r.undecided, 0);
  return `${ranked.length} collections${counts.length === 0 ? "" : `: ${counts.join(", ")}`}; ${fields} personal fields${open === 0 ? "" : `, ${open} undecided`}\n`;
}

const counted = (ranked: readonly Ranked[]): string =>
  `${ranked.length} more collections with ${ranked.reduce((n, r) => n + r.personal, 0)} personal fields`;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const NAMED_MAX = 4;

function inLines(ranked: readonly Ranked[]): string {
  return table(
    ["collection", "about", "personal", "undecided", "the surest"],
    ranked.map(({ collection: c, personal, undecided, surest }) => [
      c.name,
      ABOUT[c.about],
      `${personal}`,
      `${undecided}`,
      surest
        .slice(0, NAMED_MAX)
        .map((f) => f.name)
        .join(", "),
    ]),
  );
}

interface Shown {
  readonly all: boolean;
  readonly fieldsMax: number;
}

function formatCollection(c: FoundCollection, { all, fieldsMax }: Shown): string {
  const telling = c.fields.filter((f) => all || f.category !== "system");
  const fields = telling.length <= fieldsMax ? telling : surestOf(telling, fieldsMax);
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
  const parts = fields.flatMap((f) =>
    (f.parts ?? [])
      .filter((p) => p.category !== "system" && p.category !== null)
      .map((p) => [`  ${f.name} ▸ ${p.path}`, "", p.category ?? "?", p.confidence.toFixed(2), p.reason]),
  );
  const body = [...rows, ...parts, ...links];
  const left = telling.length - fields.length;
  return [
    `${c.name}: ${ABOUT[c.about]}${c.rows === null ? "" : `, about ${c.rows} rows`}${c.examined === 0 ? "" : `, ${c.examined} looked at`}\n`,
    body.length === 0 ? "" : table(["field", "type", "category", "sure", "why"], body),
    ...(left === 0 ? [] : [`  ${left} more fields that are personal or undecided\n`]),
    ...c.suspected.map((s) => `  suspected: ${s}\n`),
  ].join("");
}

/** The surest, in the order in which the collection has them. */
function surestOf(fields: readonly FoundField[], max: number): readonly FoundField[] {
  const best = new Set(
    [...fields]
      .sort(
        (a, b) =>
          Number(says(b)) - Number(says(a)) ||
          Number(isPersonal(b)) - Number(isPersonal(a)) ||
          b.confidence - a.confidence,
      )
      .slice(0, max),
  );
  return fields.filter((f) => best.has(f));
}

/** Of what was not looked into, what has come, gone, or changed its type is seen all the same; what changed within is not. */
export function formatDrift(
  drift: readonly (Drift & { readonly clause?: string })[],
  accepted: number,
  { byNames, skipped, judged }: Pick<Discovery, "byNames" | "skipped"> & { readonly judged: string },
): string {
  const lines = drift.map(
    (d) => `${SIGN[d.kind]} ${d.message}\n${d.clause === undefined ? "" : `    ${d.clause}\n`}`,
  );
  const rest = accepted === 0 ? "" : `${accepted} more accepted by the baseline\n`;
  const nothing = skipped.length === 0 ? "nothing is open" : "nothing is open in what was looked at";
  return [
    ...(drift.length === 0 ? [`${nothing}: ${judged}\n`] : lines),
    rest,
    ...(byNames.length === 0
      ? []
      : [
          `judged by names and types alone, so what they hold now is not known (--megabytes and --seconds give more): ${byNames.map((name) => `\`${name}\``).join(", ")}\n`,
        ]),
    ...notLookedAt(skipped, false),
  ].join("");
}

/** What a run without findings rests on. `map`: null where there is none; `policy`: null where no clause could be looked for. */
export function judgedIn(
  { collections }: Discovery["found"],
  { map, policy }: { readonly map: StoreMap | null; readonly policy: Policy | null },
): string {
  const seen = collections.reduce((n, c) => n + c.fields.length, 0);
  const mapped =
    map?.collections.flatMap((c) => c.fields.filter((f) => isPersonalCategory(f.category))) ?? [];
  const held = `${count(seen, "field")} of ${count(collections.length, "collection")} were held against the data map`;
  return policy === null
    ? `${held}; without a policy (--service) no clause was looked for`
    : `${held}, and its ${mapped.length} personal ones against the policy`;
}

const SIGN: Readonly<Record<Drift["kind"], string>> = {
  "new-collection": "+",
  "new-field": "+",
  "new-link": "+",
  "removed-collection": "-",
  "removed-field": "-",
  "changed-type": "~",
  "changed-category": "~",
  uncovered: "!",
  "single-out": "!",
};
