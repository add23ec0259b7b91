/** How models belong to each other: `Post.belongsTo(models.User, { foreignKey: "authorId" })`, wherever it stands. */
import { namedBy } from "../../source/script.ts";
import { Effort, isWord, TOO_DEEP, textIn, type Value, Values } from "../../source/values.ts";
import type { Model, Models, ScriptFile } from "./models.ts";
import { type Entries, entriesIn } from "./options.ts";

export const BELONGS: ReadonlySet<string> = new Set(["belongsTo", "hasOne", "hasMany", "belongsToMany"]);

export interface Relation {
  readonly kind: string;
  readonly source: Model;
  readonly target: Model;
  readonly as: string | null;
  /** A property, or a column that is said at once. */
  readonly foreignKey: string | null;
  readonly column: string | null;
  readonly otherKey: string | null;
  /** The property that is led to, where it is not the primary key. */
  readonly toKey: string | null;
  /** Of `belongsToMany`: the model between, or what its table is called. */
  readonly through: Model | string | null;
  readonly timestamps: boolean | null;
  /** No row is held to it: it may lead elsewhere as well. */
  readonly loose: boolean;
  /** Only where a field of the row says so. */
  readonly scoped: boolean;
}

export function relationsIn(
  { file, script }: ScriptFile,
  models: Models,
  lost: (line: number, what: string) => void,
): readonly Relation[] {
  const { tokens, constants } = script;
  const effort = new Effort(tokens);
  const relations: Relation[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || !BELONGS.has(token.text)) continue;
    if (tokens[at - 1]?.text !== "." || tokens[at + 1]?.text !== "(") continue;
    const values = new Values(tokens, { at: at + 2 });
    const { args } = values.args(")");
    if (!effort.spend(values.at - at)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    const receiver = tokens[at - 2]?.text ?? "";
    const own = receiver === "this" ? selfAt(models, { file, at }) : models.named(receiver, file);
    const target = modelIn(args[0], { models, file });
    const isSelf = args[0]?.is === "word" && args[0].word === "this";
    const led = isSelf ? own : target;
    if (own === null || led === null) {
      lost(token.line, `${token.text}: no file has the model that it is about, or several have`);
      continue;
    }
    relations.push(relationOf(token.text, [own, led], entriesIn(args[1]), { models, file, constants }));
  }
  return relations;
}

/** `this` in a class, or in a function of the only model of its file. */
function selfAt(models: Models, { file, at }: { readonly file: string; readonly at: number }): Model | null {
  const name = models.classAt(file, at);
  if (name !== null) return models.named(name, file);
  const own = models.all.filter((m) => m.file === file);
  return own.length === 1 ? (own[0] ?? null) : null;
}

interface Around {
  readonly models: Models;
  readonly file: string;
}

/** `models.Post`, `Post`, `sequelize.model("post")`, `this.sequelize.models.post`. */
function modelIn(value: Value | undefined, { models, file }: Around): Model | null {
  const call = value?.is === "chain" ? value.calls.at(-1) : undefined;
  const word = value?.is === "word" ? (value.word.split(".").at(-1) ?? "") : null;
  const name = textIn(value) ?? word ?? (call?.name === "model" ? textIn(call.args[0]) : null);
  return name === null ? null : models.named(name, file);
}

function relationOf(
  kind: string,
  [source, target]: readonly [Model, Model],
  said: Entries,
  { models, file, constants }: Around & { readonly constants: ReadonlyMap<string, string> },
): Relation {
  const key = said.get("foreignKey");
  const entries = entriesIn(key);
  const through = said.get("through");
  const between = entriesIn(through).get("model") ?? through;
  const named = namedBy(between, constants);
  const text = (name: string): string | null => namedBy(said.get(name), constants);
  const other = said.get("otherKey");
  return {
    ...{ kind, source, target, as: text("as") },
    foreignKey:
      namedBy(key, constants) ??
      namedBy(entries.get("name"), constants) ??
      namedBy(entries.get("fieldName"), constants),
    column: namedBy(entries.get("field"), constants),
    otherKey: namedBy(other, constants) ?? namedBy(entriesIn(other).get("name"), constants),
    toKey: text(kind === "belongsTo" ? "targetKey" : "sourceKey"),
    through: modelIn(between, { models, file }) ?? named,
    timestamps: isWord(said.get("timestamps"), "false") ? false : null,
    loose: isWord(said.get("constraints"), "false"),
    scoped: said.has("scope") && isWord(said.get("constraints"), "false"),
  };
}
