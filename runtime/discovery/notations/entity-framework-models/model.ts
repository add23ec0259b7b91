/** What a model of Entity Framework holds before it is tables: classes with properties, and how they lead to each other. */
import type { Unread } from "../../schema-file.ts";

export interface Property {
  readonly name: string;
  /** As C# has it, without `?`; empty: nobody said. */
  readonly clr: string;
  readonly mayBeNull: boolean;
  column: string | null;
  type: string | null;
}

export interface Relation {
  /** Whose rows hold the key. */
  readonly dependent: string;
  /** Null: only a run could say. */
  readonly principal: string | null;
  /** Its properties; empty: as Entity Framework calls it, by `nav`. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly nav: string;
  readonly unique: boolean;
  readonly required: boolean;
}

export interface EntityType {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  table: string | null;
  readonly properties: Map<string, Property>;
  key: readonly string[];
  readonly uniques: (readonly string[])[];
  base: string | null;
  readonly ignored: Set<string>;
  /** Properties that lead to others, and of which the model itself says how. */
  readonly told: Set<string>;
  /** It is a view, or the result of a query. */
  isView: boolean;
  /** It lies in rows of another, or beside them; `json`: the column that holds it as a whole. */
  owner: { readonly name: string; readonly nav: string; readonly many: boolean; json: string | null } | null;
}

export interface Between {
  readonly sides: readonly [string, string];
  /** What leads to each of the sides. */
  readonly navs: readonly [string, string];
  readonly table: string | null;
}

/** Among what is told of a class: which column tells classes of one table apart, and that its keys to others are its own. */
export const KIND = "→kind";
export const WITH_KEYS = "→keys";

/** `App.Models.Blog`, `IdentityRole<string>` → the name without its place. */
export const shortOf = (name: string): string => name.replace(/<.*$/s, "").split(/[.+]/).at(-1) ?? name;

export interface Nav {
  readonly entity: string;
  readonly nav: string;
  readonly of: string;
  readonly isMany: boolean;
  /** The properties of its key, as far as they are named. */
  readonly names: readonly string[];
}

export class Model {
  readonly entities = new Map<string, EntityType>();
  readonly relations: Relation[] = [];
  readonly between: Between[] = [];
  /** Properties of classes that lead to others, and of which nothing says how. */
  readonly navs: Nav[] = [];
  /** Classes of which no model speaks, and that one of its classes leads to. */
  readonly reached = new Set<string>();
  /** Classes that lie in the rows of others, or beside them. */
  readonly owned = new Set<string>();
  readonly unread: Unread[] = [];

  entity(name: string, { file, line }: Pick<Unread, "file" | "line">): EntityType {
    const known = this.entities.get(name);
    if (known !== undefined) return known;
    const made: EntityType = {
      ...{ name, file, line, table: null, properties: new Map(), key: [], uniques: [], base: null },
      ...{ ignored: new Set(), told: new Set(), isView: false, owner: null },
    };
    this.entities.set(name, made);
    return made;
  }

  property(entity: EntityType, name: string, clr = ""): Property {
    const known = entity.properties.get(name);
    const bare = clr.replace(/\?$/, "");
    if (known !== undefined && (known.clr !== "" || bare === "")) return known;
    const made: Property = {
      ...{ name, clr: bare, column: known?.column ?? null, type: known?.type ?? null },
      mayBeNull: clr.endsWith("?") || /^(?:string|byte\[\]|)$/.test(bare),
    };
    entity.properties.set(name, made);
    return made;
  }
}
