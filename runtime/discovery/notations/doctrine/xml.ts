/** Mappings of Doctrine in XML → the classes that attributes would describe. Which class stands above another only PHP says, or a discriminator. */
import { own } from "@avow/core/terms/own";
import type { Call, Value } from "../../source/values.ts";
import { type Element, xmlIn } from "../../source/xml.ts";
import { type ClassesRead, type PhpClass, type Property, shortName } from "./classes.ts";

export const OF_XML = /<(?:\w+:)?doctrine-mapping\b/;

const text = (value: string): Value => ({ is: "text", text: value });
const told = (value: string): Value =>
  /^(?:true|false)$/.test(value)
    ? { is: "word", word: value }
    : /^\d{1,9}$/.test(value)
      ? { is: "number", number: Number(value) }
      : text(value);

/** As the attribute of PHP has it: of its options, those that have another name in XML. */
function callOf(name: string, of: Element, renamed: Readonly<Record<string, string>>): Call {
  const options = new Map<string, Value>();
  for (const [there, here] of Object.entries(renamed)) {
    const said = of.attributes.get(there);
    if (said !== undefined) options.set(here, here === "name" ? text(said) : told(said));
  }
  return { name, args: [], options, line: of.line };
}

/** Those of that name, also within the element that holds several of them. */
const within = (of: Element, name: string): readonly Element[] =>
  of.children.flatMap((c) => (c.name === name ? [c] : c.name === `${name}s` ? within(c, name) : []));

const COLUMN = { column: "name", type: "type", length: "length", nullable: "nullable", unique: "unique" };
const RELATION = { "target-entity": "targetEntity", "mapped-by": "mappedBy" };
const JOIN = { name: "name", "referenced-column-name": "referencedColumnName", nullable: "nullable" };
const RELATIONS: Readonly<Record<string, string>> = {
  "many-to-one": "ManyToOne",
  "one-to-one": "OneToOne",
  "many-to-many": "ManyToMany",
};
const KINDS: Readonly<Record<string, string>> = {
  entity: "Entity",
  "mapped-superclass": "MappedSuperclass",
  embeddable: "Embeddable",
};

const joins = (of: Element, name: string): readonly Call[] =>
  within(of, name).map((j) => callOf("JoinColumn", j, JOIN));
const made = (calls: readonly Call[]): Value => ({
  is: "list",
  items: calls.map((call): Value => ({ is: "chain", on: "", calls: [call] })),
});

function joinTableOf(of: Element): readonly Call[] {
  return within(of, "join-table").map((table) => {
    const call = callOf("JoinTable", table, { name: "name", schema: "schema" });
    const inverse = table.children
      .filter((c) => c.name === "inverse-join-columns")
      .flatMap((c) => joins(c, "join-column"));
    const sides: readonly (readonly [string, Value])[] = [
      ["joinColumns", made(joins(table, "join-column"))],
      ["inverseJoinColumns", made(inverse)],
    ];
    return { ...call, options: new Map([...call.options, ...sides]) };
  });
}

function embeddedOf(of: Element): Call {
  const call = callOf("Embedded", of, { class: "class", "column-prefix": "columnPrefix" });
  return of.attributes.get("use-column-prefix") === "false"
    ? { ...call, options: new Map([...call.options, ["columnPrefix", told("false")]]) }
    : call;
}

function attributesOf(of: Element): readonly Call[] {
  const key: Call = { name: "Id", args: [], options: new Map(), line: of.line };
  // YAML says so at the field itself.
  const keyed = of.attributes.get("id") === "true" ? [key] : [];
  if (of.name === "field") return [...keyed, callOf("Column", of, COLUMN)];
  if (of.name === "id")
    return of.attributes.get("association-key") === "true" ? [key] : [key, callOf("Column", of, COLUMN)];
  if (of.name === "embedded") return [embeddedOf(of)];
  const relation = Object.hasOwn(RELATIONS, of.name) ? RELATIONS[of.name] : undefined;
  if (relation === undefined) return [];
  return [...keyed, callOf(relation, of, RELATION), ...joins(of, "join-column"), ...joinTableOf(of)];
}

function propertiesOf(of: Element): readonly Property[] {
  const found = new Map<string, readonly Call[]>();
  for (const child of of.children) {
    const name = child.attributes.get("name") ?? child.attributes.get("field") ?? "";
    const attributes = name === "" ? [] : attributesOf(child);
    // A key that leads to another stands there twice: as a key, and as what it leads by.
    if (attributes.length > 0) found.set(name, [...(found.get(name) ?? []), ...attributes]);
  }
  return [...found].map(([name, attributes]) => ({ name, type: "", attributes }));
}

function classOf(file: string, of: Element): PhpClass {
  const uniques = within(of, "unique-constraint").map((u): Call => {
    const columns = (u.attributes.get("columns") ?? "").split(",").map((c) => text(c.trim()));
    return {
      name: "UniqueConstraint",
      args: [],
      options: new Map([["columns", { is: "list", items: columns }]]),
      line: u.line,
    };
  });
  const kind = KINDS[of.name] ?? "";
  return {
    ...{ file, line: of.line, name: shortName(of.attributes.get("name") ?? ""), above: null, traits: [] },
    attributes: [
      callOf(kind, of, {}),
      callOf("Table", of, { table: "name", schema: "schema" }),
      ...(of.attributes.has("inheritance-type")
        ? [callOf("InheritanceType", of, { "inheritance-type": "value" })]
        : []),
      ...within(of, "discriminator-column").map((d) => callOf("DiscriminatorColumn", d, { name: "name" })),
      ...uniques,
    ],
    properties: propertiesOf(of),
  };
}

/** Classes of one table, or of joined ones, are named at the one above all of them. */
const belowOf = (of: Element): readonly (readonly [string, string])[] => {
  const root = shortName(of.attributes.get("name") ?? "");
  return of.children
    .filter((c) => c.name === "discriminator-map")
    .flatMap((map) => map.children.map((c) => shortName(c.attributes.get("class") ?? "")))
    .filter((name) => name !== root)
    .map((name) => [name, root] as const);
};

export interface MappingsRead extends ClassesRead {
  /** Class → the one above it, as far as the mapping says it. */
  readonly above: ReadonlyMap<string, string>;
}

export function mappingsIn(file: string, source: string): MappingsRead {
  const { elements, cut } = xmlIn(source);
  const mapped = elements.filter((e) => e.name === "doctrine-mapping").flatMap((e) => e.children);
  return mappingsOf(file, mapped, cut === null ? [] : [cut]);
}

/** What only PHP says of a class, in whatever form its mapping is. */
const OF_PHP: Readonly<Record<string, string>> = {
  "attribute-overrides": "only PHP says which columns they change",
  "association-overrides": "only PHP says which columns they change",
};

/** `elements`: those of the classes, called as XML calls them. */
export function mappingsOf(
  file: string,
  elements: readonly Element[],
  lost: ClassesRead["lost"],
): MappingsRead {
  const mapped = elements.filter((c) => Object.hasOwn(KINDS, c.name));
  const ofPhp = mapped.flatMap((e) => {
    const name = shortName(e.attributes.get("name") ?? "");
    const handedDown = {
      line: e.line,
      what: `mapped-superclass ${name}: only PHP says which classes have its columns`,
    };
    const overrides = e.children.flatMap((c) => {
      const why = own(OF_PHP, c.name);
      return why === undefined ? [] : [{ line: c.line, what: `${c.name} of ${name}: ${why}` }];
    });
    return [...(e.name === "mapped-superclass" ? [handedDown] : []), ...overrides];
  });
  return {
    classes: mapped.map((e) => classOf(file, e)),
    above: new Map(mapped.flatMap(belowOf)),
    lost: [...lost, ...ofPhp],
  };
}
