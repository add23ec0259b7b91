/**
 * For the crash matrix: `testing/crash.ts FOLDER REQUEST POINT` goes on with a request as a worker does, and dies at that moment. The
 * kill is a real one: no `finally`, no flush, no farewell to any server.
 */
import { enableCompileCache, flushCompileCache } from "node:module";

enableCompileCache();
const { bundled } = await import("../bundle/find.ts");
const isDesk = (module: unknown): module is typeof import("./desk.ts") =>
  typeof module === "object" && module !== null && "workOn" in module;
const asked = { program: "desk", command: undefined, options: process.env["NODE_OPTIONS"], is: isDesk };
const { archiveHead, CONNECTORS, openDesk, workOn } = (await bundled(asked)) ?? (await import("./desk.ts"));

const [, , folder = "", request = "", at = ""] = process.argv;
const opened = await openDesk(folder, {
  env: process.env,
  now: () => new Date(),
  onLog: () => {},
  connectors: CONNECTORS,
});
if (opened.value === null) throw new Error(opened.issues.map((i) => i.message).join("\n"));
const { desk } = opened.value;
const draft = desk.archives.draft(request);
await workOn(desk, request, {
  approve: async () => true,
  approver: "rule",
  archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
  archiveWaits: true,
  deliver: () => draft.keep(),
  atPoint: (point) => {
    if (point !== at) return;
    // Of the program alone, for the next process: who is killed keeps by himself nothing of what was compiled.
    flushCompileCache();
    process.kill(process.pid, "SIGKILL");
  },
});
// Nobody killed it: the moment never came.
process.exitCode = 9;
await opened.value.service.close();
