/**
 * What names of fields say, in the languages that we meet most: English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese
 * (characters and pinyin), Japanese (characters and romaji). One table for each kind of thing that is said.
 */
import { ACCESS } from "./access.table.ts";
import { CONTACT } from "./contact.table.ts";
import { CONTENT } from "./content.table.ts";
import { HEALTH_TERMS } from "./health.table.ts";
import { IDENTITY } from "./identity.table.ts";
import { MONEY } from "./money.table.ts";
import { NAMES } from "./names.table.ts";
import { PAPERS } from "./papers.table.ts";
import { PERSON } from "./person.table.ts";
import type { Term } from "./term.ts";
import { THINGS } from "./things.table.ts";

export const LEXICON: readonly Term[] = [
  ...THINGS,
  ...CONTACT,
  ...NAMES,
  ...ACCESS,
  ...PERSON,
  ...HEALTH_TERMS,
  ...PAPERS,
  ...MONEY,
  ...CONTENT,
  ...IDENTITY,
];
