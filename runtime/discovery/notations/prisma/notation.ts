/** Schemas of Prisma (`schema.prisma`): models are tables, `@@map` and `@map` say what they are called there. */
import { own } from "@avow/core/terms/own";
import { Picture, type Table } from "../../picture.ts";
import type { SchemaFile, Unread } from "../../schema-file.ts";
import type { Notation } from "../notation.ts";

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly line: number;
  readonly lines: readonly { readonly text: string; readonly line: number }[];
  readonly file: string;
}

interface Field {
  readonly name: string;
  readonly column: string;
  readonly type: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: string;
}

export const prisma: Notation = {
  name: "Prisma",
  expects: "a schema of Prisma (`model User { … }`)",
  endings: [".prisma"],
  claims: ({ file }) => file.endsWith(".prisma"),
  read(files) {
    const picture = new Picture();
    const unread: Unread[] = [];
    const blocks = files.flatMap(blocksIn);
    const models = new Map(
      blocks
        .filter((b) => b.kind === "model")
        .map((b) => [b.name, { block: b, fields: fieldsOf(b, unread) }]),
    );
    for (const model of models.values()) define(picture, model, models);
    for (const model of models.values()) relate(picture, model, models);
    const description = { collections: picture.collections() };
    return { description, statements: models.size, unread, stands: true };
  },
};

interface Model {
  readonly block: Block;
  readonly fields: readonly Field[];
}
type Models = ReadonlyMap<string, Model>;

function blocksIn({ file, text }: SchemaFile): readonly Block[] {
  const blocks: (Block & { readonly lines: { text: string; line: number }[] })[] = [];
  let open: (typeof blocks)[number] | null = null;
  for (const [at, row] of text.split("\n").entries()) {
    const line = row.replace(/\/\/.*$/, "").trim();
    const [, kind, name] = /^(model|view|enum|type|generator|datasource)\s+(\w+)\s*\{/.exec(line) ?? [];
    if (kind !== undefined && name !== undefined) {
      open = { kind, name, line: at + 1, lines: [], file };
      blocks.push(open);
    } else if (line.startsWith("}")) open = null;
    else if (open !== null && line !== "") open.lines.push({ text: line, line: at + 1 });
  }
  return blocks;
}

/** No field or key is longer. */
const LINE_CHARS_MAX = 20_000;

function fieldsOf({ name: model, lines, file }: Block, unread: Unread[]): readonly Field[] {
  return lines.flatMap(({ text, line }): Field[] => {
    if (text.length > LINE_CHARS_MAX) {
      unread.push({ file, line, what: `${model}: a line that is too long` });
      return [];
    }
    if (text.startsWith("@@")) return [];
    const [, name, type, list, optional, attributes = ""] =
      /^(\w+)\s+(Unsupported\("[^"]*"\)|\w+)(\[\])?(\?)?\s*(.*)$/.exec(text) ?? [];
    if (name === undefined || type === undefined) {
      unread.push({ file, line, what: `${model}: a line that is no field` });
      return [];
    }
    const column = /@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(attributes)?.[1] ?? name;
    return [{ name, column, type, list: list !== undefined, optional: optional !== undefined, attributes }];
  });
}

const TYPES: Readonly<Record<string, string>> = {
  String: "text",
  Int: "integer",
  BigInt: "bigint",
  Float: "double precision",
  Decimal: "numeric",
  Boolean: "boolean",
  DateTime: "timestamp",
  Json: "jsonb",
  Bytes: "bytea",
};

const tableOf = ({ block }: Model): string =>
  block.lines
    .map((l) => /^@@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(l.text)?.[1])
    .find((n) => n !== undefined) ?? block.name;

function typeOf(f: Field): string {
  const native = /@db\.(\w+(?:\([\d,\s]*\))?)/.exec(f.attributes)?.[1];
  const base =
    native ?? own(TYPES, f.type) ?? (f.type.startsWith("Unsupported") ? f.type.slice(13, -2) : f.type);
  return `${base.toLowerCase()}${f.list ? "[]" : ""}`;
}

/** `[a, b(sort: Desc)]` as columns. */
const columnsIn = (text: string, fields: readonly Field[]): readonly string[] =>
  text
    .replaceAll(/\([^)]*\)/g, "")
    .split(",")
    .map((n) => n.trim())
    .filter((n) => n !== "")
    .map((n) => fields.find((f) => f.name === n)?.column ?? n);

function define(picture: Picture, model: Model, models: Models): void {
  const table = picture.create(tableOf(model));
  if (table === null) return;
  for (const f of model.fields) {
    if (models.has(f.type)) continue;
    picture.setField(table, {
      name: f.column,
      type: typeOf(f),
      nullable: f.optional,
      primary: /@id\b/.test(f.attributes),
      unique: /@unique\b/.test(f.attributes),
    });
  }
  for (const { text } of model.block.lines.filter((l) => l.text.length <= LINE_CHARS_MAX)) {
    const [, kind, inside = ""] =
      /^@@(id|unique|index)\(\s*(?:fields:\s*)?\[((?:[^\][]|\[[^\]]*\])*)\]/.exec(text) ?? [];
    const columns = columnsIn(inside, model.fields);
    if (kind === "id") table.primaryKey = columns;
    else if (kind === "unique") picture.addUnique(table, columns);
    else if (kind === "index") picture.addIndex(table, columns);
  }
}

function relate(picture: Picture, model: Model, models: Models): void {
  const table = picture.table(tableOf(model));
  if (table === undefined) return;
  for (const f of model.fields) {
    const to = models.get(f.type);
    if (to === undefined) continue;
    const [, from] = /\bfields:\s*\[([^\]]*)\]/.exec(f.attributes) ?? [];
    const [, at = ""] = /\breferences:\s*\[([^\]]*)\]/.exec(f.attributes) ?? [];
    if (from !== undefined)
      picture.addKey(table, {
        from: columnsIn(from, model.fields),
        to: tableOf(to),
        fields: columnsIn(at, to.fields),
      });
    else if (f.list) join(picture, [model, to], f);
  }
}

const relationOf = (f: Field): string | null =>
  /@relation\(\s*(?:name:\s*)?"([^"]+)"/.exec(f.attributes)?.[1] ?? null;

/** Lists on both sides are a table of their own, which the schema does not write down: `_CategoryToPost` with `A` and `B`. */
function join(picture: Picture, [model, to]: readonly [Model, Model], field: Field): void {
  const named = relationOf(field);
  const back = to.fields.some((f) => f.type === model.block.name && f.list && relationOf(f) === named);
  if (!back) return;
  const [a, b] = [model, to].sort((x, y) => (x.block.name < y.block.name ? -1 : 1));
  if (a === undefined || b === undefined) return;
  const table = picture.create(`_${named ?? `${a.block.name}To${b.block.name}`}`);
  if (table === null) return;
  side(picture, table, "A", a);
  side(picture, table, "B", b);
  table.primaryKey = ["A", "B"];
}

function side(picture: Picture, table: Table, name: string, of: Model): void {
  const other = picture.table(tableOf(of));
  const key = other?.primaryKey[0] ?? "id";
  picture.setField(table, { name, type: other?.fields.get(key)?.type ?? "integer", nullable: false });
  picture.addKey(table, { from: [name], to: tableOf(of), fields: [] });
}
