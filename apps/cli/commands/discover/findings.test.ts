import type { Combination } from "@avow/core/datamap/discover/model";
import { readStoreMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { findingsOf } from "./findings.ts";

const combination: Combination = {
  ...{ collection: "users", fields: ["city", "credits"], examined: 100, whole: true, singledOut: 0.4, k: 5 },
};
const mapOf = (credits: string) =>
  must(
    readStoreMap({
      file: "app.yaml",
      text: `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { user_id: id }\n    fields: { id: user.unique_id, city: user.location.imprecise, credits: ${credits} }\n    erase: delete\n`,
    }).value,
    "readable",
  );
const found = (map: ReturnType<typeof mapOf> | null) =>
  findingsOf([], [combination], { map, policy: null }).map((f) => f.id);

test("fields that single people out are a finding as long as the map takes one of them for harmless", () => {
  expect(found(mapOf("system"))).toEqual(["single-out users.city+credits"]);
  expect(found(mapOf("user.account"))).toEqual([]);
  expect(found(null)).toEqual([]);
});
