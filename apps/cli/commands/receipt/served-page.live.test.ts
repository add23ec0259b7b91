/** The page that verifies receipts as the server gives it: opened over HTTP in a browser that is then taken off the network. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { base64, utf8 } from "@avow/core/evidence/bytes";
import { leafHash } from "@avow/core/evidence/hashing";
import { formatKey } from "@avow/core/evidence/note";
import { portable as p } from "@avow/core/evidence/portable";
import { logSigner, signedBy } from "@avow/core/evidence/testing/signing";
import { chromiumPath } from "@avow/provision/debian";
import { withHeaders } from "@avow/server/headers";
import { verifierOfLog } from "@avow/server/operations/log/verifier";
import { verifierPage } from "@avow/verifier/page";
import Fastify, { type FastifyInstance } from "fastify";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

const log = logSigner("ledger.example.com/shop", 1);
let app: FastifyInstance;
let browser: Browser;
let folder: string;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-served-page-"));
  const root = leafHash(p, utf8("an entry"));
  const note = signedBy({ origin: log.key.name, size: 1, root }, [log]);
  const text = `c2sp.org/tlog-proof@v1\nextra ${base64(utf8("[]"))}\nindex 0\n\n${new TextDecoder().decode(note)}`;
  await writeFile(join(folder, "a.tlog-proof"), text);
  app = Fastify();
  withHeaders(app);
  verifierOfLog(app, { service: "shop", verifier: () => verifierPage([formatKey(log.key)]) });
  address = await app.listen({ host: "127.0.0.1", port: 0 });
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser.close();
  await app.close();
  await rm(folder, { recursive: true });
});

test("its script runs, and looks at a receipt without a network; it may do nothing else", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => errors.push(message.text()));
  const answer = await page.goto(`${address}/log/shop/verify.html`);
  await context.setOffline(true);
  await page.locator("#file").setInputFiles(join(folder, "a.tlog-proof"));
  const said = () => page.locator("#result").innerText();
  await expect.poll(said, { timeout: 30_000 }).toContain("the receipt does not hold its entry");
  expect(answer?.headers()).toMatchObject({
    "content-security-policy": expect.stringContaining("sandbox allow-scripts"),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(errors).toEqual([]);
});
