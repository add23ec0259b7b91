import type { CrashPoint } from "@avow/runtime/requests/run";

/** For crash tests: `AVOW_CRASH_AT=acted` stops the process at that moment as `kill -9` would. */
export function crashAt(env: Readonly<Record<string, string | undefined>>): (point: CrashPoint) => void {
  const at = env["AVOW_CRASH_AT"];
  return (point) => {
    if (point === at) process.kill(process.pid, "SIGKILL");
  };
}
