/** The board as it renews itself in a browser: what is read and what is open stays, by mouse or by keyboard. */
import { createServer, type Server } from "node:http";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumPath } from "../../../tools/provision/debian.ts";
import type { Board } from "../parts.ts";
import { renderBoard } from "./board.ts";
import { BOARD_SCRIPT } from "./board-script.ts";

const UNTIL = "2026-11-26T08:00:00.000Z";
const boardOf = (verdict: string, at: string, freshUntil: string): Board => ({
  ...{ service: "shop", controller: "Shop Ltd", version: "2026-01-01", at, summary: { [verdict]: 1 } },
  ...{ problems: [], holdsOverdue: 0, trying: false, holdsLost: 0, log: null },
  promises: [
    {
      ...{ promise: "M1", verdict, waived: false },
      commitments: [
        {
          ...{ id: "two-years", kind: "retain", verdict, basis: "exact", examined: 2, population: 2 },
          ...{
            reason: "nothing is older",
            says: "messages are erased",
            section: "periods",
            file: "p.md",
            line: 1,
          },
          ...{ statements: ["We erase."], since: null, freshUntil, coverage: null, waiver: null },
        },
      ],
    },
  ],
});

let shown = boardOf("kept", "2026-11-25T08:00:00.000Z", UNTIL);
let server: Server;
let browser: Browser;
let url = "";
beforeAll(async () => {
  server = createServer(({ url: path }, response) => {
    const [type, body] =
      path === "/board.js" ? ["text/javascript", BOARD_SCRIPT] : ["text/html", renderBoard(shown)];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
});

test("a later check moves the times and nothing else; a verdict that turns is shown, and what is open stays open", async () => {
  const page = await browser.newPage();
  await page.goto(url);
  // The summary, and what opens and closes all of them, come first.
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const row = page.locator("#M1");
  expect(await row.getAttribute("open")).toBe("");
  expect(await row.innerText()).toContain("holds until 26 Nov 2026, 08:00 UTC");
  await row.evaluate((element) => element.setAttribute("data-same", "yes"));

  shown = boardOf("kept", "2026-11-25T09:00:00.000Z", "2026-11-26T09:00:00.000Z");
  await page.getByText("Checked 25 Nov 2026, 09:00 UTC").waitFor({ timeout: 60_000 });
  expect(await row.innerText()).toContain("holds until 26 Nov 2026, 09:00 UTC");
  expect(await row.getAttribute("data-same")).toBe("yes");

  shown = boardOf("unproven", "2026-11-25T10:00:00.000Z", UNTIL);
  await page.locator("#unproven #M1[open]").waitFor({ timeout: 60_000 });
  expect(await row.innerText()).not.toContain("holds until");
  expect(await page.locator("#M1 > summary:focus").count()).toBe(1);
  await page.close();
});

test("all rows open and close by the keyboard, and stay so with the focus; without scripts there is nothing that would not do it", async () => {
  const one = boardOf("kept", "2026-11-25T08:00:00.000Z", UNTIL);
  const rows = one.promises.flatMap((p) => [p, { ...p, promise: "M2" }]);
  shown = { ...one, promises: rows };
  const page = await browser.newPage();
  await page.goto(url);
  const open = () => page.locator("details[open]").count();
  expect(await open()).toBe(0);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await open()).toBe(2);

  shown = { ...shown, trying: true };
  await page.getByText("Rights are being tried").waitFor({ timeout: 60_000 });
  expect(await open()).toBe(2);
  expect(await page.locator("[data-fold=open]:focus").count()).toBe(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  expect(await open()).toBe(0);
  await page.close();

  const context = await browser.newContext({ javaScriptEnabled: false });
  const still = await context.newPage();
  await still.goto(url);
  expect(await still.getByRole("button").count()).toBe(0);
  await still.locator("#M1 > summary").click();
  expect(await still.locator("details[open]").count()).toBe(1);
  await context.close();
}, 120_000);

test("a log that grows is exchanged alone; what the reader closed stays closed, the focus stays, and an alert is announced once", async () => {
  const breach = (entries: number, more: Partial<Board> = {}): Board => ({
    ...boardOf("broken", "2026-11-25T08:00:00.000Z", UNTIL),
    ...{ problems: ["`app` can not be reached"] },
    log: { origin: "ledger.example.com/shop", size: entries, cosigned: 0, witnesses: 0 },
    ...more,
  });
  shown = breach(7);
  const page = await browser.newPage();
  await page.goto(url);
  const row = page.locator("#M1");
  expect(await row.getAttribute("open")).toBe("");
  await row.locator("summary").click();
  expect(await row.getAttribute("open")).toBeNull();
  await page.locator('a[href="#broken"]').focus();
  await page.locator("#board").evaluate((element) => element.setAttribute("data-same", "yes"));
  const same = () => page.locator("#board").getAttribute("data-same");
  expect(await page.locator("[role=alert]").count()).toBe(1);

  shown = breach(8);
  await page.getByText(": 8 entries.").waitFor({ timeout: 60_000 });
  expect(await same()).toBe("yes");

  shown = breach(9, { trying: true });
  await page.getByText("Rights are being tried").waitFor({ timeout: 60_000 });
  expect(await same()).toBeNull();
  expect(await page.getByText(": 9 entries.").count()).toBe(1);
  expect(await row.getAttribute("open")).toBeNull();
  expect(await page.locator('a[href="#broken"]:focus').count()).toBe(1);
  expect([await page.locator(".warn").count(), await page.locator("[role=alert]").count()]).toEqual([1, 0]);
  expect(await page.locator("[role=status]").count()).toBe(1);

  shown = breach(9, { problems: ["`app` can not be reached", "`mail` can not be reached"] });
  await page.getByText("mail").waitFor({ timeout: 60_000 });
  expect(await page.locator("[role=alert]").allInnerTexts()).toEqual(["mail can not be reached"]);
  expect(await row.getAttribute("open")).toBeNull();
  await page.close();
}, 240_000);
