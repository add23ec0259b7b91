import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { artifactOf, rootOf } from "./artifact.ts";
import { sarifFile } from "./sarif.ts";

const AT = { cwd: "/repo/apps", root: "/repo" };

test.each([
  ["map.yaml", "apps/map.yaml"],
  ["../data map/app.yaml", "data%20map/app.yaml"],
  ["/repo/a#b?c.yaml", "a%23b%3Fc.yaml"],
  ["Datenschutz für 人.md", "apps/Datenschutz%20f%C3%BCr%20%E4%BA%BA.md"],
  ["c:d/100%.md", "apps/c%3Ad/100%25.md"],
  ["a'(b)*!&=[1].md", "apps/a%27%28b%29%2A%21%26%3D%5B1%5D.md"],
  ["..map.yaml", "apps/..map.yaml"],
])("`%s` is named below the root of the repository: %s", (file, uri) => {
  expect(artifactOf(file, AT)).toEqual({ uri, uriBaseId: "%SRCROOT%" });
  // What a reader of the file makes of it is the path that it was.
  expect(fileURLToPath(new URL(uri, "file:///repo/"))).toBe(join("/repo", decodeURIComponent(uri)));
});

test("a file outside of the repository is named by an absolute URI, and by no base", () => {
  expect(artifactOf("/other/my map.yaml", AT)).toEqual({ uri: "file:///other/my%20map.yaml" });
  expect(artifactOf("../../other/a#b.yaml", AT)).toEqual({ uri: "file:///other/a%23b.yaml" });
});

test("the root is the nearest folder of a repository, also of a work tree; without one it is where the command runs", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "avow-root-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  const inner = join(folder, "a/b");
  await mkdir(inner, { recursive: true });
  expect(await rootOf(inner)).toEqual({ cwd: inner, root: inner });
  await writeFile(join(folder, "a/.git"), "gitdir: elsewhere\n");
  expect(await rootOf(inner)).toEqual({ cwd: inner, root: join(folder, "a") });
});

test("every relative URI has a base that the run describes, and none is more than a reference", () => {
  const results = ["map.yaml", "../a b#c.yaml", "/other/x.yaml"].map((file) => ({
    ...({ rule: "new-field", level: "error", text: "is new", file, line: 3 } as const),
  }));
  const { runs } = JSON.parse(sarifFile(results, { says: new Map(), root: AT }));
  expect(Object.keys(runs[0].originalUriBaseIds)).toEqual(["%SRCROOT%"]);
  for (const { locations } of runs[0].results) {
    const { uri, uriBaseId } = locations[0].physicalLocation.artifactLocation;
    // RFC 3986: unreserved signs, percent-encoded ones, and what parts a path.
    expect(uri).toMatch(/^(?:file:\/\/\/)?(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})+$/);
    expect(uri.split("/")).not.toContain("..");
    expect(uriBaseId).toBe(/^file:/.test(uri) ? undefined : "%SRCROOT%");
  }
});
