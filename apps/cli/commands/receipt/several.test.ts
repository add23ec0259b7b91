import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blindingOf, bodyCommitment, encodeEntry, subjectCommitment } from "@avow/core/evidence/entry";
import { formatKey } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { proveInclusion } from "@avow/core/evidence/proofs";
import { formatReceipt } from "@avow/core/evidence/receipt";
import { logOf, logSigner, signedBy } from "@avow/core/evidence/testing/signing";
import { expect, onTestFinished, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { receipt } from "./command.ts";

const origin = "ledger.example.com/shop";
const log = logSigner(origin, 1);
const options = { key: [formatKey(log.key)] };
const secret = new Uint8Array(32).fill(42);

/** An entry that tells of nobody, and what opens it. */
function disclosed(id: string) {
  const place = { origin, id };
  const body = { event: "request.closed" };
  const blind = blindingOf(portable, secret, place);
  const entry = encodeEntry({
    ...{ type: "request", at: new Date("2026-11-25T08:01:00Z"), id },
    sub: subjectCommitment(portable, secret, place),
    body: bodyCommitment(portable, blind, { ...place, type: "request", body }),
  });
  return { entry, body, blind, locator: null };
}

test("several receipts: each is told with its name, and the worst gives the exit code", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-receipts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const all = ["0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d11", "0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d12"].map(disclosed);
  const { root, tree } = logOf(all.map((one) => one.entry));
  const checkpoint = signedBy({ origin, size: all.length, root }, [log]);
  for (const [index, disclosure] of all.entries()) {
    const proof = await proveInclusion(tree, index);
    await writeFile(join(folder, `${index}`), formatReceipt({ disclosure, index, proof, checkpoint }));
    await writeFile(
      join(folder, `moved-${index}`),
      formatReceipt({ disclosure, index: 1 - index, proof, checkpoint }),
    );
  }
  const verify = (files: readonly string[], json: boolean, more = {}) =>
    runHere(receipt, { folder, json, options: { ...options, ...more }, args: ["verify", ...files] });

  expect(await verify(["0", "1"], false)).toMatchObject({
    ...{ exit: 0, err: "" },
    out: expect.stringMatching(/^0\n✓ it holds: entry 0[\s\S]+\n1\n✓ it holds: entry 1/),
  });
  const some = await verify(["0", "nowhere", "moved-1"], true);
  expect(some).toMatchObject({ exit: 1, err: expect.stringContaining("`nowhere` can not be read") });
  expect(JSON.parse(some.out)).toMatchObject([
    { file: "0", ok: true, index: 0 },
    { file: "nowhere", ok: false, reason: "it can not be read" },
    { file: "moved-1", ok: false },
  ]);
  expect(await verify(["0", "nowhere"], false)).toMatchObject({ exit: 2 });
  expect(await verify(["nowhere"], true)).toMatchObject({ exit: 2, out: "" });
  expect(await verify(["0", "1"], false, { entry: "0" })).toMatchObject({
    ...{ exit: 2, out: "" },
    err: expect.stringContaining("--entry belongs to one receipt"),
  });
});
