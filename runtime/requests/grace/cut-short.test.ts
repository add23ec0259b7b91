/** A disk that refuses bytes in the middle of a bundle or an archive, and whose folder gives up no draft then. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const CHILD = fileURLToPath(new URL("testing/cut-short.ts", import.meta.url));
const refused = (code: string): string =>
  `DiskRefused: the disk of Avow's home took nothing (${code}): see that it has room and can be written to`;

test.skipIf(process.platform === "win32")(
  "it is the refusal that is told, not what the cleaning up came to; what could not be removed goes later",
  () => {
    // In units of 1 KiB: less than what is written, and more than what is kept.
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--norc", "-c", 'ulimit -f 128; exec "$0" "$1"', process.execPath, CHILD],
      {
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "" },
      },
    );
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      bundle: {
        open: { said: refused("EFBIG"), left: 0 },
        closed: { said: refused("EFBIG"), left: 1 },
        removed: [refused("EACCES"), "done"],
      },
      archive: {
        said: refused("EFBIG"),
        dropped: "done",
        left: 2,
        pruned: ["short.sealed"],
        removed: [refused("EACCES"), "done"],
      },
    });
  },
);
