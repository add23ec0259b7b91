/** Steps of a query interface, carried out on the picture of the schema. */
import type { Picture, Table } from "../../picture.ts";
import { missing } from "../../schema-file.ts";
import { allNamedBy, namedBy } from "../../source/script.ts";
import { attributeOf, tableNamed } from "../../source/sequelize.ts";
import { type Call, isWord, type Value } from "../../source/values.ts";

type Constants = ReadonlyMap<string, string>;
/** Null: done. Else what was not understood. */
export type Step = (picture: Picture, call: Call, constants: Constants) => string | null;

const bare = (name: string): string => name.replace(/^public\./, "");
const entriesIn = (value: Value | undefined): ReadonlyMap<string, Value> =>
  value?.is === "map" ? value.entries : new Map();

/** The table; with a schema that the options say, of that one. */
function nameIn(call: Call, constants: Constants): string | null {
  const named = tableNamed(call.args[0], constants);
  const schema = namedBy(entriesIn(call.args.at(-1)).get("schema"), constants);
  const inSchema = schema === null || call.args.length < 2 || named?.includes(".") === true ? null : schema;
  return named === null ? null : bare(inSchema === null ? named : `${inSchema}.${named}`);
}

interface Said {
  readonly picture: Picture;
  readonly table: Table;
  readonly constants: Constants;
  /** What stands behind the table. */
  readonly args: readonly Value[];
}

const onTable =
  (does: (said: Said) => boolean): Step =>
  (picture, call, constants) => {
    const named = nameIn(call, constants);
    if (named === null) return `${call.name}: the table is not called by its name`;
    const table = picture.table(named);
    if (table === undefined) return missing(call.name, named);
    return does({ picture, table, constants, args: call.args.slice(1) }) ? null : `${call.name} ${named}`;
  };

/** False: nobody could say what it is from what stands there. */
function column(
  { picture, table, constants }: Pick<Said, "picture" | "table" | "constants">,
  property: string,
  value: Value,
): boolean {
  const said = attributeOf(value, constants);
  if (said === null) return true;
  const name = said.column ?? property;
  const { type, nullable, primary, unique, leadsTo } = said;
  const before = table.fields.get(name);
  picture.setField(table, {
    ...{ name, nullable, unique: unique === true, generated: said.generated },
    type: type === "" ? (before?.type ?? "") : type,
  });
  if (primary) table.primaryKey = [...table.primaryKey.filter((f) => f !== name), name];
  if (leadsTo !== null) picture.dropKeys(table, [name]);
  if (leadsTo !== null)
    picture.addKey(table, {
      ...{ from: [name], to: bare(leadsTo.to) },
      fields: leadsTo.field === null ? [] : [leadsTo.field],
    });
  // `...stamps`, a function that makes one: what comes of it only a run could say.
  return value.is !== "unknown" && value.is !== "block";
}

const createTable: Step = (picture, call, constants) => {
  const name = nameIn(call, constants);
  const [, attributes, options] = call.args;
  if (name === null) return "createTable: the table is not called by its name";
  if (attributes?.is !== "map") return `createTable ${name}`;
  const table = picture.create(name);
  // With `ifNotExists`, or in a later migration that makes sure.
  if (table === null) return null;
  const lost = [...attributes.entries].filter(
    ([property, value]) => !column({ picture, table, constants }, property, value),
  );
  const keys = entriesIn(options).get("uniqueKeys");
  for (const key of entriesIn(keys).values()) {
    const fields = allNamedBy(entriesIn(key).get("fields"), constants);
    if (fields !== null) picture.addUnique(table, fields);
  }
  return lost.length === 0 ? null : `createTable ${name}: ${lost.map(([property]) => property).join(", ")}`;
};

const addColumn = onTable(({ args, ...said }) => {
  const name = namedBy(args[0], said.constants);
  return name !== null && args[1] !== undefined && column(said, name, args[1]);
});

/** By its columns, or as `{ fields, unique, where }`; its name may stand behind. */
const addIndex = onTable(({ picture, table, constants, args }) => {
  const options = entriesIn(args.find((a) => a.is === "map"));
  const fields = allNamedBy(args[0]?.is === "map" ? options.get("fields") : args[0], constants);
  // One over expressions says nothing of a field.
  if (fields === null) return args.length > 0;
  const named = namedBy(options.get("name") ?? options.get("indexName"), constants) ?? undefined;
  const kind = namedBy(options.get("type") ?? options.get("indicesType"), constants);
  picture.addIndex(table, fields, named);
  const isUnique = isWord(options.get("unique"), "true") || /^unique$/i.test(kind ?? "");
  if (isUnique && !options.has("where")) picture.addUnique(table, fields, named);
  return true;
});

const addConstraint = onTable(({ picture, table, constants, args }) => {
  // First `(table, fields, options)`, later `(table, { fields, … })`.
  const options = entriesIn(args.findLast((a) => a.is === "map"));
  const fields = allNamedBy(options.get("fields") ?? args[0], constants);
  const kind = (namedBy(options.get("type"), constants) ?? "").toLowerCase();
  if (/^(?:check|default)$/.test(kind)) return true;
  if (fields === null) return false;
  const named = namedBy(options.get("name"), constants) ?? undefined;
  if (kind === "primary key") table.primaryKey = fields;
  else if (kind === "unique") picture.addUnique(table, fields, named);
  else if (kind === "foreign key") {
    const references = entriesIn(options.get("references"));
    const to = tableNamed(references.get("table") ?? references.get("model"), constants);
    const field = references.get("field") ?? references.get("fields") ?? references.get("key");
    if (to === null) return false;
    picture.addKey(table, {
      ...{ from: fields, to: bare(to), fields: allNamedBy(field, constants) ?? [] },
      ...(named === undefined ? {} : { named }),
    });
  } else return false;
  return true;
});

const dropNamed = onTable(({ picture, table, constants, args }) => {
  const name = namedBy(args[0], constants);
  const fields = allNamedBy(args[0], constants);
  if (name !== null) picture.dropConstraint(table, name);
  else if (fields !== null) {
    picture.dropUnique(table, fields);
    picture.dropIndex(table, fields);
  }
  return name !== null || fields !== null;
});

export const STEPS: Readonly<Record<string, Step>> = {
  createTable,
  dropTable: (picture, call, constants) => {
    const name = nameIn(call, constants);
    if (name !== null) picture.drop(picture.table(name)?.name ?? name);
    return name === null ? "dropTable: the table is not called by its name" : null;
  },
  renameTable: (picture, call, constants) => {
    const from = tableNamed(call.args[0], constants);
    const to = tableNamed(call.args[1], constants);
    if (from === null || to === null) return "renameTable";
    picture.rename(bare(from), bare(to));
    return null;
  },
  addColumn,
  changeColumn: addColumn,
  removeColumn: onTable(({ picture, table, constants, args }) => {
    const name = namedBy(args[0], constants);
    if (name !== null) picture.dropField(table, name);
    return name !== null;
  }),
  renameColumn: onTable(({ picture, table, constants, args }) => {
    const [from, to] = [namedBy(args[0], constants), namedBy(args[1], constants)];
    if (from === null || to === null || !table.fields.has(from)) return false;
    picture.renameField(table, from, to);
    return true;
  }),
  addIndex,
  addConstraint,
  removeIndex: dropNamed,
  removeConstraint: dropNamed,
};
