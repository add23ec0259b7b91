import { createHash } from "node:crypto";
import type { Collection, DataMap } from "@avow/core/datamap/model";
import { idOf } from "@avow/core/datamap/model";
import { z } from "zod";
import { unzipBytes } from "../drill-traces.ts";
import { ask, type Drill, failed, NO_TRACE, notSeen, passed } from "./stage.ts";

const manifestSchema = z.object({
  collections: z.array(z.object({ files: z.array(z.object({ name: z.string(), sha256: z.string() })) })),
});

/** Collections whose rows the person gave or produced: their own, and what `owner` links lead from there. */
function given(map: DataMap): ReadonlySet<string> {
  const all = map.stores.flatMap((s) => s.collections);
  const found = new Set(all.filter((c) => c.identities.length > 0).map(idOf));
  const leads = (c: Collection): boolean =>
    c.links.some((l) => l.role === "owner" && found.has(`${l.to.store}.${l.to.collection}`));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const c of all) if (leads(c)) found.add(idOf(c));
  }
  return found;
}

/** Another program can read it: every file has a schema and the sum that the manifest names, and what the canary gave is in it. */
export const portability: Drill = {
  name: "portability",
  needs: ["asksFor"],
  asks: "portability",
  when: "staying",
  async run(stage) {
    if (stage.traces.size === 0) return notSeen(NO_TRACE);
    const ended = await ask(stage, "portability");
    if (ended.state !== "closed") return failed(`the request ended as \`${ended.state}\``);
    const archive = await stage.adapter.archive(stage.base, stage.session, ended.request);
    if (archive === null) return failed("there was no archive to download");
    const files = await unzipBytes(archive);
    const text = (name: string): string => Buffer.from(files.get(name) ?? []).toString("utf8");
    const manifest = manifestSchema.safeParse(JSON.parse(text("manifest.json") || "null"));
    if (!manifest.success) return failed("the archive has no manifest that names its files");
    const listed = manifest.data.collections.flatMap((c) => c.files);
    const wrong = listed.filter(
      (f) =>
        createHash("sha256")
          .update(files.get(f.name) ?? Buffer.from("absent"))
          .digest("hex") !== f.sha256,
    );
    if (wrong.length > 0)
      return failed(`\`${wrong.map((f) => f.name).join("`, `")}\` differ from their checksums`);
    const bare = [...files.keys()].filter(
      (name) =>
        /^data\/.*(?<!\.schema)\.json$/.test(name) && !files.has(name.replace(/json$/, "schema.json")),
    );
    if (bare.length > 0) return failed(`\`${bare.join("`, `")}\` come without a schema`);
    const own = given(stage.map);
    const places = [...stage.traces.keys()].filter((place) => own.has(place));
    const missing = places.filter((place) => !text(`data/${place}.json`).toLowerCase().includes(stage.token));
    return missing.length > 0
      ? failed(`the archive lacks what the canary gave in \`${missing.join("`, `")}\``)
      : passed(
          `${listed.length} files with schema and checksum hold what the canary gave in ${places.length} collections`,
        );
  },
};
