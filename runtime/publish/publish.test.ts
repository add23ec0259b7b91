import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { publishedSchema } from "@avow/core/page/published";
import { made, markOf } from "@avow/core/page/testing/made";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whyRefused } from "./admit.ts";
import type { KeptVersion } from "./kept.ts";
import { publish } from "./publish.ts";

let site = "";
beforeEach(async () => {
  site = await mkdtemp(join(tmpdir(), "avow-site-"));
});
afterEach(() => rm(site, { recursive: true }));

const text = (locale: string, version: string, sentence: string): string =>
  `---\nservice: shop\nversion: ${version}\neffective: 2026-01-0${version}\nlocale: ${locale}\ncontroller: { name: Shop }\nclasses: { order: [user.financial] }\n---\n# Shop\n\n${sentence}\n\n\`\`\`commit\n- id: erasure\n  right: erase\n  ways: settings\n\`\`\`\n`;

const go = (...texts: readonly string[]) =>
  publish({
    site,
    documents: texts.map((t) => made(t).document),
    markOf,
    schema: publishedSchema(kinds),
    verdicts: null,
    today: "2026-02-02",
    draft: false,
    dryRun: false,
  });

const en = (version: string) => text("en", version, `You can have version ${version} erased.`);
const zh = (version: string) => text("zh-Hans", version, `您可以删除版本${version}。`);
const page = (path: string) => readFile(join(site, path), "utf8");
const hrefs = (html: string): string[] => [...html.matchAll(/ href="([^"#]+)"/g)].map((m) => m[1] ?? "");

describe("several languages", () => {
  test("each page leads to the same one in the others", async () => {
    expect(await go(en("1"), zh("1"))).toMatchObject({ ok: true, did: "published" });
    expect(await go(en("2"), zh("2"))).toMatchObject({ ok: true, did: "published" });
    const all = (await readdir(site, { recursive: true })).filter((f) => f.endsWith("index.html")).sort();
    const own = [
      "index.html",
      "versions/1..2/index.html",
      "versions/1/index.html",
      "versions/2/index.html",
      "versions/index.html",
    ];
    expect(all).toEqual([...own, ...own.map((f) => `zh-Hans/${f}`)].sort());
    for (const path of all) {
      const html = await page(path);
      const other = path.startsWith("zh-Hans/") ? path.slice("zh-Hans/".length) : `zh-Hans/${path}`;
      const targets = hrefs(html).map((t) => join(path, "..", t));
      expect(targets).toContain(other);
      for (const target of targets) await expect(page(target)).resolves.toBeDefined();
      const alternates = [...html.matchAll(/<link rel="alternate" hreflang="([^"]+)"/g)].map((m) => m[1]);
      expect(alternates).toEqual(["en", "zh-Hans"]);
      expect(html).toContain(`<html lang="${path.startsWith("zh-Hans/") ? "zh-Hans" : "en"}"`);
    }
  });

  test("a right is marked in both", async () => {
    await go(en("1"), zh("1"));
    expect(await page("index.html")).toContain('<strong class="right"><u>You can');
    expect(await page("zh-Hans/index.html")).toContain('<strong class="right"><u>您可以');
  });

  test("a language comes with a new version, and does not go", async () => {
    await go(en("1"));
    expect(await go(en("1"), zh("1"))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/another text/),
    });
    expect(await go(en("2"), zh("2"))).toMatchObject({ ok: true });
    expect(await readdir(join(site, "zh-Hans/versions"))).toEqual(["2", "index.html"]);
    expect(await go(en("3"))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/in `zh-Hans` as well/),
    });
    expect(await go(zh("3"), en("3"))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/main language/),
    });
  });
});

test("two at once: one after the other, and both are whole", async () => {
  await go(en("1"));
  const both = await Promise.all([go(en("2")), go(en("2"))]);
  expect(both.map((p) => (p.ok ? p.did : p.problem)).sort()).toEqual(["published", "refreshed"]);
  expect((await readdir(site)).filter((f) => f.startsWith(".publishing"))).toEqual([]);
});

test("which version is older: the date says it where both are known, else the name, counted as people count", () => {
  const version = (name: string, effective: string): KeptVersion => ({
    format: 1,
    service: "shop",
    version: name,
    effective,
    published: "2026-01-01",
    previous: null,
    locales: [{ locale: "en", hash: "", content: name }],
  });
  const may = (next: [string, string], head: [string, string]) =>
    whyRefused(version(...next), [version(...head)]) === null;
  expect(may(["v10", "unknown"], ["v9", "unknown"])).toBe(true);
  expect(may(["v9", "unknown"], ["v10", "2026-01-01"])).toBe(false);
  expect(may(["1.0", "2026-02-01"], ["2025-01-01", "2025-01-01"])).toBe(true);
  expect(may(["3", "2024-12-31"], ["2", "2025-01-01"])).toBe(false);
  expect(may(["3", "2025-01-01"], ["2", "2025-01-01"])).toBe(true);
});
