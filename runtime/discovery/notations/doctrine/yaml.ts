/** Mappings of Doctrine in YAML → the elements that XML would have, which are read from there on. Nothing is run. */
import { readYaml } from "@avow/core/datamap/yaml";
import type { Element } from "../../source/xml.ts";
import { type ClassesRead, shortName } from "./classes.ts";
import { type MappingsRead, mappingsOf } from "./xml.ts";

export const OF_YAML = /\.(?:dcm|orm)\.ya?ml$/;

/** `targetEntity` → `target-entity`. */
const hyphened = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** Where values are by the names of what they describe: what each of them is called in XML. */
const NAMED: Readonly<Record<string, string>> = {
  id: "id",
  fields: "field",
  embedded: "embedded",
  manyToOne: "many-to-one",
  oneToOne: "one-to-one",
  manyToMany: "many-to-many",
  uniqueConstraints: "unique-constraint",
  joinColumns: "join-column",
};
/** There is one of it. */
const SINGLE = /^(?:joinColumn|joinTable|discriminatorColumn|attributeOverrides?|associationOverrides?)$/;
/** Deeper is nothing of a mapping that is read. */
const DEPTH_MAX = 8;
/** More brackets within each other are no mapping, and end the library that reads YAML. */
const BRACKETS_MAX = 100;

type Path = readonly PropertyKey[];
type Lost = ClassesRead["lost"][number];

class Elements {
  readonly lost: Lost[] = [];
  readonly #lineOf: (path: Path) => number;

  constructor(lineOf: (path: Path) => number) {
    this.#lineOf = lineOf;
  }

  classes(document: unknown): readonly Element[] {
    return this.#entries(document, []).flatMap(([name, value, path]): readonly Element[] => {
      const type = isMap(value) && typeof value["type"] === "string" ? value["type"] : "";
      if (/^(?:entity|mappedSuperclass|embeddable)$/i.test(type)) {
        const made = this.#element(kindOf(type), value, path);
        return [{ ...made, attributes: new Map([...made.attributes, ["name", name]]) }];
      }
      this.#say(path, `class ${shortName(name)}: its \`type\` is none that is read`);
      return [];
    });
  }

  #say(path: Path, what: string): void {
    this.lost.push({ line: this.#lineOf(path), what });
  }

  /** What can not be told apart by a name is listed: a key that takes another map in, and what is no map. */
  #entries(value: unknown, path: Path): readonly (readonly [string, unknown, Path])[] {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.map((v, i) => [String(i), v, [...path, i]] as const);
    if (!isMap(value)) {
      this.#say(path, `${String(path.at(-1) ?? "YAML")}: no names with what they stand for`);
      return [];
    }
    return Object.entries(value).flatMap(([name, one]) => {
      if (name !== "<<") return [[name, one, [...path, name]] as const];
      this.#say([...path, name], "`<<`: what is taken in from elsewhere");
      return [];
    });
  }

  #element(name: string, value: unknown, path: Path): Element {
    const attributes = new Map<string, string>();
    const children: Element[] = [];
    for (const [key, one, at] of path.length > DEPTH_MAX ? [] : this.#entries(value, path)) {
      const named = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
      if (key === "columns") attributes.set(key, textsOf(one).join(","));
      else if (key === "discriminatorMap") children.push(this.#below(one, at));
      else if (key === "inverseJoinColumns")
        children.push({
          ...plain(hyphened(key), this.#lineOf(at)),
          children: this.#named("join-column", one, at),
        });
      else if (SINGLE.test(key) && isMap(one)) children.push(this.#element(hyphened(key), one, at));
      // `id: true` says of a field that it is the key.
      else if (named !== undefined && typeof one !== "boolean") children.push(...this.#named(named, one, at));
      else if (typeof one === "string" || typeof one === "number" || typeof one === "boolean")
        attributes.set(hyphened(key), String(one));
    }
    return { name, attributes: sized(attributes), children, line: this.#lineOf(path) };
  }

  #named(element: string, value: unknown, path: Path): readonly Element[] {
    return this.#entries(value, path).map(([name, one, at]) => {
      const made = this.#element(element, one ?? {}, at);
      // The column of a key may be called by the entry, or within it.
      const isCalled = element === "join-column" && made.attributes.has("name");
      return isCalled
        ? made
        : { ...made, attributes: new Map([...made.attributes, [nameIn(element), name]]) };
    });
  }

  #below(value: unknown, path: Path): Element {
    const children = this.#entries(value, path).map(([, name, at]) => ({
      ...plain("discriminator-mapping", this.#lineOf(at)),
      attributes: new Map([["class", typeof name === "string" ? name : ""]]),
    }));
    return { ...plain("discriminator-map", this.#lineOf(path)), children };
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const plain = (name: string, line: number): Element => ({ name, attributes: new Map(), children: [], line });
const kindOf = (type: string): string => (/^mapped/i.test(type) ? "mapped-superclass" : type.toLowerCase());
const nameIn = (element: string): string => (/^(?:many|one)-to-/.test(element) ? "field" : "name");

/** A list, or names with commas between them. */
const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((v) => typeof v === "string");

/** `string(80)`. */
function sized(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, type, length] = /^(\w+)\((\d+)/.exec(attributes.get("type") ?? "") ?? [];
  return type === undefined || length === undefined
    ? attributes
    : new Map([...attributes, ["type", type], ["length", length]]);
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === "[" || sign === "{") depth += 1;
    else if (sign === "]" || sign === "}") depth -= 1;
    if (depth > BRACKETS_MAX) return true;
  }
  return false;
}

export function mappingsInYaml(file: string, text: string): MappingsRead {
  if (isTooDeep(text)) return mappingsOf(file, [], [{ line: 1, what: "YAML: brackets within brackets" }]);
  const { value, issues, spanOf } = readYaml(file, text);
  const elements = new Elements((path) => spanOf(path).line);
  const classes = elements.classes(value);
  // Behind the first, each is what the one before led to.
  const broken = issues.slice(0, 1).map(({ line, code }) => ({
    line,
    what: code === "too-large" ? "YAML: the file is too large" : "YAML: what stands here is not valid",
  }));
  return mappingsOf(file, classes, [...broken, ...elements.lost]);
}
