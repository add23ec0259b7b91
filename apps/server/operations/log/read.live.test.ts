/** The log over HTTP, under the paths that others know: all of it verifies from there, and no path leads further. */
import { TILE_WIDTH, tilePath, tilesOf } from "@avow/core/evidence/layout";
import { parseNote } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { audit } from "@avow/runtime/ledger/audit";
import { logView } from "@avow/runtime/ledger/serve";
import { appendTo, type World, worldOf } from "@avow/runtime/ledger/testing/world";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { readLog } from "./read.ts";

let world: World;
let app: FastifyInstance;

beforeAll(async () => {
  world = await worldOf(inject("postgresUrl"));
  app = Fastify();
  readLog(app, { service: "shop", log: logView(world.db, world.ledger.place) });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const get = (path: string) => app.inject({ method: "GET", url: `/log/shop/${path}` });
const bytesAt = async (path: string): Promise<Uint8Array | null> => {
  const answer = await get(path);
  return answer.statusCode === 200 ? answer.rawPayload : null;
};
const append = async (count: number): Promise<void> => {
  await appendTo(world, count);
  expect(await world.ledger.settle()).toBe(true);
};
const audited = async () =>
  audit({
    primitives: portable,
    checkpoint: await bytesAt("checkpoint"),
    trust: { log: await world.ledger.verifierKeys(), witnesses: [] },
    read: (name) => bytesAt(tilePath(name)),
  });

test("nothing before the first checkpoint", async () => {
  expect((await get("checkpoint")).statusCode).toBe(404);
  expect((await get("tile/0/000.p/1")).statusCode).toBe(404);
});

test.each([1, 255, 1, 343])("%i more: all of it verifies from what is served", async (count) => {
  await append(count);
  expect(await audited()).toMatchObject({ ok: true, findings: [] });
  const size = (await audited()).size;
  for (const name of tilesOf(size)) {
    const served = await get(tilePath(name));
    expect(served.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "access-control-allow-origin": "*",
      "cache-control": expect.stringContaining("immutable"),
    });
    // What is not under the checkpoint is not there: a wider one, and the next.
    const wider =
      name.width === TILE_WIDTH ? { ...name, index: name.index + 99 } : { ...name, width: name.width + 1 };
    expect((await get(tilePath(wider))).statusCode).toBe(404);
  }
  const checkpoint = await get("checkpoint");
  expect(checkpoint.headers).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-cache",
  });
  expect(parseNote(checkpoint.rawPayload)?.signatures).toHaveLength(1);
});

test("what waits is not served, nor what is committed and not signed yet", async () => {
  const { size } = await audited();
  await appendTo(world, 300);
  expect((await get("tile/0/002")).statusCode).toBe(404);
  expect((await audited()).size).toBe(size);
});

test.each([
  "",
  "tile",
  "tile/0",
  "tile/0/0",
  "tile/00/000",
  "tile/0/000.p/0",
  "tile/0/000.p/256",
  "tile/0/000.p/01",
  "tile/0/000/",
  "tile/0/x000/000",
  "tile/64/000",
  "tile/-1/000",
  "tile/entries/000.p/",
  "tile/0/%30%30%30.p/300",
  "..%2f..%2fkeys%2fledger%2fshop",
  "checkpoint/",
  "CHECKPOINT",
  "keys.txt",
])("no such path: `%s`", async (path) => {
  const answer = await get(path);
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toMatchObject({ title: "not in the log" });
});

test("nor another service's", async () => {
  expect((await app.inject({ method: "GET", url: "/log/other/checkpoint" })).statusCode).toBe(404);
});
