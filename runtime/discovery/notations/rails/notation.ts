/** `db/schema.rb` and migrations of Rails. The schema says how it stands, so migrations beside it are left. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import type { Notation } from "../notation.ts";
import { statementsIn } from "./statements.ts";
import { RailsSteps } from "./steps.ts";

const SCHEMA = /\bActiveRecord::Schema\b/;

export const rails: Notation = {
  name: "Rails",
  expects: "`db/schema.rb` or migrations of Rails (`create_table`, `add_column`)",
  endings: [".rb"],
  claims: ({ file, text }) =>
    file.endsWith(".rb") && (SCHEMA.test(text) || /\bActiveRecord::Migration\b/.test(text)),
  read(files, before) {
    const whole = files.filter((f) => SCHEMA.test(f.text));
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of whole.length > 0 ? whole : files) {
      const steps = new RailsSteps(picture, { file, unread });
      const read = statementsIn(text);
      unread.push(...read.lost.map((l) => ({ file, ...l })));
      for (const statement of read.statements) if (steps.take(statement)) statements += 1;
    }
    const left = whole.length === 0 ? 0 : files.length - whole.length;
    const notes =
      left === 0
        ? []
        : [
            `${whole.map((f) => f.file).join(", ")}: how the schema stands is written there, so ${left} migrations beside it were not read`,
          ];
    return {
      description: { collections: picture.collections() },
      statements,
      unread,
      notes,
      changed: picture.changed,
      stands: whole.length > 0,
    };
  },
};
