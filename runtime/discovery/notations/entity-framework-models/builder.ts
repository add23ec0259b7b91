/** What `ModelBuilder` and `EntityTypeBuilder` are told → the model. Nothing is run; what is not understood is listed with its name alone. */
import type { Token } from "../../source/tokens.ts";
import {
  type Call,
  closing,
  Effort,
  isWord,
  TOO_DEEP,
  textIn,
  type Value,
  Values,
} from "../../source/values.ts";
import { type EntityType, KIND, type Model, shortOf, WITH_KEYS } from "./model.ts";

/** Says nothing of columns or of what leads where. */
const SILENT =
  /^(?:Navigation|Metadata|Has(?:Data|QueryFilter|Annotation|Comment|CheckConstraint|Trigger|ChangeTrackingStrategy|Sequence|ServiceProviderFilter)|Use\w+|Is(?:Memory|Temporal)\w*|ToFunction|Toggle\w*|SplitToTable)$/;
/** One behind the other. */
const CALLS_MAX = 200;
/** Signs of a call that is given a class and nothing else. */
const IGNORE_MAX = 40;
const VIEW = /^(?:ToView|ToSqlQuery|HasNoKey)$/;

/** `"Id"`, `x => x.Id`, `x => new { x.A, x.B }`, `nameof(Post.Id)`; empty: only a run could say. */
export function namesIn(values: readonly Value[]): readonly string[] {
  return values.flatMap((value): readonly string[] => {
    if (value.is === "text") return [value.text];
    if (value.is === "list") return namesIn(value.items);
    if (value.is === "block" && isMember(value.body))
      return value.body.flatMap((t, at, all) =>
        t.kind === "word" && all[at - 1]?.text === "." ? [t.text] : [],
      );
    const [call] = value.is === "chain" ? value.calls : [];
    const [of] = call?.name === "nameof" ? call.args : [];
    return of?.is === "word" ? [of.word.split(".").at(-1) ?? ""] : [];
  });
}

/** What it is about: `<Post>`, `typeof(Post)`, a name as a text. */
export function typeIn(call: Call): string | null {
  const said = textIn(call.options.get("clr"));
  if (said !== null) return shortOf(said);
  const [first] = call.args;
  if (first?.is === "text") return first.text;
  const [of] = first?.is === "chain" && first.calls[0]?.name === "typeof" ? first.calls[0].args : [];
  return of?.is === "word" ? shortOf(of.word) : null;
}

const blockIn = (call: Call) => call.args.find((a) => a.is === "block" && !isMember(a.body));
/** `x => x.Id` names something; all other functions go on with a builder. */
const isMember = (body: readonly Token[]): boolean =>
  body.every((t) => t.kind === "word" || /^[.!,{}=]$/.test(t.text)) && !body.some((t) => t.text === "(");
const named = (call: Call | undefined): string | null => textIn(call?.args[0]);

export class Builder {
  readonly #model: Model;
  readonly #file: string;
  readonly #effort: Effort;
  /** Where a property of a class leads, as far as its file is there. */
  readonly #typeOf: (entity: string, property: string) => string | null;

  constructor(
    model: Model,
    {
      file,
      tokens,
      typeOf,
    }: {
      readonly file: string;
      readonly tokens: readonly Token[];
      readonly typeOf: (entity: string, property: string) => string | null;
    },
  ) {
    this.#model = model;
    this.#file = file;
    this.#effort = new Effort(tokens);
    this.#typeOf = typeOf;
  }

  #lost(line: number, what: string): void {
    this.#model.unread.push({ file: this.#file, line, what });
  }

  /** `modelBuilder.Entity<Post>(…)` and what is called on it. How many there were. */
  entities(tokens: readonly Token[]): number {
    let found = 0;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token?.text !== "Entity" || tokens[at - 1]?.text !== "." || tokens[at + 1]?.text !== "(") continue;
      const values = new Values(tokens, { at });
      const value = values.value();
      if (!this.#effort.spend(values.at - at)) {
        this.#lost(token.line, TOO_DEEP);
        break;
      }
      const calls = value.is === "chain" ? value.calls : [];
      const [first] = calls;
      const name = first === undefined ? null : typeIn(first);
      if (first === undefined || name === null)
        this.#lost(token.line, "Entity: it is not called by its name");
      else {
        found += 1;
        const entity = this.#model.entity(name, { file: this.#file, line: token.line });
        this.#within(first, entity);
        this.apply(entity, calls.slice(1), token.line);
      }
      at = Math.max(at, values.at - 1);
    }
    return found;
  }

  /** `builder.HasKey(…); builder.Property(…)…` within a body. */
  statements(entity: EntityType, body: readonly Token[], builder: string): void {
    for (let at = 0; at < body.length; at += 1) {
      const token = body[at];
      if (token?.kind !== "word" || token.text !== builder || body[at + 1]?.text !== ".") continue;
      const values = new Values(body, { at });
      const value = values.value();
      if (!this.#effort.spend(values.at - at)) {
        this.#lost(token.line, TOO_DEEP);
        return;
      }
      if (value.is === "chain") this.apply(entity, value.calls, token.line);
      at = Math.max(at, values.at - 1);
    }
  }

  #within(call: Call, entity: EntityType): void {
    const block = blockIn(call);
    if (block?.is === "block") this.statements(entity, block.body, block.takes.at(-1) ?? "");
  }

  apply(entity: EntityType, calls: readonly Call[], line: number): void {
    const [head, ...rest] = calls;
    if (head === undefined) return;
    if (calls.length > CALLS_MAX) {
      this.#lost(line, `${shortOf(entity.name)}: more is called on it than is gone through`);
      return;
    }
    const { name } = head;
    const fields = namesIn(head.args);
    if (/^(?:(?:Indexer)?Property|PrimitiveCollection)$/.test(name))
      this.#property(entity, { head, rest, line });
    else if (name === "HasKey") entity.key = fields;
    else if (name === "HasAlternateKey") entity.uniques.push(fields);
    else if (name === "HasIndex") {
      if (rest.some((c) => c.name === "IsUnique" && !isWord(c.args[0], "false"))) entity.uniques.push(fields);
    } else if (name === "ToTable") this.#table(entity, head, line);
    else if (VIEW.test(name)) entity.isView = entity.isView || name !== "HasNoKey";
    else if (name === "ToJson") {
      if (entity.owner !== null) entity.owner.json = named(head) ?? entity.owner.nav;
    } else if (name === "Ignore") for (const f of fields) entity.ignored.add(f);
    else if (name === "HasBaseType") entity.base = typeIn(head);
    else if (name === "HasDiscriminator") {
      // Without a name it goes on with the one of the class above.
      const clr = textIn(head.options.get("clr"));
      const [field = clr === null ? null : "Discriminator"] = fields;
      if (field !== null) {
        entity.told.add(KIND);
        this.#model.property(entity, field, clr ?? "string");
      }
    } else if (name === "HasOne" || name === "HasMany") this.#relation(entity, { head, rest, line });
    else if (name === "OwnsOne" || name === "OwnsMany" || name === "ComplexProperty")
      this.#owned(entity, head, line);
    else if (name === "WithOwner") {
      const key = rest.find((c) => c.name === "HasForeignKey");
      if (key !== undefined && entity.owner !== null) entity.told.add(namesIn(key.args).join());
      this.#ownerKey(entity, key);
    } else if (!SILENT.test(name)) this.#lost(line, `${name} of ${shortOf(entity.name)}`);
    // What is not of the builder itself comes back to it: `HasKey(…).HasName(…)`, `ToTable(…).HasOne(…)`.
    if (/^(?:ToTable|Ignore|HasBaseType|ToView|ToSqlQuery|HasNoKey)$/.test(name))
      this.apply(entity, rest, line);
  }

  #table(entity: EntityType, call: Call, line: number): void {
    const [first, second] = call.args;
    const name = textIn(call.options.get("name") ?? first);
    const schema = textIn(call.options.get("schema") ?? second);
    if (name !== null)
      entity.table = schema === null || /^(?:dbo|public|main)$/i.test(schema) ? name : `${schema}.${name}`;
    // `ToTable(t => t.HasCheckConstraint(…))` says nothing of its name.
    else if (first !== undefined && first.is !== "block")
      this.#lost(line, `ToTable of ${shortOf(entity.name)}: only a run could say its name`);
  }

  #property(
    entity: EntityType,
    { head, rest, line }: { readonly head: Call; readonly rest: readonly Call[]; readonly line: number },
  ): void {
    const name = namesIn(head.args.filter((a) => a.is !== "word")).at(-1);
    if (name === undefined) {
      this.#lost(line, `${head.name} of ${shortOf(entity.name)}: it is not called by its name`);
      return;
    }
    const said = this.#model.property(entity, name, textIn(head.options.get("clr")) ?? "");
    const of = (called: string): Call | undefined => rest.find((c) => c.name === called);
    said.column = named(of("HasColumnName")) ?? said.column;
    const size = of("HasMaxLength")?.args[0];
    const short = size?.is === "number" && /^(?:string)?$/.test(said.clr) ? `varchar(${size.number})` : null;
    said.type = named(of("HasColumnType")) ?? short ?? said.type;
    const required = of("IsRequired");
    if (required !== undefined)
      entity.properties.set(name, { ...said, mayBeNull: isWord(required.args[0], "false") });
  }

  #relation(
    entity: EntityType,
    { head, rest, line }: { readonly head: Call; readonly rest: readonly Call[]; readonly line: number },
  ): void {
    const back = rest.find((c) => c.name === "WithMany" || c.name === "WithOne");
    const nav = this.#navOf(head);
    const other = this.#otherOf(entity, head, nav);
    if (nav !== "") entity.told.add(nav);
    if (back === undefined) {
      this.#lost(line, `${head.name} of ${shortOf(entity.name)}: how it leads back is not said`);
      return;
    }
    const returns = namesIn(back.args).at(-1) ?? "";
    if (other === null) {
      this.#lost(line, `${head.name} of ${shortOf(entity.name)}: no file has where \`${nav}\` leads`);
      return;
    }
    this.#model.entity(other, { file: this.#file, line });
    if (returns !== "") this.#model.entities.get(other)?.told.add(returns);
    if (head.name === "HasMany" && back.name === "WithMany") {
      this.#between([entity.name, other], [returns, nav], rest);
      return;
    }
    const key = rest.find((c) => c.name === "HasForeignKey");
    // Of two that hold one another, the key itself says whose it is.
    const holder = key === undefined ? null : this.#holderIn(key);
    const isHolder =
      head.name === "HasOne" &&
      (back.name === "WithMany" || holder === null || shortOf(holder) === shortOf(entity.name));
    if (head.name === "HasOne" && back.name === "WithOne" && key === undefined) {
      this.#lost(line, `HasOne of ${shortOf(entity.name)}: whose the key is, is not said`);
      return;
    }
    const [dependent, principal] = isHolder ? [entity.name, other] : [other, entity.name];
    const names = key === undefined ? [] : namesIn(key.args);
    this.#model.relations.push({
      ...{
        dependent,
        principal,
        nav: isHolder ? nav : returns,
        unique: back.name === "WithOne" && head.name === "HasOne",
      },
      from: holder !== null && names[0] === holder ? names.slice(1) : names,
      to: namesIn(rest.find((c) => c.name === "HasPrincipalKey")?.args ?? []),
      required: rest.some((c) => c.name === "IsRequired" && !isWord(c.args[0], "false")),
    });
  }

  /** `HasForeignKey<Post>(…)`, `HasForeignKey("App.Post", "BlogId")`. */
  #holderIn(key: Call): string | null {
    const clr = textIn(key.options.get("clr"));
    if (clr !== null) return shortOf(clr);
    const [first] = key.args;
    return first?.is === "text" && (first.text.includes(".") || this.#model.entities.has(first.text))
      ? first.text
      : null;
  }

  /** In snapshots the class goes before the property. */
  #navOf(call: Call): string {
    const names = namesIn(call.args);
    const isOfType = call.args[0]?.is === "text" && !call.options.has("clr");
    return (isOfType ? names[1] : names.at(-1)) ?? "";
  }

  #otherOf(entity: EntityType, call: Call, nav: string): string | null {
    const typed = textIn(call.options.get("clr"));
    if (typed !== null) return shortOf(typed);
    if (call.args[0]?.is === "text") return call.args[0].text;
    return this.#typeOf(entity.name, nav);
  }

  #between(sides: readonly [string, string], navs: readonly [string, string], rest: readonly Call[]): void {
    const using = rest.find((c) => c.name === "UsingEntity");
    const name = using === undefined ? null : (typeInBetween(using) ?? null);
    const blocks = using?.args.filter((a) => a.is === "block") ?? [];
    if (using === undefined || (name === null && blocks.length < 2)) {
      const table = new Map<string, string>();
      for (const b of blocks) {
        const at = b.body.findIndex((t) => t.text === "ToTable");
        const text = b.body[at + 2];
        if (at >= 0 && text?.kind === "text") table.set("name", text.text);
      }
      this.#model.between.push({ sides, navs, table: table.get("name") ?? null });
      return;
    }
    const made = this.#model.entity(name ?? joinedName(sides), { file: this.#file, line: using.line });
    const before = this.#model.relations.length;
    for (const b of blocks) this.statements(made, b.body, b.takes.at(-1) ?? "");
    // It is one with two keys, whether they are told or not.
    const led = new Set(this.#model.relations.slice(before).map((r) => r.principal));
    for (const [i, side] of sides.entries())
      if (![...led].some((l) => l !== null && shortOf(l) === shortOf(side)))
        this.#model.relations.push({
          ...{ dependent: made.name, principal: side, from: [], to: [], unique: false, required: true },
          nav: navs[i] === "" ? shortOf(side) : (navs[i] ?? ""),
        });
    if (made.key.length === 0) made.told.add(WITH_KEYS);
  }

  #owned(entity: EntityType, call: Call, line: number): void {
    const isMany = call.name === "OwnsMany";
    const typed = textIn(call.options.get("clr"));
    const nav = namesIn(call.args).at(-1) ?? "";
    const type =
      typed ??
      (call.args[0]?.is === "text" && namesIn(call.args).length > 1
        ? call.args[0].text
        : this.#typeOf(entity.name, nav));
    entity.told.add(nav);
    if (type === null && blockIn(call) === undefined) {
      this.#lost(line, `${call.name} of ${shortOf(entity.name)}: no file has where \`${nav}\` leads`);
      return;
    }
    const made = this.#model.entity(`${entity.name}#${nav}`, { file: this.#file, line });
    made.owner = { name: entity.name, nav, many: isMany, json: made.owner?.json ?? null };
    made.base = type === null ? null : `=${shortOf(type)}`;
    if (type !== null) this.#model.owned.add(shortOf(type));
    this.#within(call, made);
  }

  #ownerKey(entity: EntityType, key: Call | undefined): void {
    const { owner } = entity;
    if (owner === null) return;
    const from = key === undefined ? [] : namesIn(key.args);
    this.#model.relations.push({
      ...{ dependent: entity.name, principal: owner.name, from, to: [], nav: shortOf(owner.name) },
      ...{ unique: !owner.many, required: true },
    });
  }
}

const joinedName = (sides: readonly string[]): string =>
  sides
    .map(shortOf)
    .sort((a, b) => (a < b ? -1 : 1))
    .join("");

/** `UsingEntity<PostTag>`, `UsingEntity("post_tag")`; a dictionary is called by the text. */
function typeInBetween(using: Call): string | null {
  const clr = textIn(using.options.get("clr"));
  return clr !== null && !/^Dictionary\b/.test(clr) ? shortOf(clr) : textIn(using.args[0]);
}

/** `modelBuilder.Ignore<Post>()`, `Ignore(typeof(Post))`: classes that are kept nowhere. */
export const ignoredIn = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token, at) => {
    if (token.text !== "Ignore" || tokens[at - 1]?.text !== ".") return [];
    const value = new Values(tokens.slice(at, at + IGNORE_MAX)).value();
    const call = value.is === "chain" ? value.calls[0] : undefined;
    // By a text, or by what a function gives, it is a property that is left out.
    const isClass = call?.options.has("clr") === true || call?.args[0]?.is === "chain";
    const name = isClass ? typeIn(call) : null;
    return name === null ? [] : [shortOf(name)];
  });

interface Configured {
  readonly type: string;
  readonly builder: string;
  readonly body: readonly Token[];
  readonly line: number;
}

/** Bodies of methods that are given an `EntityTypeBuilder<Post> builder`. None stands within another. */
export function configured(tokens: readonly Token[]): readonly Configured[] {
  const found: Configured[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.text !== "EntityTypeBuilder" || tokens[at - 1]?.text !== "(" || tokens[at + 1]?.text !== "<")
      continue;
    let end = at + 2;
    while (end < at + 20 && tokens[end]?.text !== ">") end += 1;
    const builder = tokens[end + 1];
    const open = closing(tokens, at - 1) + 1;
    if (builder?.kind !== "word") continue;
    const isBody = tokens[open]?.text === "{";
    let stop = isBody ? closing(tokens, open) : open;
    while (!isBody && stop < tokens.length && tokens[stop]?.text !== ";") stop += 1;
    const type = shortOf(
      tokens
        .slice(at + 2, end)
        .map((t) => t.text)
        .join(""),
    );
    found.push({ type, builder: builder.text, body: tokens.slice(open + 1, stop), line: token.line });
    at = Math.max(at, stop);
  }
  return found;
}
