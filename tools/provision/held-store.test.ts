import { runHoldingSuite } from "@avow/runtime/connector-kit/holding-suite";
import type { ArrayTable } from "./array-store.ts";
import { type Hold, heldStore } from "./held-store.ts";

const now = (): Date => new Date("2026-01-01T00:00:00Z");
let tables: ArrayTable[] = [];
let holds: Hold[] = [];

runHoldingSuite({
  name: "the store in arrays that rows can be held in",
  async prepare(rows) {
    holds = [];
    tables = Object.entries(rows).map(([name, own]) => ({
      ...{ name, fields: ["id", "note"] },
      rows: own.map((row) => ({ ...row })),
    }));
  },
  open: () => heldStore({ tables, holds: () => holds, now }),
  async hold(keys, until) {
    holds = [...holds, ...keys.map((key) => ({ collection: "files", key, until }))];
  },
  async letGo() {
    holds = [];
  },
  now,
});
