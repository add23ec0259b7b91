import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { command as publish } from "./command.ts";
import {
  BODY,
  brokenLinks,
  type Edition,
  filesOf,
  publishEdition,
  run,
  writeEdition,
} from "./testing/shop.ts";

vi.setConfig({ testTimeout: 30_000 });

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-publish-"));
});
afterEach(() => rm(folder, { recursive: true }));

const site = () => filesOf(join(folder, "site"));
const go = (edition: Edition, options: Record<string, unknown> = {}) =>
  publishEdition(folder, edition, options);

const ONE = { version: "2026-01-01", effective: "2026-01-01" };
const TWO = {
  version: "2026-04-01",
  effective: "2026-04-01",
  body: BODY.replace("Orders are erased after two years.", "Orders are erased after three years."),
};
const THREE = { version: "2026-05-01", effective: "2026-05-01", body: BODY };

test("a policy that contradicts itself is not published", async () => {
  const refusal =
    "\n```commit\n- id: twice\n  retain: order\n  for: P9Y\n  from: creation\n  origin: ours\n```\n";
  const refused = await go({ ...ONE, body: `${BODY}${refusal}` });
  expect(refused.exit).toBe(2);
  expect(refused.err).toContain("error retention-conflict");
  expect(existsSync(join(folder, "site"))).toBe(false);
});

describe("a site", () => {
  test("keeps each version for ever, lists them with dates, and shows what changed", async () => {
    expect((await go(ONE)).exit).toBe(0);
    const first = await site();
    expect((await go(TWO)).exit).toBe(0);
    expect((await go(THREE)).exit).toBe(0);
    const files = await site();
    expect([...files.keys()].filter((f) => f.endsWith("index.html"))).toEqual([
      "index.html",
      "versions/2026-01-01..2026-04-01/index.html",
      "versions/2026-01-01..2026-05-01/index.html",
      "versions/2026-01-01/index.html",
      "versions/2026-04-01..2026-05-01/index.html",
      "versions/2026-04-01/index.html",
      "versions/2026-05-01/index.html",
      "versions/index.html",
    ]);
    for (const [path, text] of first)
      if (path.startsWith("versions/2026-01-01/")) expect(files.get(path)).toBe(text);
    expect(brokenLinks(files)).toEqual([]);
    const redline = files.get("versions/2026-01-01..2026-04-01/index.html");
    expect(redline).toMatch(/<del>.*two.*<\/del><ins>.*three/);
    const list = files.get("versions/index.html") ?? "";
    expect([...list.matchAll(/<td>(\d+ \w+ 2026)<\/td>/g)].map((m) => m[1])).toEqual([
      ...["1 May 2026", "5 May 2026"],
      ...["1 April 2026", "5 May 2026"],
      ...["1 January 2026", "5 May 2026"],
    ]);
  });

  test("K6: the last-updated date is the effective date, and an unknown one is said to be unknown", async () => {
    await go(ONE);
    expect((await site()).get("index.html")).toContain(
      '<dt>Last updated, effective from</dt><dd><time datetime="2026-01-01">1 January 2026</time></dd>',
    );
    await go({ version: "2027", effective: "unknown" });
    expect((await site()).get("index.html")).toContain("<dd>date unknown</dd>");
  });

  test("K21: sentences about rights, and only they, are bold and underlined", async () => {
    await go(ONE);
    const page = (await site()).get("index.html") ?? "";
    expect([...page.matchAll(/<strong class="right"><u>(.*?)<\/u>/g)].map((m) => m[1])).toEqual([
      "You can have your data erased.",
    ]);
  });

  test("publishing the same again writes nothing; other verdicts change only the page in force", async () => {
    await go(ONE);
    const before = await site();
    const again = await go(ONE, { json: true });
    expect(JSON.parse(again.out)).toMatchObject({ published: true, did: "refreshed", written: [] });
    expect(await site()).toEqual(before);
    const says = "order data is erased 2 years after creation";
    const commitments = [
      { id: "orders", says, verdict: "kept", reason: "`app.orders` is clean" },
      { id: "erasure", says: "something that it no longer says", verdict: "broken", reason: "x" },
    ];
    const report = {
      service: "shop",
      at: "2026-05-04T10:11:12.000Z",
      promises: [{ promise: "S1", commitments }],
    };
    await writeFile(join(folder, "v.json"), JSON.stringify(report));
    const shown = await go(ONE, { verdicts: "v.json", json: true });
    expect(JSON.parse(shown.out).written).toEqual(["index.html"]);
    const page = (await site()).get("index.html") ?? "";
    expect(page).toContain("Checked on the live systems 2026-05-04 10:11 UTC.");
    expect(page.match(/<\/span> kept<\/span>/g)?.length).toBe(2);
    expect(page).toContain("not checked");
    expect(page).not.toContain("broken<");
    expect(page).not.toContain("app.orders");
  });
});

describe("refused, and nothing is changed", () => {
  const refused = async (edition: Edition, message: RegExp, options: Record<string, unknown> = {}) => {
    const before = await site();
    const ran = await go(edition, options);
    expect(ran.exit).toBe(2);
    expect(ran.err).toMatch(message);
    expect(await site()).toEqual(before);
  };

  test("another text under a published version", async () => {
    await go(ONE);
    await refused({ ...ONE, body: TWO.body }, /`2026-01-01` is published with another text .*new `version`/s);
    // Headings are no statements, and readers see them all the same.
    await refused({ ...ONE, body: BODY.replace("Your rights", "Your duties") }, /with another text/);
  });

  test("what is older than the version in force", async () => {
    await go(ONE);
    await go(TWO);
    await refused(ONE, /`2026-01-01` is older than `2026-04-01`/);
    await refused({ version: "2026-06-01", effective: "2025-12-31" }, /is older than `2026-04-01`/);
    await refused({ version: "2026-03-01", effective: "unknown" }, /is older than/);
  });

  test("names that are no folders, another service's site", async () => {
    await go({ version: "v1", effective: "2026-01-01" });
    for (const version of ["..", "a..b", ".hidden", "end.", "index.html"])
      await refused({ version, effective: "2026-09-09" }, /can not name a folder/);
    await go({ version: "v2", effective: "2026-02-01" });
    await refused({ version: "V1", effective: "2026-09-09" }, /only in capital letters/);
    await refused({ version: "3", effective: "2026-09-09", service: "other" }, /the site is of `shop`/);
  });

  test("a damaged archive", async () => {
    await go(ONE);
    await go(TWO);
    await rm(join(folder, "site/versions/2026-01-01"), { recursive: true });
    await refused(THREE, /do not follow one upon the other/);
    await mkdir(join(folder, "site/versions/2026-01-01"));
    await refused(THREE, /is not the record of a published version/);
  });

  test("a folder with somebody else's page", async () => {
    await mkdir(join(folder, "site"));
    await writeFile(join(folder, "site/index.html"), "<h1>mine</h1>");
    await refused(ONE, /not a page that avow wrote/);
  });

  test("errors, links that lead astray, verdicts of another service, no folder", async () => {
    await go(ONE);
    await refused({ ...THREE, body: `${BODY}\n<b>x</b>\n` }, /html is not part of the language/);
    await refused({ ...THREE, body: BODY.replace("two years", "[two](javascript:x) years") }, /bad-link/);
    await refused({ ...THREE, body: BODY.replace("two years", "\u202etwo years") }, /hidden-character/);
    await refused(THREE, /can not be read/, { verdicts: "none.json" });
    await writeFile(join(folder, "v.json"), '{"service":"x","at":"2026-01-01T00:00:00Z","promises":[]}');
    await refused(THREE, /is of the service `x`/, { verdicts: "v.json" });
    await refused(THREE, /--out is required/, { out: undefined });
  });

  test("a dry run writes nothing, and says what it would", async () => {
    await go(ONE);
    const before = await site();
    const ran = await go(TWO, { dryRun: true });
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain("would write in `site`:\n  versions/2026-04-01/policy.schema.json\n");
    expect(await site()).toEqual(before);
    await rm(join(folder, "site"), { recursive: true });
    expect((await go(TWO, { dryRun: true })).exit).toBe(0);
    await expect(site()).rejects.toThrow("ENOENT");
  });
});

test("what is not confirmed is refused, or becomes a draft that is neither in force nor kept", async () => {
  await go(ONE);
  const before = await site();
  await writeEdition(folder, THREE);
  await appendFile(join(folder, "policy.md"), "\nNobody has confirmed this.\n");
  const ran = await run(publish, folder, { out: "site" });
  expect(ran.exit).toBe(2);
  expect(ran.err).toMatch(/unbound-statement.*run `avow bind`, or write a draft/s);
  expect(await site()).toEqual(before);
  expect((await run(publish, folder, { out: "site", allowUnbound: true })).exit).toBe(0);
  const after = await site();
  expect([...after.keys()].filter((f) => !before.has(f))).toEqual([
    "draft/index.html",
    "draft/policy.json",
    "draft/policy.schema.json",
  ]);
  for (const [path, text] of before) expect(after.get(path)).toBe(text);
  expect(after.get("draft/index.html")).toContain("Draft, not in force");
  expect(after.get("draft/index.html")).toContain('<meta name="robots" content="noindex">');
  expect(brokenLinks(after)).toEqual([]);
});
