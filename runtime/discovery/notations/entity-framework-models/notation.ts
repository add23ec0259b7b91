/** Models of Entity Framework: snapshots, `OnModelCreating`, configurations of their own, and the classes that they are about. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { closing } from "../../source/values.ts";
import { scriptOf } from "../entity-framework/csharp.ts";
import type { Notation } from "../notation.ts";
import { Builder, configured, ignoredIn } from "./builder.ts";
import { type ClrClass, classesIn, setsIn, spacesIn } from "./classes.ts";
import { Classes, pair, takeClass } from "./conventions.ts";
import { Model, shortOf } from "./model.ts";
import { Tables } from "./tables.ts";

const IS_SNAPSHOT = /:\s*ModelSnapshot\b/;
const OF_MODEL = /\bOnModelCreating\b|\bEntityTypeBuilder\s*<|\bDbSet\s*</;
/** The model as it was after an older migration. */
const IS_TARGET = /\bBuildTargetModel\b/;
/** A class with what it has, of which a model may speak: what is owned, or stands above others, says nothing of that itself. */
const OF_CLASS = /\{\s*get;[^}]{0,40}\}|\brecord\s+(?:class\s+)?\w+\s*\(/;
/** Names tables and columns by a rule of its own. */
const RENAMES = /\bUse\w{1,40}NamingConvention\b/;

const isModel = (text: string): boolean =>
  !IS_TARGET.test(text) && (IS_SNAPSHOT.test(text) || OF_MODEL.test(text));

export const entityFrameworkModels: Notation = {
  name: "Entity Framework models",
  expects: "models of Entity Framework (`ModelSnapshot`, `OnModelCreating`)",
  endings: [".cs"],
  claims: ({ file, text }) => file.endsWith(".cs") && (isModel(text) || OF_CLASS.test(text)),
  read(files) {
    const picture = new Picture();
    const unread: Unread[] = [];
    const scripts = files.map(({ file, text }) => ({ file, text, ...scriptOf(text) }));
    const parts = scripts.filter((s) => isModel(s.text));
    // Without a model, nothing says which classes are kept anywhere.
    if (parts.length === 0) return { description: { collections: [] }, statements: 0, unread };
    for (const { file, lost, tokens } of scripts) {
      unread.push(...lost.map((l) => ({ file, ...l })));
      const open = tokens.find(
        (t, at) => t.kind === "sign" && t.text === "{" && closing(tokens, at) >= tokens.length,
      );
      if (open !== undefined)
        unread.push({ file, line: open.line, what: "what begins here: nothing closes it" });
    }
    let statements = 0;
    const known = new Set<string>();
    const contexts = new Set<string>();
    for (const { file, text, tokens } of parts.filter((s) => IS_SNAPSHOT.test(s.text))) {
      const model = new Model();
      statements += new Builder(model, { file, tokens, typeOf: () => null }).entities(tokens);
      new Tables(model, { picture, sets: new Map(), schema: null }).make();
      for (const e of model.entities.values())
        if (e.properties.size === 0 && e.base === null && !e.isView)
          model.unread.push({
            file,
            line: e.line,
            what: `${shortOf(e.name)}: the snapshot has no property of it`,
          });
      unread.push(...model.unread);
      for (const name of model.entities.keys()) known.add(name);
      const [, context] = /\bDbContext\s*\(\s*typeof\s*\(\s*([\w.]{1,200})/.exec(text) ?? [];
      if (context !== undefined) contexts.add(shortOf(context));
    }
    const classes = scripts.flatMap((s) =>
      classesIn(s.file, s, (line, what) => unread.push({ file: s.file, line, what })),
    );
    const rest = parts.filter(
      (s) => !IS_SNAPSHOT.test(s.text) && !classes.some((c) => c.file === s.file && contexts.has(c.name)),
    );
    for (const { file, text } of rest.length > 0 ? scripts : []) {
      const found = RENAMES.exec(text);
      if (found !== null) unread.push({ file, line: lineAt(text, found.index), what: renamed(found[0]) });
    }
    const read = readModel(rest, classes, { picture, known });
    return {
      description: { collections: picture.collections() },
      statements: statements + read.statements,
      unread: [...unread, ...read.unread],
      stands: true,
    };
  },
};

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;
const renamed = (rule: string): string =>
  `${rule}: tables and columns without a name of their own are called otherwise in the database`;

type Part = ReturnType<typeof scriptOf> & { readonly file: string; readonly text: string };

/** Of what a snapshot has it knows the namespace, and of a class its file does. */
function knownBy(known: ReadonlySet<string>, classes: Classes): (name: string) => boolean {
  const whole = new Set([...known].map((name) => name.split("#")[0] ?? name));
  const shorts = new Set([...whole].map(shortOf));
  return (name) => {
    const [root = name] = name.split("#");
    const c = classes.named(root);
    return c === null || c.space === "" ? shorts.has(shortOf(root)) : whole.has(`${c.space}.${c.name}`);
  };
}

/** What contexts without a snapshot say; of what a snapshot has, that counts. */
function readModel(
  parts: readonly Part[],
  all: readonly ClrClass[],
  { picture, known }: { readonly picture: Picture; readonly known: ReadonlySet<string> },
): { readonly statements: number; readonly unread: readonly Unread[] } {
  const model = new Model();
  const contextFiles = new Set(parts.map((p) => p.file));
  const seen = parts.map((p) => spacesIn(p.text)).flatMap(({ own, used }) => [own, ...used]);
  const classes = new Classes(
    all.filter((c) => c.above === null || !/DbContext$/.test(c.above)),
    new Set(seen),
  );
  const sets = new Map<string, string>();
  for (const { file, tokens } of parts)
    for (const { type, name, line } of setsIn(tokens)) {
      sets.set(type, name);
      model.entity(type, { file, line });
    }
  const without = new Set(parts.flatMap(({ tokens }) => ignoredIn(tokens)));
  const isKnown = knownBy(known, classes);
  let statements = sets.size;
  const typeOf = (entity: string, property: string) =>
    classes.typeOf(entity.split("#")[0] ?? entity, property);
  for (const { file, tokens } of parts) {
    const builder = new Builder(model, { file, tokens, typeOf });
    statements += builder.entities(tokens);
    for (const { type, builder: called, body, line } of configured(tokens)) {
      statements += 1;
      builder.statements(model.entity(type, { file, line }), body, called);
    }
  }
  for (const c of all)
    if (
      contextFiles.has(c.file) &&
      c.above !== null &&
      /DbContext$/.test(c.above) &&
      c.above !== "DbContext" &&
      classes.named(c.above) === null &&
      !all.some((a) => a.name === c.above)
    )
      model.unread.push({
        file: c.file,
        line: c.line,
        what: `class ${c.name}: no file has \`${c.above}\`, which it extends: what that brings is not read`,
      });
  // Each class that one leads to is an entity, too, and may lead on.
  for (const e of model.entities.values()) takeClass(e, { model, classes, without });
  for (const e of model.entities.values()) {
    if (e.owner !== null || e.isView || isKnown(e.name) || classes.named(e.name) !== null) continue;
    const why = classes.isAmbiguous(e.name)
      ? "files have several classes of that name"
      : "no file has the class";
    const what = `${shortOf(e.name)}: ${why}; only the columns that the model names are read`;
    model.unread.push({ file: e.file, line: e.line, what });
  }
  for (const name of model.reached) {
    const e = model.entities.get(name);
    if (e === undefined || e.key.length > 0 || e.base !== null) continue;
    e.isView = true;
    model.unread.push({
      file: e.file,
      line: e.line,
      what: `${name}: it has no key, and nothing says where it is kept`,
    });
  }
  pair(model);
  for (const name of [...model.entities.keys()]) if (isKnown(name)) model.entities.delete(name);
  new Tables(model, { picture, sets, schema: defaultSchema(parts, model) }).make();
  return { statements, unread: model.unread };
}

/** Of several contexts, nobody can say whose a configuration is. */
function defaultSchema(parts: readonly Part[], model: Model): string | null {
  const said = parts.flatMap(({ file, text }) => {
    const found = /\.\s*HasDefaultSchema\s*\(\s*(?:"([^"]{0,200})")?/.exec(text);
    return found === null ? [] : [{ file, name: found[1], line: lineAt(text, found.index) }];
  });
  const [first] = said;
  const contexts = parts.filter((p) => /\bOnModelCreating\b/.test(p.text)).length;
  if (first?.name !== undefined && contexts === 1) return first.name;
  for (const { file, line } of said)
    model.unread.push({ file, line, what: "HasDefaultSchema: whose schema it is" });
  return null;
}
