import { unzip } from "../drill-traces.ts";
import { ask, type Drill, failed, NO_TRACE, notSeen, passed } from "./stage.ts";

/** The archive holds the canary's traces of every collection. */
export const access: Drill = {
  name: "access",
  needs: ["requestRight"],
  when: "staying",
  async run(stage) {
    const { traces, token, adapter } = stage;
    if (traces.size === 0) return notSeen(NO_TRACE);
    const ended = await ask(stage, "access");
    if (ended.state !== "closed") return failed(`the request ended as \`${ended.state}\``);
    const archive = await adapter.archive(stage.base, stage.session, ended.request);
    if (archive === null) return failed("there was no archive to download");
    const texts = await unzip(archive);
    const missing = [...traces.keys()].filter(
      (place) => !(texts.get(`data/${place}.json`) ?? "").toLowerCase().includes(token),
    );
    stage.onStep(`archive of ${texts.size} files`);
    return missing.length > 0
      ? failed(`the archive lacks what lies in \`${missing.join("`, `")}\``)
      : passed(`the archive holds the traces of all ${traces.size} collections`);
  },
};
