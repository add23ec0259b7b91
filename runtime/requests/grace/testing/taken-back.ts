/** An erasure of `user_id` 1 under grace, taken back, on arrays; the looks before and after are alike. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { expect } from "vitest";
import type { Mutation } from "../../../connector-kit/contract.ts";
import { oneWayKey } from "../../../vault/one-way.ts";
import { createSealer } from "../../../vault/seal.ts";
import { erase } from "../../rights/erase.ts";
import { bindEstate } from "../../run/estate.ts";
import { memoryJournal } from "../../run/journal.ts";
import type { ResultLine } from "../../run/run.ts";
import type { Act } from "../back.ts";
import { bundlesIn } from "../bundle.ts";
import { passOver } from "../pass.ts";
import { PutBack } from "../put-back.ts";
import { undoOf } from "../undo.ts";

interface Hooks {
  /** Sees what is put back. */
  readonly onAct?: (mutations: readonly Mutation[]) => void;
  /** What others do to the arrays between the moment when a step's rows were kept and its act. */
  readonly onKept?: () => void;
}

/** `meanwhile`: what others do to the arrays between the erasure and the restore. */
export async function takenBack(
  map: string,
  at: Readonly<Record<string, ArrayTable>>,
  meanwhile: () => void = () => undefined,
  { onAct, onKept }: Hooks = {},
): Promise<readonly ResultLine[]> {
  const store = arrayStore(Object.values(at));
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const { estate } = bound;
  const key = oneWayKey();
  const folder = await mkdtemp(join(tmpdir(), "avow-taken-back-"));
  const bundles = bundlesIn(folder, createSealer(randomBytes(32)));
  const request = randomBytes(8).toString("hex");
  const journal = memoryJournal();
  const undo = undoOf({ estate, bundles, request, publicKey: key.publicKey });
  try {
    const outcome = await erase.run({
      ...{ estate, identities: [{ namespace: "user_id", value: "1" }], journal, approve: async () => true },
      undo: {
        ...undo,
        before: async (step, act) => {
          await undo.before(step, act);
          onKept?.();
        },
      },
      now: () => new Date("2026-01-01T00:00:00Z"),
    });
    expect(outcome.state).toBe("closed");
    meanwhile();
    const steps = journal.steps
      .map(({ step, outcome: ended }, i) => ({
        id: String(i),
        whole: (ended?.rows ?? 0) >= step.changes.reduce((n, c) => n + c.keys.length, 0),
      }))
      .toReversed();
    const put = new PutBack();
    const bundle = { estate, bundles, request, key };
    const looked = await passOver(bundle, steps, null, put);
    const act: Act = async (_, mutations) => {
      onAct?.(mutations);
      const answer = await store.mutate(mutations);
      return answer.ok ? null : answer;
    };
    const { lines } = await passOver(bundle, steps, act, put);
    expect(looked.lines).toEqual(lines);
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}
