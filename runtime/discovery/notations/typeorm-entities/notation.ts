/** Entities of TypeORM: decorated classes are tables, with the fields of the classes above them. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import {
  above,
  classesIn,
  type DecoratedClass,
  type DecoratedField,
  fieldsOf,
} from "../../source/decorated.ts";
import { SCRIPT_ENDINGS, scriptOf } from "../../source/script.ts";
import { type Call, textIn } from "../../source/values.ts";
import type { Notation } from "../notation.ts";
import { CAMEL, type Naming, SNAKE } from "./naming.ts";
import { type Entities, type Entity, tablesOf } from "./tables.ts";

const DECORATED =
  /@(?:\w+\.)?(?:Entity|ChildEntity|Column|PrimaryColumn|PrimaryGeneratedColumn|CreateDateColumn|ManyToOne)\b/;

interface Placed extends DecoratedClass {
  readonly file: string;
}

export const typeormEntities: Notation = {
  name: "TypeORM entities",
  expects: "entities of TypeORM (`@Entity()`, `@Column()`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) =>
    /\.[cm]?[jt]s$/.test(file) &&
    /\btypeorm\b/i.test(text) &&
    (DECORATED.test(text) || /\bSnakeNamingStrategy\b/.test(text)),
  read(files) {
    const picture = new Picture();
    const unread: Unread[] = [];
    const classes: Placed[] = [];
    const fileOf = new Map<DecoratedField, string>();
    const ownColumns = new Map<DecoratedField, Call>();
    const strange = new Set<string>();
    for (const { file, text } of files) {
      const script = scriptOf(text);
      const read = classesIn(script);
      for (const { line, what } of [...script.lost, ...read.lost]) unread.push({ file, line, what });
      for (const c of read.classes) classes.push({ ...c, file });
      const own = importedFromHere(text);
      for (const field of read.classes.flatMap((c) => c.fields)) {
        fileOf.set(field, file);
        const column = ownColumnOf(field, own);
        if (column !== undefined) ownColumns.set(field, column);
      }
    }
    const naming = files.some((f) => /\bSnakeNamingStrategy\b/.test(f.text)) ? SNAKE : CAMEL;
    const { entities, unnamed } = entitiesOf(classes, naming, (field) => {
      const call = ownColumns.get(field);
      if (call !== undefined) strange.add(`@${call.name}`);
      return call;
    });
    for (const c of unnamed)
      unread.push({ file: c.file, line: c.line, what: `@Entity ${c.name}: its name is not written down` });
    for (const { entity, field } of tablesOf(entities, picture))
      unread.push({
        file: fileOf.get(field) ?? "",
        line: field.line,
        what: `${entity.of.name}.${field.name}: no file has the class that it leads to`,
      });
    const description = { collections: picture.collections() };
    const notes =
      strange.size === 0
        ? []
        : [`decorators of the project's own, taken for columns: ${[...strange].sort().join(", ")}`];
    return { description, statements: entities.all.length, unread, notes, stands: true };
  },
};

const IMPORTED = /\bimport\s*(?:type\s*)?\{([^{}]{0,5000})\}\s*from\s*['"]([^'"\n]{1,300})['"]/g;

/** Names that other files of the project give. */
function importedFromHere(text: string): ReadonlySet<string> {
  const found = [...text.matchAll(IMPORTED)].filter(([, , from = ""]) => /^(?:\.|@\/|~|src\/)/.test(from));
  return new Set(
    found.flatMap(([, names = ""]) =>
      names.split(",").map(
        (n) =>
          n
            .trim()
            .split(/\s+as\s+/)
            .at(-1) ?? "",
      ),
    ),
  );
}

/** Say of a field what it is, or what is done with it. */
const TYPEORMS =
  /Column$|^(?:ManyToOne|OneToOne|OneToMany|ManyToMany|JoinTable|RelationId|RelationCount|Tree\w+|Before\w+|After\w+)$/;

const ownColumnOf = (field: DecoratedField, own: ReadonlySet<string>): Call | undefined =>
  field.decorators.some((d) => TYPEORMS.test(d.name))
    ? undefined
    : field.decorators.find((d) => own.has(d.name));

const decorated = (c: DecoratedClass, name: string): Call | undefined =>
  c.decorators.find((d) => d.name === name);

function entitiesOf(
  classes: readonly Placed[],
  naming: Naming,
  ownColumn: Entities["ownColumn"],
): { readonly entities: Entities; readonly unnamed: readonly Placed[] } {
  const byName = new Map(classes.map((c) => [c.name, c]));
  const unnamed: Placed[] = [];
  const made = new Map<string, Entity>();
  for (const c of classes) {
    const call = decorated(c, "Entity");
    if (call === undefined) continue;
    const table = tableOf(c, call, naming);
    if (table === null) unnamed.push(c);
    else made.set(c.name, { of: c, table, fields: fieldsOf(c, byName) });
  }
  // Kinds of an entity that stand in its table.
  for (const c of classes) {
    const parent = decorated(c, "ChildEntity") === undefined ? undefined : entityAbove(c, byName, made);
    if (parent === undefined) continue;
    const own = c.fields.filter((f) => !parent.fields.some((p) => p.name === f.name));
    made.set(parent.of.name, { ...parent, fields: [...parent.fields, ...own] });
  }
  const children = (name: string): Entity | undefined => {
    const c = byName.get(name);
    return made.get(name) ?? (c === undefined ? undefined : entityAbove(c, byName, made));
  };
  const entities: Entities = {
    all: [...made.values()],
    naming,
    entity: children,
    ownColumn,
    embedded: (name) => {
      const c = byName.get(name);
      return c === undefined || made.has(name) ? undefined : fieldsOf(c, byName);
    },
  };
  return { entities, unnamed };
}

/** Null: only a run could say. */
function tableOf(c: DecoratedClass, { args }: Call, naming: Naming): string | null {
  const map = args.findLast((a) => a.is === "map");
  const entries = map?.is === "map" ? map.entries : new Map();
  const isComputed = args[0] !== undefined && args[0].is !== "text" && args[0].is !== "map";
  if (isComputed || (entries.has("name") && textIn(entries.get("name")) === null)) return null;
  const name = textIn(args[0]) ?? textIn(entries.get("name")) ?? naming.table(c.name);
  const schema = textIn(entries.get("schema"));
  return schema === null || schema === "public" ? name : `${schema}.${name}`;
}

function entityAbove(
  c: DecoratedClass,
  byName: ReadonlyMap<string, DecoratedClass>,
  made: ReadonlyMap<string, Entity>,
): Entity | undefined {
  const parent = above(c, byName).find((p) => made.has(p.name));
  return parent === undefined ? undefined : made.get(parent.name);
}
