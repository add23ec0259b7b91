/** What of the contract holds for a system that only a person can act on (spec/connector.md, "By hand"). Call it from a test. */
import { describe, expect, test } from "vitest";
import type { Answer, Connector, ConnectorModule } from "./contract.ts";

const COLLECTION = "letters of ann@example.org";
const WHERE = { fields: ["id"], tuples: [["7"]] } as const;

const OPERATIONS: Readonly<Record<string, (connector: Connector) => Promise<Answer<unknown>>>> = {
  probe: (c) => c.probe(),
  describe: (c) => c.describe(),
  count: (c) => c.count({ collection: COLLECTION, anyOf: [WHERE] }),
  oldest: (c) => c.oldest({ collection: COLLECTION, field: "made", before: "2026-01-01T00:00:00Z" }),
  search: (c) =>
    c.search({
      ...{ collection: COLLECTION, fields: ["body"], key: ["id"] },
      ...{ pattern: "ann", rowsMax: 10, hitsMax: 10 },
    }),
  distinct: (c) => c.distinct({ collection: COLLECTION, field: "body", valuesMax: 10 }),
  "mutate: delete": (c) => c.mutate([{ act: "delete", collection: COLLECTION, where: WHERE }]),
  "mutate: set": (c) =>
    c.mutate([{ act: "set", collection: COLLECTION, where: WHERE, set: {}, values: { body: "x" } }]),
  // Nothing to do is nothing done, and is not said to be.
  "mutate: nothing": (c) => c.mutate([]),
};

export function runByHandSuite(module: ConnectorModule): void {
  describe(`connector contract, by hand: ${module.name}`, () => {
    const open = (access: "read" | "erase"): Connector =>
      module.open({ url: "", access, statementTimeoutMs: 1000 });

    test("it says that it is one, and needs no address", () => {
      expect(module.byHand).toBe(true);
      expect(open("read").byHand).toBe(true);
      expect(open("erase").byHand).toBe(true);
    });

    for (const access of ["read", "erase"] as const)
      test.each(Object.entries(OPERATIONS))(
        `${access}: %s is not supported, and says no value`,
        async (_, act) => {
          const answer = await act(open(access));
          expect(answer).toMatchObject({ ok: false, error: "not_supported", retryable: false });
          expect(JSON.stringify(answer)).not.toMatch(/ann|letters/);
        },
      );

    test("a stream is one failure and nothing else, never an empty one that looks complete", async () => {
      const all: unknown[] = [];
      for await (const batch of open("read").read({ collection: COLLECTION, fields: ["id"] }))
        all.push(batch);
      expect(all).toEqual([expect.objectContaining({ ok: false, error: "not_supported" })]);
    });

    test("it closes twice, and answers afterwards as before", async () => {
      const connector = open("read");
      await connector.close();
      await connector.close();
      expect(await connector.count({ collection: COLLECTION })).toMatchObject({ error: "not_supported" });
    });
  });
}
