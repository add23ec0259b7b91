/** Models made to end the reader. */
import { expect, test } from "vitest";
import { type FilesSchema, readSchemaFiles } from "../../schema.ts";

const read = (text: string): FilesSchema => readSchemaFiles([{ file: "1.cs", text }], "/project/app");
const tables = (text: string): readonly string[] => read(text).description.collections.map((c) => c.name);
const behind = "class Behind { public int Id { get; set; } public string Email { get; set; } }";
const context = (body: string): string =>
  `class C : DbContext { public DbSet<Behind> Behind { get; set; } }\n${behind}\npartial class D { void OnModelCreating(ModelBuilder m) {\n${body}\n} }`;

test.each([
  ["builders within builders", 'm.Entity<Behind>(b => { b.OwnsOne("A", "A", b => { '.repeat(5_000)],
  ["calls without an end", `m.Entity<Behind>()${'.Property("a"'.repeat(20_000)}`],
  ["a chain of a hundred thousand", `m.Entity<Behind>()${".Ignore(x => x.A)".repeat(20_000)};`],
  ["angles without an end", `m.Entity${"<A".repeat(100_000)}`],
  ["sets without an end", "DbSet<".repeat(100_000)],
  ["classes within classes", "class A : B { ".repeat(20_000)],
  ["attributes within attributes", `class A { ${"[Key(".repeat(20_000)}`],
  ["configurations without an end", "void Configure(EntityTypeBuilder<A> b) { ".repeat(5_000)],
])("%s", (name, body) => {
  const { description, unread } = read(context(body));
  expect(description.collections.map((c) => c.name)).toContain("Behind");
  // Angles that nothing closes hold no statement.
  expect(unread.length > 0).toBe(!/^(?:angles|sets)/.test(name));
});

test("classes above each other in a ring, and what is owned by itself", () => {
  const ring = context(
    "m.Entity<A>().HasBaseType<B>(); m.Entity<B>().HasBaseType<A>(); m.Entity<A>().HasBaseType<A>(); m.Entity<Behind>(b => b.OwnsOne(x => x.Self));",
  );
  expect(
    tables(
      `${ring}\nclass A : B { public int Id { get; set; } }\nclass B : A { public int X { get; set; } }`,
    ),
  ).toContain("Behind");
  const owned = `${context("")}\n[Owned] class O { public O Inner { get; set; } public int A { get; set; } }\nclass Q { public int Id { get; set; } public O One { get; set; } }\npartial class E { DbSet<Q> Q { get; set; } }`;
  expect(tables(owned)).toContain("Behind");
});

test("names that every object has", () => {
  const words = ["valueOf", "constructor", "toString", "__proto__", "hasOwnProperty"];
  const told = words
    .map((w) => `m.Entity<Behind>().Property<${w}>("${w}"); m.Entity<Behind>().${w}();`)
    .join("\n");
  const { description, unread } = read(context(told));
  expect(description.collections.find((c) => c.name === "Behind")?.fields).toHaveLength(2 + words.length);
  expect(unread).toHaveLength(words.length);
});
