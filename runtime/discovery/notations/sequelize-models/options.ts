/** What a model is told of itself behind its attributes, and what all models are told (`new Sequelize(…, { define: { … } })`). */
import { namedBy, type Script } from "../../source/script.ts";
import { isWord, type Value, Values } from "../../source/values.ts";

export type Entries = ReadonlyMap<string, Value>;

export const entriesIn = (value: Value | undefined): Entries =>
  value?.is === "map" ? value.entries : new Map();

/** Null where nobody says it. */
interface Told {
  readonly underscored: boolean | null;
  readonly freezeTableName: boolean | null;
  readonly timestamps: boolean | null;
  readonly paranoid: boolean | null;
}

export interface Options extends Told {
  readonly table: string | null;
  readonly schema: string | null;
  readonly model: string | null;
  /** What times are called; false: there is none of it. */
  readonly named: ReadonlyMap<string, string | false>;
  readonly indexes: readonly Entries[];
}

export type Usual = Told;

const TIMES = ["createdAt", "updatedAt", "deletedAt"] as const;

function switchIn(entries: Entries, name: string): boolean | null {
  const value = entries.get(name);
  return isWord(value, "true") ? true : isWord(value, "false") ? false : null;
}

const toldIn = (entries: Entries): Told => ({
  underscored: switchIn(entries, "underscored"),
  freezeTableName: switchIn(entries, "freezeTableName"),
  timestamps: switchIn(entries, "timestamps"),
  paranoid: switchIn(entries, "paranoid"),
});

export function optionsIn(entries: Entries, constants: ReadonlyMap<string, string>): Options {
  const indexes = entries.get("indexes");
  return {
    ...toldIn(entries),
    table: namedBy(entries.get("tableName"), constants),
    schema: namedBy(entries.get("schema"), constants),
    model: namedBy(entries.get("modelName"), constants),
    named: new Map(
      TIMES.flatMap((time): readonly (readonly [string, string | false])[] => {
        const name = namedBy(entries.get(time), constants);
        const none = isWord(entries.get(time), "false");
        return none ? [[time, false]] : name === null ? [] : [[time, name]];
      }),
    ),
    indexes: indexes?.is === "list" ? indexes.items.map(entriesIn) : [],
  };
}

/** Of all models of the project. */
export function usualIn(scripts: readonly Script[]): Usual {
  for (const { tokens } of scripts)
    for (const [at, token] of tokens.entries()) {
      if (token.text !== "define" || tokens[at + 1]?.text !== ":" || tokens[at + 2]?.text !== "{") continue;
      return toldIn(entriesIn(new Values(tokens, { at: at + 2 }).value()));
    }
  return { underscored: null, freezeTableName: null, timestamps: null, paranoid: null };
}
