import { expect } from "vitest";
import type { Answer, Connector, Row } from "./contract.ts";
import { answered, type ContractCase, failureIn, readAll, sorted, using } from "./contract-subject.ts";
import { type PackedRows, unpacked } from "./packed.ts";

type Reading = (query: Parameters<Connector["read"]>[0]) => AsyncIterable<Answer<PackedRows>>;

/** Only of connectors whose rows come as bytes, too. */
const packed = (
  name: string,
  act: (readPacked: Reading, connector: Connector) => Promise<void>,
  options: Parameters<Parameters<ContractCase["run"]>[0]["open"]>[0] = {},
): ContractCase => ({
  name: `packed: ${name}`,
  run: (subject) =>
    using(subject.open(options), async (connector) => {
      if (connector.readPacked !== undefined) await act(connector.readPacked, connector);
    }),
});

async function rowsOf(batches: AsyncIterable<Answer<PackedRows>>, fields: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...unpacked(answered(batch), fields));
  return rows;
}

const CUTS_TRIED_MAX = 20;

export const packedCases: readonly ContractCase[] = [
  packed("every row of every collection is the one that comes as text", async (readPacked, connector) => {
    const { collections } = answered(await connector.describe());
    expect(collections.length).toBeGreaterThan(5);
    for (const { name: collection, fields: all } of collections) {
      const fields = all.map((f) => f.name);
      const rows = await rowsOf(readPacked({ collection, fields }), fields.length);
      expect(sorted(rows), collection).toEqual(sorted(await readAll(connector, { collection, fields })));
    }
  }),
  packed("an early end frees what the stream held", async (readPacked, connector) => {
    for (let i = 0; i < 12; i += 1)
      for await (const batch of readPacked({ collection: "big", fields: ["id", "note"] })) {
        expect(answered(batch).at.length).toBeLessThanOrEqual(10_000);
        break;
      }
    expect(await connector.count({ collection: "users" })).toEqual({ ok: true, value: 4 });
  }),
  packed(
    "a slow consumer runs into no statement timeout",
    async (readPacked) => {
      let rows = 0;
      for await (const batch of readPacked({ collection: "big", fields: ["id"] })) {
        if (rows === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
        expect(answered(batch).at.length).toBeGreaterThan(0);
        rows += answered(batch).at.length;
      }
      expect(rows).toBe(130_000);
    },
    { statementTimeoutMs: 1_000 },
  ),
  packed(
    "each of several streams, and what is asked beside them, has its own answer",
    async (readPacked, connector) => {
      const ids = async (): Promise<number> =>
        new Set((await rowsOf(readPacked({ collection: "big", fields: ["id"] }), 1)).map((row) => row[0]))
          .size;
      const notes = rowsOf(readPacked({ collection: "big", fields: ["note"] }), 1);
      const users = readAll(connector, { collection: "users", fields: ["id"] });
      expect(await Promise.all([ids(), ids()])).toEqual([130_000, 130_000]);
      expect(sorted(await notes)).toEqual(
        sorted(await readAll(connector, { collection: "big", fields: ["note"] })),
      );
      expect(await users).toHaveLength(4);
      expect(await readAll(connector, { collection: "users", fields: ["id"] })).toHaveLength(4);
    },
  ),
  packed("an unknown field is malformed, and the only answer", async (readPacked) => {
    let answers = 0;
    for await (const batch of readPacked({ collection: "users", fields: ["nope"] })) {
      expect(failureIn(batch)).toMatchObject({ error: "malformed" });
      answers += 1;
    }
    expect(answers).toBe(1);
  }),
  {
    name: "packed: a stream whose connection is cut ends with a failure, never as if it were whole",
    run: (subject) =>
      using(subject.open(), async ({ readPacked, count }) => {
        if (readPacked === undefined) return;
        // A fast server may have sent the last row before it is cut: then all of them have to be there.
        for (let tries = 0; tries < CUTS_TRIED_MAX; tries += 1) {
          const answers: Answer<PackedRows>[] = [];
          for await (const answer of readPacked({ collection: "big", fields: ["id", "note"] })) {
            if (answers.length === 1) await subject.killConnections();
            answers.push(answer);
          }
          const rows = answers.reduce((n, answer) => n + (answer.ok ? answer.value.at.length : 0), 0);
          if (rows === 130_000) continue;
          expect(answers.at(-1)).toMatchObject({ ok: false, error: "unreachable", retryable: true });
          expect(answers.filter((answer) => !answer.ok)).toHaveLength(1);
          expect(await count({ collection: "users" })).toEqual({ ok: true, value: 4 });
          return;
        }
        throw new Error(`the connection was never cut in time, in ${CUTS_TRIED_MAX} tries`);
      }),
  },
];
