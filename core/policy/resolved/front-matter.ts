/** The front matter: whose policy this is, which version, and its words for data. */
import { z } from "zod";
import { type Checked, errorAt } from "../../terms/issue.ts";
import type { Policy } from "../model.ts";
import type { Surface } from "../surface/model.ts";
import { readYamlLines, type YamlTree } from "../surface/yaml.ts";
import type { Words } from "../words/model.ts";
import { recipientsOf, wordIssues } from "./front-words.ts";
import { readBySchema } from "./schema.ts";

const text = z.string().trim().min(1).max(500);
const word = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,79}$/, { error: "is no name: use letters, digits, `-` and `_`, a letter first" });
const isDate = (v: string): boolean => z.iso.date().safeParse(v).success;
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((v) => (typeof v === "string" ? [v] : v), z.array(item).min(1));

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: "is no country code: write two capital letters, such as `SM`" });
/** A country, a part of one, or the European Union. */
export const jurisdiction = z
  .string()
  .regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/, { error: "is no jurisdiction: write `EU`, `SM`, `US-CA`" });

const schema = z.strictObject({
  service: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, {
    error: "is no name of a service: use small letters, digits and `-`",
  }),
  version: z
    .string()
    .regex(/^[\w.-]{1,80}$/, { error: "is no version: use letters, digits, `.`, `-` and `_`" }),
  effective: z
    .string()
    .refine((v) => v === "unknown" || isDate(v), { error: "is no date: write `2026-01-31`, or `unknown`" }),
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, { error: "is no locale: write `en`, `zh-Hans`" }),
  title: text.optional(),
  controller: z.strictObject({
    name: text,
    country: country.optional(),
    contact: z.record(word, text).default({}),
  }),
  jurisdictions: list(jurisdiction).default([]),
  classes: z.record(word, list(z.string())).default({}),
  purposes: z.record(word, list(z.string())).default({}),
  recipients: z
    .record(
      word,
      z.strictObject({
        name: text.optional(),
        is: list(word).optional(),
        country: country.optional(),
      }),
    )
    .default({}),
  conditions: z.record(word, text).default({}),
  labels: z.record(text, text).default({}),
});

export type FrontMatter = Pick<
  Policy,
  "service" | "version" | "effective" | "locale" | "controller" | "jurisdictions"
> &
  Words & {
    readonly title: string | null;
  };

export function readFrontMatter(surface: Surface): Checked<FrontMatter> {
  const { frontMatter, file } = surface;
  if (frontMatter === null) return { value: null, issues: [] };
  const { tree, issues } = readYamlLines(file, frontMatter.lines);
  if (tree === null) {
    const empty = errorAt(frontMatter.span, {
      code: "no-front-matter",
      message: "the front matter is empty",
      fix: "give it the keys `service`, `version` …",
    });
    return { value: null, issues: issues.length > 0 ? issues : [empty] };
  }
  if (tree.is !== "map") {
    const text = {
      code: "bad-value",
      message: "the front matter wants keys and values",
      fix: "write `service: name` and so on",
    };
    return { value: null, issues: [errorAt(tree.span, text)] };
  }
  const read = readBySchema(schema, withVersionAsWritten(tree));
  if (!read.ok) return { value: null, issues: read.issues };
  const { title, controller, recipients, ...rest } = read.value;
  const value = {
    ...rest,
    title: title ?? null,
    controller: { ...controller, country: controller.country ?? null },
    recipients: recipientsOf(recipients),
  };
  return { value, issues: wordIssues(value, tree) };
}

/** `version: 1.10` is no number. */
function withVersionAsWritten(tree: YamlTree): YamlTree {
  if (tree.is !== "map") return tree;
  const entries = tree.entries.map((e) =>
    e.key === "version" && e.value.is === "scalar" && typeof e.value.value === "number"
      ? { ...e, value: { ...e.value, value: e.value.source } }
      : e,
  );
  return { ...tree, entries };
}
