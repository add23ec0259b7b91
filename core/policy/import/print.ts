/** Proposals → a policy to work on: the prose, and under each statement what is proposed for it (spec/import.md). */
import { CLASSES, type Entry, PURPOSES, RECIPIENTS } from "./lexicon.table.ts";
import { MISSING, type Proposed, type ProposedEntry, type Reading } from "./propose.ts";

export interface PrintOptions {
  readonly service: string;
  readonly locale: string;
}

export function printPolicy(proposed: Proposed, { service, locale }: PrintOptions): string {
  const { source, statements } = proposed;
  const parts = [frontMatter(proposed, { service, locale })];
  const titles = new Map(source.sections.map((s) => [s.id, s.title]));
  parts.push(`# ${heading(titles.get("0") ?? service)} {#s0}`);
  let section = "0";
  const opened = new Set(["0"]);
  for (const { statement, proposal } of statements) {
    if (statement.section !== section) {
      section = statement.section;
      const fresh = !opened.has(section);
      for (const id of fresh ? upTo(section, opened) : [section])
        parts.push(headingOf(id, titles.get(id) ?? "", fresh));
    }
    parts.push(`${statement.item ? "- " : ""}${prose(statement.text)}`, blockOf(proposal));
  }
  return `${parts.join("\n\n")}\n`;
}

/** The sections that have to be opened so that one of them is. */
function upTo(id: string, opened: Set<string>): string[] {
  const [number = "", script] = id.split("@");
  const parts = number.split(".");
  const ids = parts.map(
    (_, i) => `${parts.slice(0, i + 1).join(".")}${script === undefined ? "" : `@${script}`}`,
  );
  const fresh = ids.filter((i) => !opened.has(i));
  for (const i of fresh) opened.add(i);
  return fresh;
}

function headingOf(id: string, title: string, fresh: boolean): string {
  const number = id.split("@")[0] ?? id;
  const shown = [/[a-z]$/.test(number) ? "" : number, heading(title)].filter((t) => t !== "").join(" ");
  const anchor = `s${id.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  // A section that goes on after another one has no anchor of its own.
  return `${"#".repeat(Math.min(6, number.split(".").length + 1))} ${shown === "" ? number : shown}${fresh ? ` {#${anchor}}` : ""}`;
}

const heading = (text: string): string => prose(text).replaceAll(/\{#/g, "{ #").replace(/#+$/, "");

/** Words stay words: nothing of them may be read as Markdown's blocks, or as HTML. */
function prose(text: string): string {
  const safe = text.replaceAll("<", "&lt;");
  return /^(?:[-+*>#|~=`_]|\d{1,9}[.)]|\[[^\]]*\]:)/.test(safe) ? `\\${safe}` : safe;
}

function frontMatter({ statements }: Proposed, { service, locale }: PrintOptions): string {
  const entries = statements.flatMap((s) => (s.proposal.read === "commitments" ? s.proposal.entries : []));
  const specs = entries.map((e) => e.spec);
  const places = [...new Set(entries.flatMap((e) => e.in ?? []))];
  const used = new Set(
    specs.flatMap((spec) => Object.entries(spec).flatMap(([key, v]) => (key === "ways" ? [] : v))),
  );
  const known = (entries: readonly Entry[]): Entry[] => entries.filter((e) => used.has(e.word));
  const recipients = new Set(known(RECIPIENTS).map((e) => e.word));
  // A recipient that a sentence names itself is declared as it is.
  for (const spec of specs) {
    const named = spec["with"];
    if (Array.isArray(named)) for (const word of named) if (word !== "anyone") recipients.add(String(word));
  }
  const group = (key: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${key}:`, ...lines];
  const declared = (e: Entry): string => `  ${e.word}: [${e.is.join(", ")}]`;
  return [
    "---",
    `service: ${service}`,
    "version: imported",
    "effective: unknown",
    `locale: ${locale}`,
    "controller: { name: unknown }",
    ...(places.length === 0 ? [] : [`jurisdictions: [${places.join(", ")}]`]),
    ...group("classes", known(CLASSES).map(declared)),
    ...group("purposes", known(PURPOSES).map(declared)),
    ...group(
      "recipients",
      [...recipients].map((word) => `  ${word}: {}`),
    ),
    "---",
  ].join("\n");
}

function blockOf(proposal: Reading): string {
  if (proposal.read === "commitments") {
    const block = fence(proposal.entries.flatMap(entryLines));
    return proposal.missing ? `<!-- gap: ${MISSING} -->\n\n${block}` : block;
  }
  const why = proposal.read === "informs" ? proposal.why : `gap: ${proposal.what}`;
  const block = fence([`- informs: ${quoted(why)}`, "  status: proposed"]);
  return proposal.read === "gap" ? `<!-- gap: ${proposal.what} -->\n\n${block}` : block;
}

const fence = (lines: readonly string[]): string => ["```commit", ...lines, "```"].join("\n");

function entryLines(entry: ProposedEntry): string[] {
  const assumed = entry.assumed ?? [];
  return [
    `- id: ${entry.id}`,
    "  status: proposed",
    ...(assumed.length === 0 ? [] : [`  # the text does not say: ${assumed.join(", ")}`]),
    ...Object.entries(entry.spec).map(([key, value]) => `  ${key}: ${yamlOf(value)}`),
    ...(entry.if === undefined ? [] : [`  if: ${yamlOf(entry.if)}`]),
    ...(entry.in === undefined ? [] : [`  in: ${yamlOf(entry.in)}`]),
    ...(entry.unless === undefined ? [] : [`  unless: ${yamlOf(entry.unless)}`]),
  ];
}

function yamlOf(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 1 ? yamlOf(value[0]) : `[${value.map(yamlOf).join(", ")}]`;
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** Plain where YAML reads it as the same text. */
const quoted = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9_ -]*$/.test(text) &&
  !/^(?:yes|no|on|off|true|false|null)$/i.test(text) &&
  text.trim() === text
    ? text
    : JSON.stringify(text);
