/** Entities of Doctrine: classes with attributes, and mappings in XML or YAML. */
import type { Unread } from "../../schema-file.ts";
import type { Notation } from "../notation.ts";
import { classesIn } from "./classes.ts";
import { tablesOf } from "./tables.ts";
import { mappingsIn, OF_XML } from "./xml.ts";
import { mappingsInYaml, OF_YAML } from "./yaml.ts";

export const doctrine: Notation = {
  name: "Doctrine",
  expects: "entities of Doctrine (`#[ORM\\Entity]`, `<doctrine-mapping>`, `*.orm.yml`)",
  endings: [".php", ".xml", ".dcm.yml", ".orm.yml", ".dcm.yaml", ".orm.yaml"],
  claims: ({ file, text }) =>
    (file.endsWith(".xml") && OF_XML.test(text)) ||
    OF_YAML.test(file) ||
    (file.endsWith(".php") &&
      /#\[\s*(?:ORM\\)?(?:Entity|MappedSuperclass|Column|ManyToOne|OneToOne|ManyToMany|Id)\b/.test(text) &&
      /Doctrine\\ORM\\Mapping/.test(text)),
  read(files) {
    const unread: Unread[] = [];
    const above = new Map<string, string>();
    const written = files.flatMap(({ file, text }) => {
      const mappings = file.endsWith(".xml")
        ? mappingsIn(file, text)
        : OF_YAML.test(file)
          ? mappingsInYaml(file, text)
          : null;
      const read = mappings ?? classesIn(file, text);
      unread.push(...read.lost.map((l) => ({ file, ...l })));
      for (const [name, parent] of mappings?.above ?? []) above.set(name, parent);
      return read.classes;
    });
    const classes = written.map((c) => ({ ...c, above: c.above ?? above.get(c.name) ?? null }));
    const made = tablesOf(classes);
    return {
      description: { collections: made.picture.collections() },
      statements: classes.length,
      unread: [...unread, ...made.unread],
    };
  },
};
