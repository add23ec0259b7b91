/** The fields of a collection as its map lists them, places inside of columns among them (spec/data-map.md, "Inside a column"). */
import { categoryIssue } from "../terms/category.ts";
import { errorAt, type Issue } from "../terms/issue.ts";
import { parsePath, pathName } from "../terms/path.ts";
import type { Field } from "./model.ts";
import type { CollectionShape } from "./schema.ts";
import type { LocatedYaml } from "./yaml.ts";

interface Source {
  readonly yaml: LocatedYaml;
  readonly name: string;
  readonly shape: CollectionShape;
  readonly issues: Issue[];
}

export interface FieldsRead {
  readonly fields: readonly Field[];
  /** Names of those that run over a list. */
  readonly lists: ReadonlySet<string>;
}

type FieldShape = CollectionShape["fields"][string];

const described = (name: string, f: Pick<Exclude<FieldShape, string>, "category" | "origin"> | string) => ({
  name,
  category: typeof f === "string" ? f : f.category,
  ...(typeof f !== "string" && f.origin === "derived" ? { derived: true as const } : {}),
});

export function readFields(source: Source): FieldsRead {
  const fields = Object.entries(source.shape.fields).flatMap(([name, f]): Field[] => {
    const paths = typeof f === "string" ? [] : Object.entries(f.paths ?? {});
    const field = checked(source, described(name, f), [name]);
    if (paths.length === 0) return [field];
    return [
      { ...field, opened: true },
      ...paths.flatMap(([text, p]) => pathField(source, name, text, described(pathName(name, text), p))),
    ];
  });
  const lists = fields.flatMap((f) => (f.path?.each !== null && f.path !== undefined ? [f.name] : []));
  return { fields, lists: new Set(lists) };
}

/** A word that is no category is told of at the field. `at`: below `fields`. */
function checked({ yaml, name, issues }: Source, field: Field, at: readonly string[]): Field {
  const text = field.category === "system" ? null : categoryIssue(field.category);
  if (text !== null)
    issues.push(
      errorAt(yaml.spanOf(["collections", name, "fields", ...at]), {
        ...text,
        message: `\`${name}.${field.name}\`: ${text.message}`,
      }),
    );
  return field;
}

function pathField(source: Source, column: string, text: string, field: Field): Field[] {
  const { yaml, name, shape, issues } = source;
  const at = yaml.spanOf(["collections", name, "fields", column, "paths", text]);
  const path = parsePath(column, text);
  if (path === null) {
    const lists = text.split("[*]").length - 1;
    issues.push(
      errorAt(at, {
        code: "bad-path",
        message:
          lists > 1
            ? `\`${name}.${field.name}\`: a path runs over one list at most, and this one over ${lists}`
            : `\`${name}\`: \`${text}\` is no path inside of \`${column}\``,
        fix:
          lists > 1
            ? "give the inner list a collection of its own"
            : 'write `key.key`, `list[*].key` or `[*]`; a key with a point, a bracket or a quote stands in `"…"`',
      }),
    );
    return [];
  }
  if (Object.hasOwn(shape.fields, field.name)) {
    issues.push(
      errorAt(at, {
        code: "bad-path",
        message: `\`${name}\`: \`${field.name}\` is a field already`,
        fix: "drop one of the two",
      }),
    );
    return [];
  }
  return [{ ...checked(source, field, [column, "paths", text]), path }];
}
