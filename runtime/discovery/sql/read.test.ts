import { expect, test } from "vitest";
import { readSchema } from "./read.ts";

const read = (text: string, file = "schema.sql") => readSchema([{ file, text }]);
const shown = (text: string): readonly string[] =>
  read(text).description.collections.map(
    (c) =>
      `${c.name}(${c.fields.map((f) => `${f.name} ${f.type}`).join(", ")}) key ${c.primaryKey.join("+")} unique ${c.uniques.map((u) => u.join("+")).join(" ")} fk ${c.foreignKeys.map((k) => `${k.from.join("+")}>${k.to.collection}.${k.to.fields.join("+")}`).join(" ")}`,
  );

test("a dump of PostgreSQL: keys come in later statements, rows and functions are passed by", () => {
  expect(
    shown(`
SET statement_timeout = 0;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN CREATE TABLE no_table (x int); END; $_$;
CREATE TABLE public.users (
    id bigint NOT NULL,
    email character varying(255) DEFAULT ''::character varying NOT NULL, -- the address; of course
    note text DEFAULT 'a ; b',
    tags text[] DEFAULT '{}'::text[]
);
CREATE TABLE billing.orders (id bigint GENERATED ALWAYS AS IDENTITY, user_id bigint, CHECK ((id > 0)));
COPY public.users (id, email) FROM stdin;
1	ann@mail.example; CREATE TABLE evil (x int);
\\.
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX users_email ON public.users USING btree (email);
CREATE UNIQUE INDEX users_some ON public.users USING btree (note) WHERE (note IS NOT NULL);
ALTER TABLE ONLY billing.orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;`),
  ).toEqual([
    "users(id bigint, email character varying(255), note text, tags text[]) key id unique email fk ",
    "billing.orders(id bigint, user_id bigint) key  unique  fk user_id>users.id",
  ]);
});

test("a dump of MySQL and a schema of SQLite", () => {
  expect(
    shown(
      "CREATE TABLE `users` (\n `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT COMMENT 'a, b; c',\n `flag` tinyint(1) DEFAULT '0',\n PRIMARY KEY (`ID`),\n UNIQUE KEY `f` (`flag`),\n CONSTRAINT `x` FOREIGN KEY (`flag`) REFERENCES `flags` (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='people';",
    ),
  ).toEqual(["users(ID bigint(20), flag tinyint(1)) key ID unique flag fk flag>flags.id"]);
  expect(
    shown(
      "PRAGMA foreign_keys=ON; CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b INTEGER REFERENCES c(id)) ;",
    )[0],
  ).toContain("key id unique  fk b>c.id");
});

test("migrations are carried out one after the other; what undoes them is not", () => {
  const files = [
    {
      file: "001.sql",
      text: "-- +goose Up\nCREATE TABLE people (id int PRIMARY KEY, nam text);\n-- +goose Down\nDROP TABLE people;\n",
    },
    {
      file: "002.sql",
      text: "ALTER TABLE people RENAME COLUMN nam TO name;\nALTER TABLE people ADD COLUMN ssn text, ADD COLUMN old int;\nCREATE TABLE gone (id int);",
    },
    {
      file: "003.sql",
      text: "ALTER TABLE people DROP COLUMN old; DROP TABLE IF EXISTS gone; ALTER TABLE people RENAME TO persons;",
    },
  ];
  const [only, ...rest] = readSchema(files).description.collections;
  expect([only?.name, only?.fields.map((f) => f.name), rest]).toEqual(["persons", ["id", "name", "ssn"], []]);
});

test("types that the schema made itself are kept as they are called", () => {
  expect(
    shown(
      "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id int PRIMARY KEY, m public.mood NOT NULL DEFAULT 'a', span tstzrange, UNIQUE (m));",
    ),
  ).toEqual(["t(id int, m public.mood, span tstzrange) key id unique m fk "]);
});

test("a line that can not be read costs that line, and is said with its place and without its values", () => {
  const { description, unread } = read(
    "\n\nCREATE TABLE t (\n id int PRIMARY KEY,\n secret = strange 'ann@mail.example',\n email text\n);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;",
  );
  expect(description.collections[0]?.fields.map((f) => f.name)).toEqual(["id", "email"]);
  expect(unread[0]).toEqual({ file: "schema.sql", line: 3, what: "t: secret" });
  expect(JSON.stringify(unread)).not.toContain("ann@");
});

test("no SQL is no schema", () => {
  expect(read("this is; not sql '").description.collections).toEqual([]);
  expect(read("").statements).toBe(0);
});

test("what is renamed, changed and dropped takes its keys along", () => {
  expect(
    shown(`CREATE TABLE user_ (id int PRIMARY KEY, nam text, old int UNIQUE);
CREATE TABLE post (id int, author int, CONSTRAINT p_fk FOREIGN KEY (author) REFERENCES user_ (id), CONSTRAINT q_fk FOREIGN KEY (id) REFERENCES gone (id));
CREATE TABLE gone (id int PRIMARY KEY);
ALTER TABLE user_ RENAME TO person;
ALTER TABLE \`post\` CHANGE \`author\` \`author_id\` bigint NOT NULL;
ALTER TABLE person RENAME COLUMN id TO person_id;
ALTER TABLE person DROP COLUMN old;
DROP TABLE gone;
ALTER TABLE person ADD COLUMN shape public.mood DEFAULT 'x' -- why
  , ADD COLUMN n int, ALTER COLUMN nam TYPE varchar(80), DISABLE TRIGGER ALL;`),
  ).toEqual([
    "post(id int, author_id bigint) key  unique  fk author_id>person.person_id",
    "person(person_id int, nam varchar(80), shape public.mood, n int) key person_id unique  fk ",
  ]);
});

test("a table that is made anew keeps the keys that lead to it", () => {
  const rest = "CREATE TABLE folders (id text PRIMARY KEY, user_id text REFERENCES users (id));\n";
  const anew = [
    "ALTER TABLE users RENAME TO old_users;\nCREATE TABLE users (id text PRIMARY KEY);\nDROP TABLE old_users;",
    "CREATE TABLE new_users (id text PRIMARY KEY);\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
  ];
  for (const steps of anew)
    expect(shown(`CREATE TABLE users (id text PRIMARY KEY);\n${rest}${steps}`)).toContain(
      "folders(id text, user_id text) key id unique  fk user_id>users.id",
    );
});

test("partitions are no tables of their own, and what stands behind a table is none of its fields", () => {
  const { description, unread } =
    read(`CREATE TABLE a (id int NOT NULL, d date, t text[] DEFAULT ARRAY['x'::text, 'y'::text], EXCLUDE USING gist (id WITH &&)) PARTITION BY RANGE (id);
CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM ('1') TO ('9');
CREATE TABLE a_2 (id int NOT NULL, d date);
ALTER TABLE ONLY a ATTACH PARTITION a_2 FOR VALUES FROM ('9') TO ('19');
CREATE TABLE \`b\` (\`id\` int, \`straße\` varchar(80), FULLTEXT KEY \`f\` (\`straße\`) /*!50100 WITH PARSER \`ngram\` */)
/*!50100 PARTITION BY RANGE (\`id\`) (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN MAXVALUE) */;`);
  expect(description.collections.map((c) => `${c.name} ${c.fields.map((f) => f.name).join(" ")}`)).toEqual([
    "a id d t",
    "b id straße",
  ]);
  expect(unread).toEqual([]);
});

test("a file that ends too early, a quote that nothing closes and a table made from a query are said, without values", () => {
  const said = (text: string): readonly string[] => read(text).unread.map((u) => `${u.line} ${u.what}`);
  expect(said("CREATE TABLE a (id int);\nCREATE TABLE b (id int, email text DEFAULT 'ann@mail.exam")).toEqual(
    ["2 create table b: the file ends within it"],
  );
  expect(
    said(
      "CREATE TABLE a (id int, e text DEFAULT 'x);\nCREATE TABLE b (id int);\nINSERT INTO a VALUES (1, 'ann@mail.example');",
    )[0],
  ).toBe("1 create table a: a quote or a bracket is not closed, and what follows was taken for a part of it");
  expect(said("CREATE TABLE t AS SELECT 1 AS x;")).toEqual([
    "1 create table t: its fields come from a query",
  ]);
});

test("a schema that holds its tables in one statement, and names that follow the search path", () => {
  const text = `\\c shop
CREATE SCHEMA Person
  CREATE TABLE Person (id serial PRIMARY KEY, name "Name" NOT NULL)
  CREATE TABLE Phone (person_id int REFERENCES Person (id), number text -- ; create table none (x int)
  )
  CREATE VIEW v AS SELECT 1;
COMMENT ON SCHEMA Person IS 'people';
ALTER TABLE Person.Phone ADD CONSTRAINT p PRIMARY KEY (person_id, number);
SET search_path = sales, pg_catalog;
CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES Person.Person);
CREATE TABLE lines (order_id int, FOREIGN KEY (order_id) REFERENCES Person.Person, by int NOT NULL REFERENCES orders);
ALTER TABLE ONLY lines ADD CONSTRAINT l FOREIGN KEY (order_id) REFERENCES orders(id);`;
  expect(shown(text)).toEqual([
    "Person.Person(id serial, name name) key id unique  fk ",
    "Person.Phone(person_id int, number text) key person_id+number unique  fk person_id>Person.Person.id",
    "sales.orders(id int, person int) key id unique  fk person>Person.Person.id",
    "sales.lines(order_id int, by int) key  unique  fk order_id>Person.Person.id by>sales.orders.id order_id>sales.orders.id",
  ]);
  expect(read(text).unread).toEqual([]);
});

test("names without a schema are of the first of the search path; what is said with one is of that one", () => {
  const made = (text: string): readonly string[] =>
    read(text).description.collections.map((c) =>
      [c.name, ...c.fields.map((f) => f.name), ...c.foreignKeys.map((k) => `>${k.to.collection}`)].join(" "),
    );
  expect(
    made(`SET search_path = shop, public;
CREATE TABLE public.people (id int PRIMARY KEY);
CREATE TABLE people (code int PRIMARY KEY REFERENCES public.people (id));
ALTER TABLE public.people ADD COLUMN mail text;
ALTER TABLE people ADD COLUMN note text;
CREATE SCHEMA public CREATE TABLE towns (id int PRIMARY KEY) CREATE TABLE streets (town int REFERENCES towns);
CREATE SCHEMA billing CREATE TABLE bills (id int, person int REFERENCES people);
ALTER TABLE billing.bills RENAME TO invoices;
CREATE INDEX i ON towns (id);
ALTER TABLE streets SET SCHEMA billing;
RESET search_path;
CREATE TABLE last (id int);`),
  ).toEqual([
    "people id mail",
    "shop.people code note >people",
    "towns id",
    "billing.invoices id person >shop.people",
    "billing.streets town >towns",
    "last id",
  ]);
});

test.each([
  ["SET search_path = public, shop", "t"],
  ['SET search_path TO "$user", public', "t"],
  ['SET LOCAL search_path TO "Shop Two", public', "Shop Two.t"],
  ["SET search_path = pg_catalog, shop", "shop.t"],
  ["SET search_path TO DEFAULT", "t"],
  ["SET search_path = ''", "t"],
  ["SET search_path = 'shop, public'", "shop.t"],
  ["SET SCHEMA 'shop'", "shop.t"],
  ["SELECT pg_catalog.set_config('search_path', '', false)", "t"],
  ["SELECT set_config('search_path', 'shop', true)", "shop.t"],
])("where a table is made: %s", (set, name) => {
  expect(read(`${set};\nCREATE TABLE t (id int);`).description.collections.map((c) => c.name)).toEqual([
    name,
  ]);
});

test.each([
  ["`{{prefix}}users`", "users"],
  ["`%TABLE_PREFIX%users`", "users"],
  ["__PREFIX__users", "users"],
  ["`#__users`", "users"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is what is tested
  ["${prefix}users", "users"],
  ["@prefix@users", "users"],
  ["{{users}}", "users"],
  ["{prefix}_users", "users"],
  ["{PREFIX}users", "users"],
  ["{$db_prefix}users", "users"],
  ["[prefix]users", "users"],
  ["`[[dbprefix]]users`", "users"],
  ["<PREFIX>users", "users"],
  ["<?= $prefix ?>users", "users"],
  ["<%= prefix %>users", "users"],
  ["{{ .Prefix }}users", "users"],
  ["%%PREFIX%%users", "users"],
  ["~PREFIX~users", "users"],
  ["!prefix!users", "users"],
  [":prefix:users", "users"],
  ["/*_*/users", "users"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is what is tested
  ["${flyway:defaultSchema}.users", "users"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is what is tested
  ["${shop}.users", "shop.users"],
  ["@extschema@.users", "users"],
  [':"schema".users', "users"],
  ["{{%users}}", "users"],
])("a prefix that an installer fills in: %s", (written, name) => {
  const { description, unread } = read(
    `CREATE TABLE ${written} (id int PRIMARY KEY, price varchar(9) DEFAULT '100%');`,
  );
  expect([description.collections.map((c) => c.name), unread]).toEqual([[name], []]);
});

test("what stands where a prefix might, and is none", () => {
  const text = `CREATE TABLE a (id int, tags text[] DEFAULT ARRAY['x'], n int CHECK (n > 0 AND n <> 5), m int[3] DEFAULT '{}'::int[], t text DEFAULT 'a:b:c', at time DEFAULT '10:20:30');
CREATE TABLE [Order Details] ([Order ID] INTEGER PRIMARY KEY, [Ship To] NVARCHAR(40) REFERENCES [a] ([id]));
ALTER TABLE "Order Details" ADD COLUMN "Home Phone" text;
ALTER TABLE "Order Details" RENAME COLUMN "Ship To" TO "Ship Address";`;
  expect(shown(text)).toEqual([
    "a(id int, tags text[], n int, m int[], t text, at time) key  unique  fk ",
    "Order Details(Order ID integer, Ship Address nvarchar(40), Home Phone text) key Order ID unique  fk Ship Address>a.id",
  ]);
  expect(read(text).unread).toEqual([]);
});

test("however a table is kept, and whatever it has from others, its fields are read", () => {
  const text = `CREATE SCHEMA shop CREATE UNLOGGED TABLE carts (id int PRIMARY KEY, email text) CREATE TABLE lines (cart_id int REFERENCES carts);
CREATE FOREIGN TABLE far (id int NOT NULL, email text) SERVER elsewhere OPTIONS (table_name 'x (y)');
CREATE OR REPLACE TABLE again (id int PRIMARY KEY);
CREATE OR REPLACE TABLE again (id int PRIMARY KEY, email varchar(20));
CREATE TABLE base (id int PRIMARY KEY, email text);
CREATE TABLE alike LIKE base;
CREATE TABLE more (LIKE base INCLUDING ALL, phone text);
CREATE TABLE child (phone text) INHERITS (base, nobody);
CREATE VIRTUAL TABLE found USING fts5(title, body UNINDEXED, content='posts', tokenize = 'porter');`;
  expect(shown(text)).toEqual([
    "shop.carts(id int, email text) key id unique  fk ",
    "shop.lines(cart_id int) key  unique  fk cart_id>shop.carts.id",
    "far(id int, email text) key  unique  fk ",
    "again(id int, email varchar(20)) key id unique  fk ",
    "base(id int, email text) key id unique  fk ",
    "alike(id int, email text) key id unique  fk ",
    "more(id int, email text, phone text) key id unique  fk ",
    "child(id int, email text, phone text) key  unique  fk ",
    "found(title text, body text) key  unique  fk ",
  ]);
  expect(read(text).unread.map((u) => `${u.line} ${u.what}`)).toEqual([
    "8 create table: no file made `nobody`, whose fields it has",
  ]);
});

test("indexes over fields are kept, whatever stands beside them; those over expressions are passed by in silence", () => {
  const text = `CREATE TABLE t (id int, name text, tags text, KEY k ((lower(name))), UNIQUE KEY u (name(20), id DESC));
CREATE INDEX a ON public.t USING gin (tags gin_trgm_ops, id DESC NULLS LAST);
CREATE UNIQUE INDEX b ON t USING btree (lower((name)::text), md5(tags));
CREATE INDEX CONCURRENTLY IF NOT EXISTS c ON ONLY t USING gin (to_tsvector('english'::regconfig, ((name || ' '::text) || tags)));
CREATE INDEX ON t ((id + 1)) WHERE (id > 0);
CREATE UNIQUE INDEX d ON t (id) INCLUDE (name) WHERE name IS NOT NULL;
ALTER TABLE t ADD INDEX e ((cast(name as unsigned))), ADD UNIQUE INDEX f (tags);`;
  const [t] = read(text).description.collections;
  expect({ uniques: t?.uniques, indexes: t?.indexes }).toEqual({
    uniques: [["name", "id"], ["tags"]],
    indexes: [["tags", "id"], ["id"]],
  });
  expect(read(text).unread).toEqual([]);
});

test("a statement that is too long to be read is said, with its line; rows are not", () => {
  const long = "x".repeat(400_001);
  const text = `CREATE TABLE a (id int);
INSERT INTO a VALUES ('${long}');
CREATE TABLE users (email text, note text DEFAULT '${long}');
CREATE FUNCTION f() RETURNS text AS $$ ${long} $$ LANGUAGE sql;
CREATE SCHEMA shop CREATE TABLE b (note text DEFAULT '${long}');
ALTER TABLE a ADD COLUMN phone text;`;
  const { description, unread } = read(text);
  expect(description.collections.map((c) => [c.name, c.fields.map((f) => f.name)])).toEqual([
    ["a", ["id", "phone"]],
  ]);
  expect(unread.map((u) => `${u.line} ${u.what}`)).toEqual([
    "3 create table users: not read, since it is longer than 400,000 signs: a quote or a bracket may not be closed",
    "5 create schema shop create: not read, since it is longer than 400,000 signs: a quote or a bracket may not be closed",
  ]);
});
