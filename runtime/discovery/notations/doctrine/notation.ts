/** Entities of Doctrine with attributes. */
import type { Unread } from "../../schema-file.ts";
import type { Notation } from "../notation.ts";
import { classesIn } from "./classes.ts";
import { tablesOf } from "./tables.ts";

export const doctrine: Notation = {
  name: "Doctrine",
  expects: "entities of Doctrine (`#[ORM\\Entity]`)",
  endings: [".php"],
  claims: ({ file, text }) =>
    file.endsWith(".php") &&
    /#\[\s*(?:ORM\\)?(?:Entity|MappedSuperclass|Column|ManyToOne|OneToOne|ManyToMany|Id)\b/.test(text) &&
    /Doctrine\\ORM\\Mapping/.test(text),
  read(files) {
    const unread: Unread[] = [];
    const classes = files.flatMap(({ file, text }) => {
      const read = classesIn(file, text);
      unread.push(...read.lost.map((l) => ({ file, ...l })));
      return read.classes;
    });
    const made = tablesOf(classes);
    return {
      description: { collections: made.picture.collections() },
      statements: classes.length,
      unread: [...unread, ...made.unread],
    };
  },
};
