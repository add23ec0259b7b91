/** One request in several hands: of workers, of the command line, of the API. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { type Hands, workOn } from "@avow/runtime/requests/desk/desk";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Cards, MAIN, openCards, until } from "./testbed.ts";

let cards: Cards;
beforeAll(async () => {
  cards = await openCards(inject("postgresUrl"));
});

beforeEach(async () => {
  await cards.reset();
});

afterAll(() => cards.close());

test("an archive that can not be handed over keeps its request open", async () => {
  const id = await cards.questions.ask(23, { right: "access" });
  const kept = join(cards.folder, "kept.zip");
  const hands = (deliver: () => Promise<void>): Hands => ({
    approve: async () => true,
    approver: "test",
    archive: {
      head: archiveHead(cards.opened.desk, "your data"),
      writable: Writable.toWeb(createWriteStream(kept, { mode: 0o600 })),
    },
    deliver,
  });
  const full = new Error("no space left");
  await expect(
    workOn(
      cards.opened.desk,
      id,
      hands(() => Promise.reject(full)),
    ),
  ).rejects.toBe(full);
  expect(await cards.questions.stateOf(id)).toBe("received");
  const states: string[] = [];
  await workOn(
    cards.opened.desk,
    id,
    hands(async () => {
      states.push(await cards.questions.stateOf(id));
    }),
  );
  states.push(await cards.questions.stateOf(id));
  expect(states).toEqual(["received", "closed"]);
});

test("a dry run that joins an open request leaves it to the workers as it was", async () => {
  const id = await cards.questions.ask(14);
  const dry = spawn(
    process.execPath,
    [MAIN, "request", "erase", "--service", cards.folder, "--person", "email=c14@example.org", "--dry-run"],
    { env: cards.env },
  );
  expect(await new Promise((resolve) => dry.on("close", resolve))).toBe(0);
  expect(await cards.questions.stateOf(id)).toBe("received");
  expect(await cards.questions.count("customers where id = 14")).toBe(1);
  const worker = await cards.startWorker();
  await until(cards.questions.closed(id));
  expect(await worker.end("SIGTERM")).toBe(0);
});
