/** The page as a person has it: a file, opened in a browser that is offline. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { utf8 } from "@avow/core/evidence/bytes";
import {
  blindingOf,
  bodyCommitment,
  encodeEntry,
  locatorKeyOf,
  locatorOf,
  subjectCommitment,
} from "@avow/core/evidence/entry";
import { formatKey } from "@avow/core/evidence/note";
import { portable as p } from "@avow/core/evidence/portable";
import { proveInclusion } from "@avow/core/evidence/proofs";
import { formatReceipt } from "@avow/core/evidence/receipt";
import { logOf, logSigner, signedBy, witnessSigner } from "@avow/core/evidence/testing/signing";
import { chromiumPath } from "@avow/provision/debian";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifierPage } from "./page.ts";
import { check } from "./verify.ts";

const origin = "ledger.example.com/shop";
const log = logSigner(origin, 1);
const witness = witnessSigner("witness.example/w1", 3, 1_679_315_147);
const place = { origin, id: "0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d11" };
const key = new Uint8Array(32).fill(42);
const locator = locatorKeyOf(p, key, place);
const blind = blindingOf(p, key, place);
const NASTY = "<img src=x onerror=alert(1)>";
const body = {
  event: "request.closed",
  right: NASTY,
  about: [locatorOf(p, locator, "email=ada@example.org")],
};

let folder: string;
let browser: Browser;
let page: Page;
let receipt: Uint8Array;
const asked: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  const entry = encodeEntry({
    ...{ type: "request", at: new Date("2026-11-25T08:01:00Z"), id: place.id },
    sub: subjectCommitment(p, key, place),
    body: bodyCommitment(p, blind, { ...place, type: "request", body }),
  });
  const entries = [utf8("a"), entry, utf8("c")];
  const { root, tree } = logOf(entries);
  receipt = formatReceipt({
    disclosure: { entry, body, blind, locator },
    index: 1,
    proof: await proveInclusion(tree, 1),
    checkpoint: signedBy({ origin, size: 3, root }, [log, witness]),
  });
  folder = await mkdtemp(join(tmpdir(), "avow-page-"));
  await writeFile(join(folder, "verify.html"), await verifierPage([formatKey(log.key)]));
  await writeFile(join(folder, "mine.tlog-proof"), receipt);
  const changed = Uint8Array.from(receipt);
  changed[100] = (changed[100] ?? 0) ^ 1;
  await writeFile(join(folder, "changed.tlog-proof"), changed);
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => errors.push(message.text()));
  await page.goto(pathToFileURL(join(folder, "verify.html")).href);
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** A browser on a busy machine needs more than a poll's one second. */
const IN_TIME = { timeout: 30_000 };
const result = (): Promise<string> => page.locator("#result").innerText();
const give = (name: string): Promise<void> => page.locator("#file").setInputFiles(join(folder, name));

test("offline: a good receipt holds, with what it says; nothing but the file was asked for", async () => {
  await give("mine.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  expect(await result()).toMatch(/ledger\.example\.com\/shop[\s\S]*1 of 3[\s\S]*request\.closed/);
  expect(await page.locator("#result img").count()).toBe(0);
  expect(await page.locator("#result pre").innerText()).toContain(NASTY);
  await page.locator("#witness").fill(formatKey(witness.key));
  await expect.poll(result, IN_TIME).toContain("1 of those that you named");
  expect(asked.filter((url) => !url.startsWith("file:"))).toEqual([]);
  expect(errors).toEqual([]);
});

test("the file that is looked at is named once, picked or dropped", async () => {
  const named = () =>
    page.evaluate(
      `[document.getElementById("name").textContent, document.getElementById("file").files.length]`,
    );
  await give("mine.tlog-proof");
  await expect.poll(named, IN_TIME).toEqual(["", 1]);
  await page.evaluate(`(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(["no receipt"], "dropped.txt"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
  })()`);
  await expect.poll(result, IN_TIME).toContain("this is no receipt");
  expect(await named()).toEqual(["dropped.txt", 0]);
  await give("mine.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  expect(await named()).toEqual(["", 1]);
});

test("what can not be read, or is too large, is not shown under what was said of the file before", async () => {
  const drop = (file: string) =>
    page.evaluate(`(() => {
      const carried = new DataTransfer();
      carried.items.add(${file});
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    })()`);
  await give("mine.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  await drop(`new File([new Uint8Array(50 * 1024 * 1024)], "large.tlog-proof")`);
  await expect.poll(result, IN_TIME).toBe("✗ This can not be read: it is larger than a receipt can be");
  await give("mine.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  await writeFile(join(folder, "gone.tlog-proof"), receipt);
  await page.evaluate(
    `File.prototype.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"))`,
  );
  await give("gone.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("This can not be read: the browser does not get at it");
  await page.reload();
  // One that is read slowly does not come back over the one that was given after it.
  await page.evaluate(`(() => {
    const read = File.prototype.arrayBuffer;
    let slow = true;
    File.prototype.arrayBuffer = async function () {
      const mine = slow;
      slow = false;
      if (mine) await new Promise((go) => { window.goOn = go; });
      return read.call(this);
    };
  })()`);
  await drop(`new File(["slow"], "slow.txt")`);
  await give("mine.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  await page.evaluate("window.goOn()");
  await page.evaluate("new Promise((go) => setTimeout(go, 100))");
  expect(await result()).toContain("It holds.");
  await page.reload();
  await give("mine.tlog-proof");
});

test("it knows whom it is about, and whom not", async () => {
  await page.locator("#person").fill("ada@example.org");
  await expect.poll(result, IN_TIME).toContain("`ada@example.org` names nobody: write it as in");
  await page.locator("#person").fill("email= Ada@Example.org");
  await expect.poll(result, IN_TIME).toContain("It holds.");
  await page.locator("#person").fill("email=eve@example.org");
  await expect.poll(result, IN_TIME).toContain("not about this person");
  await page.locator("#person").fill("");
});

test("a changed receipt, another key, no key: each is refused with its reason", async () => {
  await give("changed.tlog-proof");
  await expect.poll(result, IN_TIME).toContain("It does not hold");
  await give("mine.tlog-proof");
  await page.locator("#key").fill(formatKey(logSigner(origin, 9).key));
  await expect.poll(result, IN_TIME).toContain("none of the given keys signed");
  await page.locator("#key").fill("");
  await expect.poll(result, IN_TIME).toBe("Not verified yet: no key of the log was given.");
  await page.locator("#key").fill("nonsense");
  await expect.poll(result, IN_TIME).toContain("no verifier key");
});

test("the page could not load anything if it wanted to", async () => {
  const tried = await page.evaluate(`(async () => {
    const image = await new Promise((resolve) => {
      const img = new Image();
      img.onload = () => resolve("loaded");
      img.onerror = () => resolve("refused");
      img.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    });
    const fetched = await fetch("data:,x").then(() => "fetched", () => "refused");
    return [image, fetched];
  })()`);
  expect(tried).toEqual(["refused", "refused"]);
});

test("the library says the same as the page", () => {
  const keys = [formatKey(log.key)];
  expect(check({ receipt, keys, witnesses: [formatKey(witness.key)] })).toMatchObject({
    ...{ ok: true, index: 1, size: 3, witnesses: 1, disclosed: body },
  });
  expect(check({ receipt, keys, witnesses: keys })).toEqual({
    ...{ ok: false, tried: false, reason: "a key that was given for a witness is a log's" },
  });
  expect(check({ receipt, keys: [] })).toEqual({
    ok: false,
    tried: false,
    reason: "no key of the log was given",
  });
  expect(check({ receipt, keys: [formatKey(logSigner(origin, 9).key)] })).toMatchObject({
    ...{ ok: false, tried: true },
  });
});
