import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { publishedSchema } from "@avow/core/page/published";
import { made, markOf } from "@avow/core/page/testing/made";
import { publish } from "@avow/runtime/publish/publish";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { chromiumPath } from "../../../../tools/provision/debian.ts";

const CASES = join(import.meta.dirname, "../../../../core/page/cases/good");
let browser: Browser;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-axe-"));
  const [everything, chinese, arabic] = await Promise.all(
    ["everything", "chinese", "arabic"].map((name) => readFile(join(CASES, `${name}.md`), "utf8")),
  );
  const verdicts = {
    at: "2026-01-02T03:04:05Z",
    byCommitment: new Map([
      ["orders-two-years", "kept"],
      ["erasure", "broken"],
      ["by-law", "unproven"],
      ["monitored", "attested"],
    ]),
  };
  const go = (texts: readonly (string | undefined)[], site = folder, draft = false) =>
    publish({
      site,
      documents: texts.map((t) => made(t ?? "").document),
      markOf,
      schema: publishedSchema(kinds),
      verdicts,
      today: "2026-02-02",
      draft,
      dryRun: false,
    });
  const inChinese = chinese?.replace("version: 2.0", "version: 2026-01-01");
  await go([everything, inChinese]);
  const next = (text: string | undefined) =>
    text
      ?.replace("version: 2026-01-01", "version: 2026-02-01")
      .replace("two years", "seven years")
      .replace("两年", "七年");
  await go([next(everything), next(inChinese)]);
  await go([everything], folder, true);
  await go([arabic], join(folder, "arabic"));
  const executablePath = await chromiumPath();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const PAGES = [
  "index.html",
  "zh-Hans/index.html",
  "arabic/index.html",
  "versions/index.html",
  "versions/2026-01-01/index.html",
  "versions/2026-01-01..2026-02-01/index.html",
  "zh-Hans/versions/2026-01-01..2026-02-01/index.html",
  "draft/index.html",
];

async function opened(path: string, look: { dark?: boolean; width?: number; scripts?: boolean } = {}) {
  const page = await browser.newPage({
    viewport: { width: look.width ?? 1280, height: 900 },
    colorScheme: look.dark === true ? "dark" : "light",
    bypassCSP: true,
    javaScriptEnabled: look.scripts ?? true,
  });
  // Handed to `evaluate`, its text would be read as an expression first and all of axe given back: that took four fifths of each test.
  await page.addInitScript({ content: axe.source });
  await page.goto(`file://${join(folder, path)}`);
  return page;
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const resultSchema = z.object({ violations: z.array(z.string()), passes: z.number() });

/** As text: the code runs in the page, whose names this program does not know. */
async function examined(page: Page) {
  const result = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(RULES)} }).then((r) => ({
    violations: r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html + " " + n.failureSummary).join(" ")),
    passes: r.passes.length,
  }))`);
  return resultSchema.parse(result);
}

const styleOf = (page: Page, selector: string, property: string, pseudo = "") =>
  page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), ${JSON.stringify(pseudo)})[${JSON.stringify(property)}]`,
  );

describe.each(PAGES)("%s", (path) => {
  let page: Page;
  // A page is a process: one for all looks, and each look loads it anew.
  beforeAll(async () => {
    page = await opened(path);
  });
  afterAll(() => page?.close());

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 1280 },
    { dark: false, width: 320 },
    { dark: true, width: 320 },
  ])("is accessible (WCAG 2.2 AA and good practice), details open: %o", async ({ dark, width }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await page.reload();
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    const seen = await page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]");
    expect(seen).toEqual([width, dark]);
    const found = await examined(page);
    // At 320 pixels (400 % of 1280) nothing scrolls sideways.
    const overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
    expect(found.violations).toEqual([]);
    expect(found.passes).toBeGreaterThan(15);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

test("axe would find something: the same page with pale text and without a title", async () => {
  const page = await opened("index.html");
  await page.evaluate("document.title = ''; document.body.style.setProperty('--ink', '#ccc')");
  const found = await examined(page);
  await page.close();
  expect(found.violations.map((v) => v.split(":")[0])).toEqual(
    expect.arrayContaining(["color-contrast", "document-title"]),
  );
});

test("nothing is loaded, and the style is allowed by the page's own policy, without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const asked: string[] = [];
  const refused: string[] = [];
  page.on("request", (r) => asked.push(r.url()));
  page.on("console", (m) => refused.push(m.text()));
  await page.goto(`file://${join(folder, "index.html")}`);
  expect(asked).toEqual([`file://${join(folder, "index.html")}`]);
  expect(refused).toEqual([]);
  expect(await styleOf(page, ".right", "fontWeight")).toBe("650");
  await context.close();
});

test("the skip link comes first and leads to the policy", async () => {
  const page = await opened("index.html");
  await page.keyboard.press("Tab");
  const focused = await page.evaluate("document.activeElement.getAttribute('href')");
  expect(focused).toBe("#_content");
  expect(await page.evaluate("document.querySelector('.skip').getBoundingClientRect().top")).toBeGreaterThan(
    0,
  );
  await page.close();
});

test("on paper: no contents and no closed details, black on white, rights still underlined, addresses written out", async () => {
  const page = await opened("index.html", { dark: true });
  await page.emulateMedia({ media: "print" });
  const shown = (selector: string) => page.locator(selector).first().isVisible();
  expect([await shown(".toc"), await shown("summary"), await shown(".skip")]).toEqual([false, false, false]);
  expect(await styleOf(page, "body", "color")).toBe("rgb(0, 0, 0)");
  expect(await styleOf(page, "body", "backgroundColor")).toBe("rgb(255, 255, 255)");
  expect(await styleOf(page, ".right", "textDecorationLine")).toBe("underline");
  const link = 'article a[href^="https://shop.example"]';
  expect(await styleOf(page, link, "content", "::after")).toContain("shop.example");
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  await page.close();
});

test("a very long word breaks instead of widening the page", async () => {
  const file = join(folder, "long.html");
  await cp(join(folder, "index.html"), file);
  const page = await opened("long.html", { width: 320 });
  await page.evaluate("document.querySelector('article p').textContent = 'x'.repeat(2000)");
  const width = await page.evaluate("document.documentElement.scrollWidth");
  await page.close();
  expect(width).toBeLessThanOrEqual(320);
});
