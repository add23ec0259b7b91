/** Models → tables: columns, keys, and the tables that stand between models with many of each other. */
import { own as known } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { type Call, isWord, textIn } from "../../source/values.ts";
import { type Model, type ModelField, type Models, SETTINGS_USER } from "./models.ts";

/** Tables that every project with them has, and none of its own files makes. */
const OWN: Readonly<Record<string, { readonly table: string; readonly fields: string }>> = {
  "auth.user": {
    table: "auth_user",
    fields:
      "id integer, password varchar(128), last_login timestamp, is_superuser boolean, username varchar(150), first_name varchar(150), last_name varchar(150), email varchar(254), is_staff boolean, is_active boolean, date_joined timestamp",
  },
  "auth.group": { table: "auth_group", fields: "id integer, name varchar(150)" },
  "auth.permission": {
    table: "auth_permission",
    fields: "id integer, name varchar(255), content_type_id integer, codename varchar(100)",
  },
  "contenttypes.contenttype": {
    table: "django_content_type",
    fields: "id integer, app_label varchar(100), model varchar(100)",
  },
  "sites.site": { table: "django_site", fields: "id integer, domain varchar(100), name varchar(50)" },
};

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^BigAutoField$|BigIntegerField$/, "bigint"],
  [/AutoField$|IntegerField$/, "integer"],
  [/EmailField$/, "varchar(254)"],
  [/URLField$/, "varchar(200)"],
  [/SlugField$/, "varchar(50)"],
  [/CharField$/, "varchar"],
  [/TextField$/, "text"],
  [/(?:File|Image|FilePath)Field$/, "varchar(100)"],
  [/UUIDField$/, "uuid"],
  [/BooleanField$/, "boolean"],
  [/DateTimeField$/, "timestamp"],
  [/DateField$/, "date"],
  [/TimeField$/, "time"],
  [/DurationField$/, "interval"],
  [/DecimalField$/, "numeric"],
  [/FloatField$/, "double precision"],
  [/JSONField$/i, "jsonb"],
  [/HStoreField$/, "hstore"],
  [/BinaryField$/, "bytea"],
  [/IPAddressField$/, "inet"],
  [/(?:Point|Polygon|LineString|Geometry)Field$/, "geometry"],
  [/SearchVectorField$/, "tsvector"],
];
const NO_COLUMN =
  /^(?:TaggableManager|ClusterTaggableManager|GenericRelation|GenericForeignKey|CompositePrimaryKey)$/;
const MANY = /ManyToManyField$/;

export function tablesOf(models: Models, picture: Picture): { readonly notes: readonly string[] } {
  const user = models.user();
  const keyed = (to: string): string => (to === SETTINGS_USER ? user : to);
  const context: Context = { models, picture, keyed, strange: new Set(), own: new Set() };
  for (const model of models.all()) defined(model, context);
  for (const model of models.all())
    for (const field of model.fields.values())
      if (field.to !== null && MANY.test(field.call.name)) between(model, field, context);
  return {
    notes: [
      ...[...context.own].map((t) => `\`${t}\`: no file makes it, Django does: taken as it comes with it`),
      ...(context.strange.size === 0
        ? []
        : [
            `fields of kinds of the project's own, taken for text: ${[...context.strange].sort().join(", ")}`,
          ]),
    ],
  };
}

interface Context {
  readonly models: Models;
  readonly picture: Picture;
  readonly keyed: (to: string) => string;
  readonly strange: Set<string>;
  readonly own: Set<string>;
}

function defined(model: Model, context: Context): void {
  const { picture } = context;
  const table = picture.create(model.table);
  if (table === null) return;
  for (const field of model.fields.values()) {
    if (MANY.test(field.call.name) || NO_COLUMN.test(field.call.name)) continue;
    const { options } = field.call;
    const isTrue = (name: string): boolean => isWord(options.get(name), "true");
    const name = columnOf(field);
    picture.setField(table, {
      name,
      type: field.to === null ? typeOf(field.call, context) : typeOfKey(field.to, context),
      nullable: isTrue("null"),
      generated: field.call.name === "GeneratedField",
      primary: isTrue("primary_key"),
      unique: isTrue("unique") || field.call.name === "OneToOneField",
    });
    if (field.to !== null) leads(table, name, field.to, context);
  }
  for (const unique of model.uniques)
    picture.addUnique(
      table,
      unique.map((n) => {
        const field = model.fields.get(n);
        return field === undefined ? n : columnOf(field);
      }),
    );
}

const columnOf = ({ name, call, to }: ModelField): string =>
  textIn(call.options.get("db_column")) ?? (to === null ? name : `${name}_id`);

function typeOf({ name: kind, args, options }: Call, context: Context): string {
  if (kind === "ArrayField") {
    const base = options.get("base_field") ?? args[0];
    const inner = base?.is === "chain" ? base.calls[0] : undefined;
    return `${inner === undefined ? "text" : typeOf(inner, context)}[]`;
  }
  const known = TYPES.find(([pattern]) => pattern.test(kind))?.[1];
  if (known === undefined) context.strange.add(kind);
  const length = options.get("max_length");
  if (known?.startsWith("varchar") === true && length?.is === "number") return `varchar(${length.number})`;
  return known ?? "text";
}

/** A key that is a key to another, and so on: no project goes further, and some go in a ring. */
const KEYS_MAX = 20;

/** A key has the type of what it leads to in the end. */
function typeOfKey(to: string, context: Context): string {
  let at = to;
  for (let step = 0; step < KEYS_MAX; step += 1) {
    const model = context.models.at(context.keyed(at));
    const key = [...(model?.fields.values() ?? [])].find((f) =>
      isWord(f.call.options.get("primary_key"), "true"),
    );
    if (key === undefined) break;
    if (key.to === null) return typeOf(key.call, context);
    at = key.to;
  }
  return "integer";
}

function leads(table: Table, name: string, to: string, context: Context): void {
  const key = context.keyed(to);
  context.picture.addKey(table, { from: [name], to: tableAt(key, context), fields: [] });
}

function tableAt(key: string, context: Context): string {
  const model = context.models.at(key);
  if (model !== undefined) return model.table;
  const own = known(OWN, key);
  if (own === undefined) return key.replace(".", "_");
  const table = context.picture.create(own.table);
  if (table !== null) {
    context.own.add(own.table);
    for (const field of own.fields.split(", ")) {
      const [name = "", type = ""] = field.split(" ");
      context.picture.setField(table, {
        name,
        type,
        nullable: false,
        primary: name === "id",
        unique: name === "username",
      });
    }
  }
  return own.table;
}

/** Many of each other stand in a table of its own, where no model is it. */
function between(model: Model, field: ModelField, context: Context): void {
  const { options } = field.call;
  const to = context.keyed(field.to ?? "");
  const through = options.get("through");
  if (through !== undefined && !isWord(through, "none")) return;
  const table = context.picture.create(textIn(options.get("db_table")) ?? `${model.table}_${field.name}`);
  if (table === null) return;
  const own = `${model.app}.${model.name}`.toLowerCase();
  const [a, b] = [model.name.toLowerCase(), to.split(".").at(-1) ?? ""];
  const names = own === to ? [`from_${a}_id`, `to_${b}_id`] : [`${a}_id`, `${b}_id`];
  context.picture.setField(table, { name: "id", type: "bigint", nullable: false, primary: true });
  for (const [name, key] of [
    [names[0] ?? "", own],
    [names[1] ?? "", to],
  ] as const) {
    context.picture.setField(table, { name, type: typeOfKey(key, context), nullable: false });
    leads(table, name, key, context);
  }
  context.picture.addUnique(table, names);
}
