import { expect, test } from "vitest";
import { ended } from "./evidence.ts";

test("the certificate says in words what goes on under pseudo-people, and nothing of other reasons", () => {
  const at = new Date("2026-01-31T12:00:00Z");
  const line = { store: "app", result: "done", rows: 3 } as const;
  const how = "goes on under pseudo-people: one for each row";
  const { body } = ended({
    ...{ id: "r", right: "erase", via: "app", state: "closed", receivedAt: at, dueAt: at, closedAt: at },
    ...{ policy: { version: "1", hash: "h" }, steps: { done: 1, failed: 0 }, identities: [], beside: [] },
    outcome: {
      results: [
        { ...line, collection: "posts", how },
        { ...line, collection: "notes", reason: "free text" },
      ],
      kept: [],
    },
  });
  expect(body).toMatchObject({
    done: [
      { ...line, collection: "posts", how, reached: {} },
      { ...line, collection: "notes", reached: {} },
    ],
  });
  expect(JSON.stringify(body)).not.toContain("free text");
});
