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
