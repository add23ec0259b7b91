import { expect } from "vitest";
import type { Connector, Window } from "./contract.ts";
import { answered, type ContractCase, failureIn, using } from "./contract-subject.ts";

const LOOK = { collection: "big", fields: ["note"], key: ["id"], hitsMax: 10 };
const EVERYTHING = { after: null, upTo: null };

/** Walks from window to window, as far as it goes. */
async function walk(
  connector: Connector,
  key: readonly string[],
  { collection, rowsMax }: { collection: string; rowsMax: number },
): Promise<number[]> {
  const sizes: number[] = [];
  let after: readonly string[] | null = null;
  for (let n = 0; n < 1_000; n += 1) {
    const window: Window = { key, after, upTo: null, rowsMax };
    const part = answered(
      await connector.distinct({ collection, field: key[0] ?? "", valuesMax: 1, window }),
    );
    sizes.push(part.window?.rows ?? -1);
    after = part.window?.reached ?? null;
    if (after === null) return sizes;
  }
  return sizes;
}

export const windowCases: readonly ContractCase[] = [
  {
    name: "tells what a question would cost, and runs nothing",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const estimate = connector.estimate?.bind(connector);
        if (estimate === undefined) throw new Error("a connector without estimates skips this test by name");
        const query = { ...LOOK, pattern: "nothing", rowsMax: 500_000 };
        const whole = answered(await estimate({ ask: "search", query }));
        expect(whole.rows).toBeGreaterThan(100_000);
        expect(whole.rows).toBeLessThan(200_000);
        expect(whole.bytes).toBeGreaterThan(1_000_000);
        expect(whole.collection.rows).toBeGreaterThan(100_000);
        expect(whole.windowKey).toEqual(["id"]);
        const small = answered(
          await estimate({ ask: "distinct", query: { collection: "users", field: "name", valuesMax: 5 } }),
        );
        expect(small.bytes).toBeLessThan(whole.bytes / 10);
        const wrong = {
          ask: "oldest",
          query: { collection: "users", field: "nowhere", before: "2024-01-01" },
        };
        const counted = answered(await estimate({ ask: "count", query: { collection: "users" } }));
        expect(counted.rows).toBeGreaterThan(0);
        const nothing = { collection: "users", anyOf: [{ fields: ["name"], tuples: [] }] };
        expect(answered(await estimate({ ask: "count", query: nothing })).rows).toBe(0);
        expect(failureIn(await estimate({ ...wrong, ask: "oldest" })).error).toBe("malformed");
      }),
  },
  {
    name: "reads a collection in windows: every row once, in the order of the key",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const sizes = await walk(connector, ["id"], { collection: "big", rowsMax: 50_000 });
        expect(sizes).toEqual([50_000, 50_000, 30_000]);
        const several = await walk(connector, ["org", "user_id"], {
          ...{ collection: "memberships", rowsMax: 1 },
        });
        expect(several).toEqual([1, 1, 1, 1, 0]);
      }),
  },
  {
    name: "a window that ends where its rows do leaves an empty one behind",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const window: Window = { key: ["id"], ...EVERYTHING, rowsMax: 130_000 };
        const first = answered(await connector.search({ ...LOOK, pattern: "note", rowsMax: 1, window }));
        expect(first).toMatchObject({ examined: 10, partial: true });
        const all = answered(await connector.search({ ...LOOK, pattern: "nothing", rowsMax: 1, window }));
        expect(all).toMatchObject({ examined: 130_000, population: 130_000, partial: false, hits: [] });
        const after = all.window?.reached ?? null;
        expect(after).not.toBeNull();
        const rest = { ...window, after };
        const none = answered(await connector.search({ ...LOOK, pattern: "note", rowsMax: 1, window: rest }));
        expect(none).toMatchObject({ examined: 0, hits: [], window: { rows: 0, reached: null } });
      }),
  },
  {
    name: "a window is bounded on both sides, the upper key included",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const ask = async (after: string | null, upTo: string | null) =>
          answered(
            await connector.distinct({
              ...{ collection: "big", field: "id", valuesMax: 3 },
              window: {
                key: ["id"],
                after: after === null ? null : [after],
                upTo: upTo === null ? null : [upTo],
                rowsMax: 1_000,
              },
            }),
          );
        expect((await ask("10", "13")).values.map((v) => v.value).sort()).toEqual(["11", "12", "13"]);
        expect((await ask(null, "2")).window).toMatchObject({ reached: null });
        expect((await ask("13", "10")).window).toEqual({ rows: 0, reached: null });
        const wrong = { key: ["id"], after: ["1", "2"], upTo: null, rowsMax: 10 };
        const query = { collection: "big", field: "id", valuesMax: 3, window: wrong };
        expect(failureIn(await connector.distinct(query)).error).toBe("malformed");
      }),
  },
  {
    name: "the oldest date of a window, and the keys of rows that lie before",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const query = { collection: "users", field: "seen_at", before: "2024-01-01T00:00:00Z" };
        const keys = { fields: ["id"], rowsMax: 5 };
        const whole = answered(await connector.oldest({ ...query, keys }));
        expect(whole.before).toBe(1);
        expect(whole.keys).toHaveLength(1);
        const [found = []] = whole.keys ?? [];
        const window: Window = { key: ["id"], ...EVERYTHING, rowsMax: 100 };
        const seen = answered(await connector.oldest({ ...query, keys, window }));
        expect(seen).toEqual({ ...whole, window: { rows: 4, reached: null } });
        const past = answered(
          await connector.oldest({ ...query, keys, window: { ...window, after: found } }),
        );
        expect(past.before).toBe(0);
        expect(past.keys).toBeUndefined();
      }),
  },
  {
    name: "a question that takes longer than it may is throttled, and the next one is not",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const slow = { ...LOOK, pattern: "(n|o|t|e| )*[0-9]{9}", rowsMax: 500_000, timeoutMs: 5 };
        expect(failureIn(await connector.search(slow))).toMatchObject({
          error: "throttled",
          retryable: true,
        });
        expect(answered(await connector.count({ collection: "big" }))).toBe(130_000);
      }),
  },
  {
    name: "counts rows that belong to nobody, and those whose owner is not there",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const ask = connector.ownership?.bind(connector);
        if (ask === undefined) throw new Error("a connector without it skips this test by name");
        const link = (field: string, to = "id") => ({
          ...{ from: [field], to: { collection: "users", fields: [to] } },
        });
        const by = async (links: ReturnType<typeof link>[]) =>
          answered(await ask({ collection: "memberships", links }));
        expect(await by([link("user_id")])).toEqual({ rows: 4, unlinked: 0, dangling: 0, missing: 0 });
        expect(await by([link("invited_by")])).toEqual({ rows: 4, unlinked: 1, dangling: 0, missing: 0 });
        expect(await by([link("invited_by"), link("user_id")])).toMatchObject({ unlinked: 0, dangling: 0 });
        // As a link to users that are not there: numbers of rows never are someone's credit.
        const { rows, dangling, missing } = await by([link("user_id", "credit")]);
        expect([rows, dangling > 0, missing > 0]).toEqual([4, true, true]);
        const window = { key: ["org", "user_id"], after: null, upTo: null, rowsMax: 2 };
        const part = answered(await ask({ collection: "memberships", links: [link("user_id")], window }));
        expect(part).toMatchObject({ rows: 2, window: { rows: 2 } });
        expect(failureIn(await ask({ collection: "memberships", links: [link("nobody")] })).error).toBe(
          "malformed",
        );
      }),
  },
  {
    name: "tells fields that never say anything",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const ask = connector.constant?.bind(connector);
        if (ask === undefined) throw new Error("a connector without it skips this test by name");
        const { fields } = answered(await ask({ collection: "memberships", fields: ["org", "role"] }));
        expect(fields).toEqual([
          { field: "org", holds: "several" },
          { field: "role", holds: "several" },
        ]);
        const none = answered(await ask({ collection: "empty", fields: ["id"] }));
        expect(none.fields).toEqual([{ field: "id", holds: "nothing" }]);
      }),
  },
];
