/** What a table has its columns from: the class itself, its traits, the classes above, and what is embedded. */
import type { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";
import { type PhpClass, type Property, shortName } from "./classes.ts";

export interface World {
  readonly picture: Picture;
  readonly classes: ReadonlyMap<string, PhpClass>;
  readonly entities: ReadonlySet<PhpClass>;
  /** As far as they were asked for. */
  readonly roots: Map<PhpClass, PhpClass>;
  /** Once each: what is handed down is met once more with each class that has it. */
  readonly unread: Map<string, Unread>;
  /** Properties that may still be handed down, each as many as it has attributes. */
  readonly left: { properties: number };
}

export interface Given {
  readonly property: Property;
  /** Where it is written. */
  readonly from: PhpClass;
  /** Of what a trait brings, the class that uses it. */
  readonly owner: PhpClass;
  /** In front of the column's name: it is embedded. */
  readonly prefix: string;
}

/** In all of a run: thousands of classes below one of thousands of columns would be their product. */
const HANDED_DOWN_MAX = 200_000;
/** That one may have something from. */
const CLASSES_MAX = 50;
const TOO_MUCH =
  "what other classes and traits bring is not read from here on: more is handed down than is gone through";

export const worldOf = (all: readonly PhpClass[], picture: Picture): World => ({
  ...{ picture, classes: new Map(all.map((c) => [c.name, c])), unread: new Map(), roots: new Map() },
  entities: new Set(all.filter((c) => attribute(c, "Entity") !== undefined)),
  left: { properties: HANDED_DOWN_MAX },
});

export function notRead(world: World, { file, line }: Pick<Unread, "file" | "line">, what: string): void {
  world.unread.set(JSON.stringify([file, line, what]), { file, line, what });
}

/** As Symfony sets Doctrine up: `createdAt` → `created_at`. */
export const underscored = (name: string): string =>
  name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();

export const attribute = (of: { readonly attributes: readonly Call[] }, name: string): Call | undefined =>
  of.attributes.find((a) => a.name === name);
export const given = (call: Call | undefined, name: string, at = -1): Value | undefined =>
  call?.options.get(name) ?? call?.args[at];
/** A name of a table or of a column, between whatever quotes. */
export const nameIn = (value: Value | undefined): string | null => textIn(value)?.replaceAll("`", "") ?? null;

/** `User::class`, the name as a text, or what the property is; `self` is the class that it is read for. */
export function targetOf(
  call: Call,
  { type }: Property,
  { option, of }: { readonly option: string; readonly of: PhpClass },
): string {
  const said = given(call, option, 0);
  const name = shortName(said?.is === "word" ? said.word.replace(/\.class$/, "") : (textIn(said) ?? type));
  return /^(?:self|static)$/i.test(name) ? of.name : name;
}

/** Those above, the next one first. */
export function aboveOf(c: PhpClass, { classes }: World): readonly PhpClass[] {
  const found = new Set<PhpClass>([c]);
  let at = classes.get(c.above ?? "");
  while (at !== undefined && !found.has(at) && found.size < CLASSES_MAX) {
    found.add(at);
    at = classes.get(at.above ?? "");
  }
  return [...found].slice(1);
}

/** The next entity above; null: there is none. */
export const entityAbove = (c: PhpClass, world: World): PhpClass | null =>
  aboveOf(c, world).find((a) => world.entities.has(a)) ?? null;

/** The entity above all others: where nothing else is said, all of them are in one table. */
export function rootOf(c: PhpClass, world: World): PhpClass {
  const root = world.roots.get(c) ?? aboveOf(c, world).findLast((a) => world.entities.has(a)) ?? c;
  world.roots.set(c, root);
  return root;
}

export const isJoined = (root: PhpClass): boolean =>
  textIn(given(attribute(root, "InheritanceType"), "value", 0))?.toUpperCase() === "JOINED";

function tableName(c: PhpClass): string {
  const table = attribute(c, "Table");
  const name = nameIn(given(table, "name", 0)) ?? underscored(c.name);
  const schema = textIn(given(table, "schema"));
  return schema === null || schema === "public" ? name : `${schema}.${name}`;
}

/** Where the rows of a class are. */
export function placeOf(c: PhpClass, world: World): string {
  const root = rootOf(c, world);
  return tableName(root !== c && isJoined(root) ? c : root);
}

/** Of those above, of the traits, and of the class: in the order in which Doctrine has them. */
export function propertiesOf(
  c: PhpClass,
  world: World,
  embedding: ReadonlySet<PhpClass> = new Set(),
): readonly Given[] {
  const handing = new Handing(c, world, embedding);
  handing.take(c, { owner: c, keysAlone: false });
  return handing.found;
}

class Handing {
  readonly found: Given[] = [];
  readonly #c: PhpClass;
  readonly #world: World;
  readonly #seen = new Set<PhpClass>();
  /** What this is embedded in. */
  readonly #embedding: ReadonlySet<PhpClass>;

  constructor(c: PhpClass, world: World, embedding: ReadonlySet<PhpClass>) {
    this.#c = c;
    this.#world = world;
    this.#embedding = new Set([...embedding, c]);
  }

  /** Where each class has a table of its own, of an entity above only what tells rows apart. */
  take(
    from: PhpClass,
    { owner, keysAlone }: { readonly owner: PhpClass; readonly keysAlone: boolean },
  ): void {
    if (this.#seen.has(from)) return;
    if (this.#seen.size >= CLASSES_MAX) {
      const what = `class ${this.#c.name}: it has something from more than ${CLASSES_MAX} classes`;
      notRead(this.#world, this.#c, what);
      return;
    }
    this.#seen.add(from);
    if (from.above !== null) {
      const above = this.#named(from.above, { by: from, what: "extends" });
      if (above !== null)
        this.take(above, {
          owner: above,
          keysAlone: keysAlone || (this.#world.entities.has(above) && isJoined(rootOf(above, this.#world))),
        });
    }
    for (const name of from.traits) {
      if (from !== this.#c && !this.#spend(from)) return;
      const trait = this.#named(name, { by: from, what: "uses" });
      if (trait !== null) this.take(trait, { owner, keysAlone });
    }
    for (const property of from.properties) {
      if (from !== this.#c && !this.#spend(from, property.attributes.length)) return;
      if (!keysAlone || attribute(property, "Id") !== undefined)
        this.#add({ property, from, owner, prefix: "" });
    }
  }

  #add(one: Given): void {
    const { property, from, owner, prefix } = one;
    const embedded = attribute(property, "Embedded");
    if (embedded === undefined) {
      this.found.push(one);
      return;
    }
    const name = targetOf(embedded, property, { option: "class", of: owner });
    const embeddable = this.#world.classes.get(name);
    const place = { file: from.file, line: embedded.line };
    const what = `${this.#c.name}.${property.name}`;
    if (embeddable === undefined) {
      notRead(this.#world, place, `${what}: no file has the class \`${name}\``);
      return;
    }
    if (this.#embedding.has(embeddable) || this.#embedding.size >= CLASSES_MAX) {
      notRead(this.#world, place, `${what}: what is embedded within itself has no end`);
      return;
    }
    const said = given(embedded, "columnPrefix", 1);
    const own = isWord(said, "false") ? "" : textIn(said) || `${underscored(property.name)}_`;
    if (!this.#spend(embeddable)) return;
    for (const inner of propertiesOf(embeddable, this.#world, this.#embedding)) {
      if (!this.#spend(embeddable, inner.property.attributes.length)) return;
      this.found.push({ ...inner, owner, prefix: `${prefix}${own}${inner.prefix}` });
    }
  }

  /** Null: no file has it, and what it brings is not known. */
  #named(name: string, { by, what }: { readonly by: PhpClass; readonly what: string }): PhpClass | null {
    const found = this.#world.classes.get(name);
    if (found !== undefined && found !== by) return found;
    notRead(this.#world, by, `class ${by.name}: no file has \`${name}\`, which it ${what}`);
    return null;
  }

  /** False: no more. */
  #spend(at: PhpClass, attributes = 0): boolean {
    const { left } = this.#world;
    const isFirst = left.properties >= 0;
    left.properties -= Math.max(1, attributes);
    if (isFirst && left.properties < 0) notRead(this.#world, at, TOO_MUCH);
    return left.properties >= 0;
  }
}
