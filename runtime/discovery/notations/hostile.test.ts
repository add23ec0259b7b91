/** Files made to end a reader, or only large: each is read, or said not to be, within the time that a test has. */
import { expect, test } from "vitest";
import { type FilesSchema, readSchemaFiles } from "../schema.ts";

const read = (file: string, text: string): FilesSchema => readSchemaFiles([{ file, text }], "/project/app");
const tables = ({ description }: FilesSchema): readonly string[] =>
  description.collections.map((c) => c.name);
const unread = ({ unread }: FilesSchema): readonly string[] => unread.map((u) => `${u.line}: ${u.what}`);

const LONG = 9_000_000;
const ruby = (body: string): string =>
  `class A < ActiveRecord::Migration[7.1]\n  def up\n${body}\n    create_table :behind do |t|\n      t.string :email\n    end\n  end\nend\n`;
const php = (body: string): string =>
  `<?php\nreturn new class { function up() {\n${body}\nSchema::create('behind', function (Blueprint $table) { $table->string('email'); });\n} };\n`;
const python = (body: string): string =>
  `from django.db import migrations, models\n${body}\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel("Behind", [("email", models.EmailField())])]\n`;

const script = (body: string): string =>
  `exports.up = async (knex) => {\n${body}\nawait knex.schema.createTable("behind", (table) => table.string("email"));\n};\n`;

const upgrade = (body: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\nrevision = "1"\ndef upgrade():\n${body}\n    op.create_table("behind", sa.Column("email", sa.String()))\n`;
const models = (body: string): string =>
  `import sqlalchemy\n${body}\nclass Behind(Base):\n    __tablename__ = "behind"\n    email = Column(String)\n`;

const csharp = (body: string): string =>
  `public partial class A : Migration\n{\n  protected override void Up(MigrationBuilder migrationBuilder)\n  {\n${body}\n    migrationBuilder.CreateTable(name: "behind", columns: t => new { Email = t.Column<string>() });\n  }\n}\n`;

test("a text of nine megabytes, in each notation", () => {
  const long = "x".repeat(LONG);
  expect(tables(read("1.rb", ruby(`    note "${long}"`)))).toEqual(["behind"]);
  expect(tables(read("1.php", php(`note('${long}');`)))).toEqual(["behind"]);
  expect(tables(read("m/migrations/1.py", python(`NOTE = '${long}'`)))).toEqual(["m_behind"]);
  expect(tables(read("1.py", upgrade(`    note('${long}')`)))).toEqual(["behind"]);
  expect(tables(read("1.py", models(`NOTE = '${long}'`)))).toEqual(["behind"]);
  expect(tables(read("1.js", script(`note('${long}');`)))).toEqual(["behind"]);
  expect(tables(read("1.cs", csharp(`    Note("${long}");`)))).toEqual(["behind"]);
  expect(
    tables(read("1.sql", `insert into a values ('${long}');\ncreate table behind (email text);`)),
  ).toEqual(["behind"]);
  expect(tables(read("1.sql", `insert into a values ('${"\\'".repeat(LONG / 2)}`))).toEqual([]);
});

test("quotes of C# that are written twice, and such that nothing closes", () => {
  const twice = `    Note(@"${'""'.repeat(500_000)}");`;
  expect(tables(read("1.cs", csharp(twice)))).toEqual(["behind"]);
  expect(tables(read("1.cs", csharp(`    // ${'@"'.repeat(500_000)}`)))).toEqual(["behind"]);
  expect(tables(read("1.cs", csharp(`    ${'@" '.repeat(100_001)}`)))).toEqual([]);
});

test("words that every object has are no steps, methods or types", () => {
  const words = ["valueOf", "constructor", "toString", "__proto__", "hasOwnProperty"];
  const steps = words.map((w) => `    ${w} 'x' do |t|\n      t.string :y\n    end`).join("\n");
  expect(tables(read("1.rb", ruby(steps)))).toEqual(["behind"]);
  const methods = words.map((w) => `$table->${w}(); $table->${w}('c_${w}');`).join("\n");
  const laravel = read("1.php", php(`Schema::create('odd', function (Blueprint $table) { ${methods} });`));
  expect(tables(laravel)).toEqual(["odd", "behind"]);
  expect(laravel.description.collections[0]?.fields.map((f) => [f.name, typeof f.type])).toEqual(
    words.map((w) => [`c_${w}`, "string"]),
  );
  const builder = words.map((w) => `t.${w}(); t.${w}('c_${w}');`).join(" ");
  const knex = read(
    "1.js",
    script(`knex.schema.createTable("odd", (t) => { ${builder} }); knex.schema.valueOf("x");`),
  );
  expect(tables(knex)).toEqual(["odd", "behind"]);
  expect(knex.unread.length).toBe(2 * words.length);
  const ops = words
    .map((w) => `    op.${w}("x")\n    op.add_column("odd", sa.Column("${w}", sa.${w}()))`)
    .join("\n");
  const alembic = read("1.py", upgrade(`    op.create_table("odd", sa.Column("id", sa.Integer()))\n${ops}`));
  expect(alembic.description.collections[0]?.fields.map((f) => typeof f.type)).toEqual(
    ["id", ...words].map(() => "string"),
  );
  const odd = words.map((w) => `    ${w}: Mapped[${w}] = mapped_column()\n    f_${w}: ${w}`).join("\n");
  expect(
    read("1.py", models(`class Odd(Base):\n    __tablename__ = "odd"\n${odd}`)).description.collections[0]
      ?.fields,
  ).toHaveLength(words.length);
  const entity = `import "typeorm";\n@Entity() class Odd {\n${words.map((w) => `@Column("${w}") f_${w}: ${w}; @${w}() ${w}: ${w};`).join("\n")}\n}`;
  expect(read("1.ts", entity).description.collections.map((c) => c.fields.map((f) => f.type))).toEqual([
    words.map((w) => w.toLowerCase()),
  ]);
  const operations = words.map((w) => `migrations.${w}("x")`).join(", ");
  const django = read("m/1.py", `class Migration(migrations.Migration):\n  operations = [${operations}]\n`);
  expect(unread(django)).toEqual(words.map((w) => `2: ${w}`));
  const prisma = read("a.prisma", `model A {\n${words.map((w) => `  f_${w} ${w}`).join("\n")}\n}\n`);
  expect(prisma.description.collections[0]?.fields.map((f) => f.type)).toEqual(
    words.map((w) => w.toLowerCase()),
  );
});

test("Django models whose keys are each other's", () => {
  const key = (to: string): string =>
    `[("k", models.OneToOneField(to="m.${to}", on_delete=models.CASCADE, primary_key=True))]`;
  const schema = read(
    "m/migrations/1.py",
    `class Migration(migrations.Migration):\n  operations = [migrations.CreateModel("A", ${key("B")}), migrations.CreateModel("B", ${key("A")})]\n`,
  );
  expect(schema.description.collections.map((c) => [c.name, c.fields[0]?.type])).toEqual([
    ["m_a", "integer"],
    ["m_b", "integer"],
  ]);
});

test("`static` as often as anybody likes", () => {
  expect(tables(read("1.php", php(`Schema::create(${"static ".repeat(50_000)});`)))).toEqual(["behind"]);
});

const MANY = 10_000;
const eachOf = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join("");

test.each([
  ["functions within functions", "1.js", script(eachOf(MANY * 3, (i) => `a${i}(){`)), ["behind"]],
  ["functions that give functions", "1.js", script(eachOf(MANY * 3, (i) => `a${i}=t=>`)), ["behind"]],
  [
    "functions among what functions take",
    "1.js",
    script(`${eachOf(MANY * 3, (i) => `a${i}(`)}${"){}".repeat(MANY * 3)}`),
    ["behind"],
  ],
  [
    "a long function that is called without an end",
    "1.js",
    script(
      `function f(t) { ${"x;".repeat(MANY * 10)} }\nknex.schema.createTable("a", (t) => { ${"f(t);".repeat(MANY * 2)} });`,
    ),
    ["a", "behind"],
  ],
  [
    "conditions one after the other that ask for no system",
    "1.js",
    script(`if(a){}${"else if(a){}".repeat(MANY * 4)}`),
    ["behind"],
  ],
  [
    "systems that are asked for one after the other, deep within such",
    "1.js",
    script(`${"if(pg){".repeat(17)}if(pg){}${"else if(pg){}".repeat(MANY * 4)}`),
    ["behind"],
  ],
  [
    "tens of thousands of ways beside a thousand tables",
    "1.js",
    script(
      `${eachOf(1_000, (i) => `knex.schema.createTable("a${i}", (t) => t.text("b"));\n`)}if (client === "pg") {}${'else if (client === "pg") {}'.repeat(MANY * 3)}`,
    ),
    [...Array.from({ length: 1_000 }, (_, i) => `a${i}`), "behind"],
  ],
  [
    "a thousand ways beside a thousand tables",
    "1.js",
    script(
      `${eachOf(1_000, (i) => `knex.schema.createTable("a${i}", (t) => t.text("b"));\n`)}if (client === "pg") {}${'else if (client === "pg") {}'.repeat(990)}`,
    ),
    [...Array.from({ length: 1_000 }, (_, i) => `a${i}`), "behind"],
  ],
  ["texts over lines, never closed, Ruby", "1.rb", ruby(`x ${"<<AAAAAAAA\n".repeat(MANY)}`), ["behind"]],
  ["texts over lines, never closed, PHP", "1.php", php(`$x = ${"<<<AAAAAAAA\n".repeat(MANY)}`), ["behind"]],
  ["comments never closed, JavaScript", "1.js", script(`${"/* 'x' ".repeat(MANY * 5)}`), ["behind"]],
  ["texts never closed, JavaScript", "1.js", script(`${"x = 'a\n".repeat(MANY * 5)}`), ["behind"]],
  ["templates never closed", "1.js", script(`${"x = `a\n".repeat(MANY * 2 + 1)}`), ["behind"]],
  [
    "systems that are asked for without an end",
    "1.js",
    script(`${'if (client === "pg") {\n'.repeat(MANY)}`),
    ["behind"],
  ],
  [
    "systems that are asked for one after the other",
    "1.js",
    script(
      `knex.schema.createTable("a", (t) => t.text("b"));\n${'if (client === "pg") knex.schema.dropTable("a");\nif (pg) return;\n'.repeat(MANY)}`,
    ),
    ["a", "behind"],
  ],
  [
    "builders that are given away without an end",
    "1.js",
    script(`knex.schema.createTable("a", (t) => { ${"f(t, ".repeat(MANY)} });`),
    ["a", "behind"],
  ],
  ["`down` without an end", "1.js", script(`${"down(\n".repeat(MANY)}`), []],
  [
    "chains without an end",
    "1.js",
    script(`knex.schema${".createTable('a')".repeat(MANY)};`),
    ["a", "behind"],
  ],
  ["comments never closed", "1.php", php(`${"/* 'x' ".repeat(MANY * 5)}`), ["behind"]],
  [
    "quotes behind backslashes",
    "1.sql",
    `${"\\' x ".repeat(MANY * 10)};\ncreate table behind (a int);`,
    ["behind"],
  ],
  [
    "models and steps of Sequelize without an end",
    "1.js",
    `require("sequelize"); queryInterface.createTable("a", { b: Sequelize.STRING });\n${'queryInterface.createTable("c", {\n'.repeat(MANY)}`,
    ["a", "c"],
  ],
  [
    "models of Sequelize within models, classes within classes",
    "1.js",
    `require("sequelize"); sequelize.define("a", { b: DataTypes.STRING });\n${'class A { m = sequelize.define("c", {\n'.repeat(MANY)}`,
    ["as", "cs"],
  ],
  [
    "relations of Sequelize within relations",
    "1.js",
    `require("sequelize"); A = sequelize.define("a", { b: DataTypes.STRING });\n${"A.hasMany(A, ".repeat(MANY)}`,
    ["as"],
  ],
  [
    "a value of quotes behind backslashes, never closed",
    "1.sql",
    `create table a (id int, b text default '${"\\'".repeat(MANY * 2)};\ncreate table behind (a int);`,
    ["a", "behind"],
  ],
  [
    "a value of quotes beside each other, never closed",
    "1.sql",
    `create table a (id int, b text default '${"\\\\''".repeat(MANY * 2)};\ncreate table behind (a int);`,
    ["a", "behind"],
  ],
  [
    "what MySQL alone carries out, never closed",
    "1.sql",
    `create table a (id int) ${"/*! x ".repeat(MANY)};\ncreate table behind (a int);`,
    ["a", "behind"],
  ],
  [
    "dollar quotes never closed",
    "1.sql",
    Array.from({ length: MANY * 5 }, (_, i) => `$a${i}$ x`).join("\n"),
    [],
  ],
  [
    "tables of Drizzle without an end",
    "1.ts",
    `import "drizzle-orm/pg-core";\n${'pgTable("a", {\n'.repeat(MANY)}`,
    ["a"],
  ],
  [
    "tables of Drizzle behind the columns of others",
    "1.ts",
    `import "drizzle-orm/pg-core";\n${'pgTable("a", {}, '.repeat(MANY * 3)}`,
    ["a"],
  ],
  [
    "keys of Drizzle within keys",
    "1.ts",
    `import "drizzle-orm/pg-core";\npgTable("a", { b: text() }, ${"index(".repeat(MANY * 3)}`,
    ["a"],
  ],
  [
    "tables of Drizzle within keys of others",
    "1.ts",
    `import "drizzle-orm/pg-core";\n${'pgTable("a", {}, index('.repeat(MANY / 2)}`,
    ["a"],
  ],
  [
    "what an installer fills in, never closed",
    "1.sql",
    `create table behind (a int);\n<?=a${" ".repeat(MANY * 30)}`,
    ["behind"],
  ],
  [
    "blank lines within a table",
    "1.sql",
    `create table behind (a int);\ncreate table a (${"\n".repeat(MANY * 10)}`,
    ["behind"],
  ],
  [
    "blank lines behind a name between brackets",
    "1.sql",
    `create table [behind] (a int);${"\n".repeat(MANY * 30)}`,
    ["behind"],
  ],
  [
    "types of Drizzle without an end",
    "1.ts",
    `import "drizzle-orm/pg-core";\nconst a = pgTable("a", { b: text() });\n${"$type<".repeat(MANY)}`,
    ["a"],
  ],
  ["steps of Ecto without an end", "1.exs", `use Ecto.Migration\n${"create table(:a\n".repeat(MANY)}`, ["a"]],
  [
    "`down` of Ecto without an end",
    "1.exs",
    `use Ecto.Migration\ncreate table(:a) do\n${"def down do\n".repeat(MANY)}`,
    ["a"],
  ],
  ["decorators without an end", "1.ts", `import "typeorm";\n${"@Entity(\n".repeat(MANY)}`, []],
  [
    "decorators over nothing",
    "1.ts",
    `import "typeorm";\n${"@Entity() ".repeat(MANY)} class A { @Column() a: string }`,
    ["a"],
  ],
  [
    "classes within classes",
    "1.ts",
    `import "typeorm";\n${"@Entity() class A { @Column() a: string; ".repeat(MANY)}`,
    ["a"],
  ],
  [
    "classes above in a ring",
    "1.ts",
    `import "typeorm";\n@Entity() class A extends B { @Column(() => A) a: A } class B extends A {}`,
    ["a"],
  ],
  [
    "imports never closed",
    "1.ts",
    `import "typeorm";\n@Entity() class A { @Column() a: string }\n${"import {".repeat(MANY * 100)}`,
    ["a"],
  ],
  ["brackets never closed, Alembic", "1.py", upgrade("    op.add_column(\n".repeat(MANY)), []],
  [
    "SQL put together, ten thousand times",
    "1.py",
    upgrade("    op.execute(f'alter table {x}')\n".repeat(MANY)),
    ["behind"],
  ],
  ["texts never closed, models", "1.py", models(`${'x = """a\n'.repeat(MANY * 2 + 1)}`), ["behind"]],
  [
    "classes above each other",
    "1.py",
    models(
      Array.from({ length: MANY }, (_, i) => `class A${i}(A${i + 1}):\n    x = Column(String)`).join("\n"),
    ),
    ["behind"],
  ],
  ["a class above itself", "1.py", models("class A(A, B): pass\nclass B(A): pass"), ["behind"]],
] as const)("%s", (_, file, text, expected) => {
  expect(tables(read(file, text))).toEqual(expected);
});

test("brackets that nothing closes: the file is said not to be read to its end", () => {
  const deep = /^\d+: what stands behind is not read: brackets/;
  const rb = read("1.rb", `class A < ActiveRecord::Migration[7.1]\n${"foo(\n".repeat(MANY)}`);
  expect(unread(rb)).toEqual([expect.stringMatching(deep)]);
  const opened = read("1.php", `<?php // Schema:: Blueprint\n${"$this->a(\n".repeat(MANY)}`);
  expect(unread(opened)).toEqual([expect.stringMatching(deep)]);
  const js = `exports.up = (knex) => knex.schema.raw("x");\n${"knex.schema.createTable(\n".repeat(MANY)}`;
  expect(unread(read("1.js", js)).at(-1)).toMatch(deep);
  const called = read(
    "1.js",
    script(
      `function f(t) { ${"x;".repeat(MANY)} }\nknex.schema.createTable("a", (t) => { ${"f(t);".repeat(MANY)} });`,
    ),
  );
  expect(unread(called)).toEqual([
    expect.stringMatching(/^\d+: a: what stands behind is not read: brackets/),
  ]);
  const drizzle = `import "drizzle-orm/pg-core";\npgTable("a", { b: text() }, ${"index(".repeat(MANY)}`;
  expect(unread(read("1.ts", drizzle))).toEqual([
    expect.stringMatching(/^\d+: a: what stands behind is not read: brackets/),
  ]);
  const closed = `<?php // Schema:: Blueprint\n${"$this->a(\n".repeat(MANY)}${")".repeat(MANY)};`;
  expect(unread(read("1.php", closed))).toEqual([expect.stringMatching(deep)]);
});

test("a sound schema of thousands of tables and references", () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `thing${String.fromCharCode(97 + (i % 26))}${i}x`);
  const lines = (of: (n: string) => string): string =>
    Array.from({ length: 6 }, (_, i) => of(`${names[i * 7] ?? ""}${"odd".repeat(i % 2)}`)).join("\n");
  const schema = `ActiveRecord::Schema.define do\n${names
    .map((n) => `create_table "${n}s" do |t|\n${lines((r) => `t.references "${r}", foreign_key: true`)}\nend`)
    .join("\n")}\nend`;
  expect(tables(read("schema.rb", schema)).length).toBe(names.length);
  const migrations = `<?php class A { function up() {\n${names
    .map(
      (n) =>
        `Schema::create('${n}s', function (Blueprint $table) {\n$table->id();\n${lines((r) => `$table->foreignId('${r}_id')->constrained();`)}\n});`,
    )
    .join("\n")}\n}}`;
  const laravel = read("1.php", migrations);
  expect(tables(laravel).length).toBe(names.length);
  expect(laravel.description.collections.at(-1)?.foreignKeys[0]?.to.collection).toBe(`${names[0]}s`);
});

test("more than a file may hold is said with the line from which on it was not read", () => {
  const schema = read("1.rb", ruby("x\n".repeat(300_000)));
  expect(unread(schema)).toEqual([
    expect.stringMatching(/^\d+: what stands behind is not read: the file is too long$/),
  ]);
});

test("more of what is not read, and more statements, than a call takes arguments", () => {
  const lost = "alter table a add b int;".repeat(MANY * 30);
  const sql = read("1.sql", `create table behind (a int);\n${lost}`);
  expect(tables(sql)).toEqual(["behind"]);
  expect(sql.unread.length).toBe(MANY * 30);
  const within = read("1.cs", csharp(`    migrationBuilder.Sql("${lost.slice(0, lost.length / 2)}");`));
  expect(tables(within)).toEqual(["behind"]);
  expect(within.unread.length).toBe(MANY * 15);
});
