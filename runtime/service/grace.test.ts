import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { expect, test } from "vitest";
import { pseudoGraceIssues } from "./grace.ts";
import { parseManifest } from "./manifest.ts";

const mapOf = (erase: string) =>
  must(
    readDataMap([
      {
        file: "app.yaml",
        text: `store: app
connector: postgres
collections:
  people:
    class: account
    person: { id: id }
    fields: { id: user.unique_id }
    stand_in: {}
  posts:
    class: post
    owner: author -> people.id
    fields: { id: system, author: user.unique_id }
    erase: ${erase}
`,
      },
    ]).value,
    "the map is sound",
  );

test("an erasure that makes pseudo-people can not be one that can be taken back", () => {
  const manifest = must(
    parseManifest("service: s\npolicy: p.md\nstores: { app: { connector: postgres } }\n").value,
    "sound",
  );
  const graced = { ...manifest, grace: parseDuration("P14D") };
  expect(pseudoGraceIssues(graced, mapOf("{ stand_in: each }"))).toMatchObject([
    {
      code: "grace-with-stand-in",
      severity: "error",
      file: "app.yaml",
      fix: expect.stringContaining("take `grace` out"),
    },
  ]);
  expect(pseudoGraceIssues(graced, mapOf("delete"))).toEqual([]);
  expect(pseudoGraceIssues(manifest, mapOf("{ stand_in: each }"))).toEqual([]);
});
