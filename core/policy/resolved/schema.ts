/** Reads a YAML tree by a schema; what is wrong is said in the language's own words, each at its key. */
import { z } from "zod";
import { errorAt, type Issue, type IssueText, type Span } from "../../terms/issue.ts";
import { listed, suggestion } from "../../terms/suggest.ts";
import { entryOf, placeOf, plainOf, type YamlTree } from "../surface/yaml.ts";

export type SchemaRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function readBySchema<T>(schema: z.ZodType<T>, tree: YamlTree): SchemaRead<T> {
  const read = schema.safeParse(plainOf(tree), { reportInput: true });
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, issues: read.error.issues.flatMap((issue) => issuesOf(issue, schema, tree)) };
}

/** The keys of a strict object. */
export const keysOf = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

function issuesOf(issue: z.core.$ZodIssue, schema: z.ZodType, tree: YamlTree): Issue[] {
  if (issue.code === "unrecognized_keys") {
    const holder = treeAt(tree, issue.path);
    const known = keysOf(inner(schema, issue.path)).filter((key) => entryOf(holder, key) === undefined);
    return issue.keys.map((key) =>
      errorAt(entryOf(holder, key)?.keySpan ?? holder.span, unknownKey(key, known)),
    );
  }
  const span = spanFor(tree, issue.path);
  return [errorAt(span, explain(issue))];
}

/** `known`: the keys that could stand there and do not yet. */
export const unknownKey = (key: string, known: readonly string[]): IssueText => ({
  code: "unknown-key",
  message: `unknown key \`${key}\``,
  fix: suggestion(
    key,
    known,
    known.length === 0 ? "leave it out" : `keys that can still be added: ${listed(known)}`,
  ),
});

function treeAt(tree: YamlTree, path: readonly PropertyKey[]): YamlTree {
  const [head, ...rest] = path;
  if (head === undefined) return tree;
  const next = tree.is === "list" ? tree.items[Number(head)] : entryOf(tree, String(head))?.value;
  return next === undefined ? tree : treeAt(next, rest);
}

const spanFor = (tree: YamlTree, path: readonly PropertyKey[]): Span => placeOf(tree, path);

/** The schema that a path leads to; records and lists are stepped through. */
function inner(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType {
  const bare = unwrap(schema);
  const [head, ...rest] = path;
  if (head === undefined) return bare;
  const next: unknown =
    bare instanceof z.ZodObject
      ? bare.shape[String(head)]
      : bare instanceof z.ZodRecord
        ? bare.valueType
        : bare instanceof z.ZodArray
          ? bare.element
          : null;
  return next instanceof z.ZodType ? inner(next, rest) : bare;
}

function unwrap(schema: z.ZodType): z.ZodType {
  const wrapped: unknown =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
      ? schema.unwrap()
      : schema instanceof z.ZodPipe
        ? schema.out
        : null;
  return wrapped instanceof z.ZodType ? unwrap(wrapped) : schema;
}

const KINDS_OF_VALUE: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "`true` or `false`",
  array: "a list",
  object: "keys and values",
  record: "keys and values",
};

function explain(issue: z.core.$ZodIssue): IssueText {
  const named = issue.path.findLast((p) => typeof p === "string");
  const key = typeof named === "string" ? `\`${named}\`` : "this";
  const { input } = issue;
  if (input === undefined && named !== undefined)
    return { code: "missing-key", message: `${key} is missing`, fix: `add ${key}` };
  if (issue.message.startsWith("is no ")) {
    const colon = issue.message.indexOf(": ");
    const message = `${shown(input)} ${colon < 0 ? issue.message : issue.message.slice(0, colon)}`;
    return colon < 0
      ? { code: "bad-value", message }
      : { code: "bad-value", message, fix: issue.message.slice(colon + 2) };
  }
  if (input === null)
    return {
      code: "missing-value",
      message: `${key} is empty`,
      fix: "give it a value, or leave the key out",
    };
  switch (issue.code) {
    case "invalid_value": {
      const words = issue.values.map(String);
      return {
        code: "bad-value",
        message: `${shown(input)} is not one of ${listed(words)}`,
        fix: suggestion(String(input), words, "use one of these"),
      };
    }
    case "invalid_type":
      return {
        code: "bad-value",
        message: `${key} wants ${KINDS_OF_VALUE[issue.expected] ?? issue.expected}`,
        fix: "change the value",
      };
    case "too_small":
      return {
        code: "bad-value",
        message: `${key} is too short or too small`,
        fix: `give it at least ${issue.minimum}`,
      };
    case "too_big":
      return {
        code: "bad-value",
        message: `${key} is too long or too big`,
        fix: `give it at most ${issue.maximum}`,
      };
    default:
      return {
        code: "bad-value",
        message: `${key} has a value that does not fit`,
        fix: "see spec/policy-language.md",
      };
  }
}

const SHOWN_MAX = 60;

function shown(input: unknown): string {
  const text = typeof input === "string" ? input : (JSON.stringify(input) ?? "");
  return `\`${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}\``;
}
