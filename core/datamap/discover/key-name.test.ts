import { expect, test } from "vitest";
import { found, linksOf } from "./names-alone.fixture.ts";

const SCHOOL = `pupil: cod_pupil*, ref_idpes, name text
  person: idpes*, name text, email text, idpes_reviser, birthday date
  photo: idpes*, path text
  human: idpes*, idpes_mother, idpes_type, sex text
  housing: ref_cod_pupil*, rooms int
  enrolment: cod_enrolment*, ref_cod_pupil, ref_ref_cod_pupil, note text`;

test.each<readonly [what: string, collection: string, links: readonly string[]]>([
  [
    "behind a word that says that it leads somewhere, and not to another that leads there, too",
    "enrolment",
    ["ref_cod_pupil > pupil", "ref_ref_cod_pupil > pupil"],
  ],
  ["as the key of a row of the other's", "housing", ["ref_cod_pupil > pupil"]],
  ["of several with that key, the one that it is short for", "pupil", ["ref_idpes > person"]],
  [
    "before what says which of several, and not before what speaks about it",
    "human",
    ["idpes > person", "idpes_mother > person"],
  ],
  ["a row that has the same key is the other's", "photo", ["idpes > person"]],
])("the name of a key in the name of a field: %s", (_, collection, links) => {
  expect(linksOf(found(SCHOOL), collection).map((l) => l.split(" ").slice(0, 3).join(" "))).toEqual(links);
});
