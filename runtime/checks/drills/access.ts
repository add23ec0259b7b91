import { rowsWith, unzip } from "../drill-traces.ts";
import { ask, type Drill, failed, NO_TRACE, notSeen, passed } from "./stage.ts";

/** Of the rows in a file of the archive: how many hold it. What is no list is one row. */
function rowsIn(text: string, token: string): number {
  const read: unknown = JSON.parse(text.trim() === "" ? "[]" : text);
  const rows: readonly unknown[] = Array.isArray(read) ? read : [read];
  return rows.filter((row) => JSON.stringify(row).toLowerCase().includes(token)).length;
}

/** The archive holds the canary's traces of every collection, and of every row. */
export const access: Drill = {
  name: "access",
  needs: ["requestRight"],
  when: "staying",
  async run(stage) {
    const { traces, token, adapter } = stage;
    if (traces.size === 0) return notSeen(NO_TRACE);
    const before = await rowsWith(stage.readers, token);
    const ended = await ask(stage, "access");
    if (ended.state !== "closed") return failed(`the request ended as \`${ended.state}\``);
    const archive = await adapter.archive(stage.base, stage.session, ended.request);
    if (archive === null) return failed("there was no archive to download");
    const texts = await unzip(archive);
    // Rows that have gone by themselves meanwhile (jobs that were done) may be in it or not; of each place there has to be something.
    const after = await rowsWith(stage.readers, token);
    const owed = (place: string): number => Math.min(before.get(place) ?? 0, after.get(place) ?? 0);
    const given = (place: string): number => rowsIn(texts.get(`data/${place}.json`) ?? "", token);
    const missing = [...traces.keys()].filter((place) => given(place) === 0);
    const partly = [...traces.keys()].filter((place) => given(place) < owed(place));
    stage.onStep(`archive of ${texts.size} files`);
    if (missing.length > 0) return failed(`the archive lacks what lies in \`${missing.join("`, `")}\``);
    return partly.length > 0
      ? failed(`the archive lacks some of the rows that lie in \`${partly.join("`, `")}\``)
      : passed(`the archive holds the traces of all ${traces.size} collections`);
  },
};
