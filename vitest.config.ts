import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tools/provision/longest-first.ts";

/** What the unit and live tests cover; tidy looks at everything. */
const ROOMS = "{core,runtime,connectors,apps,services,sim,bench,tools/provision}";

export default defineConfig({
  test: {
    // For the processes that tests start, which are thousands, and for the packages that each file of tests reads.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "avow-tests-compiled") },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "tidy",
          include: ["tools/tidy/**/*.test.ts"],
          // The files share one reading of the repository and one tree per source file.
          isolate: false,
          maxWorkers: 1,
          // It reads every file: on a machine with other work that takes its time.
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "unit",
          include: [`${ROOMS}/**/*.test.ts`],
          exclude: ["**/node_modules/**", "**/*.live.test.ts"],
          // Some load all commands: seconds on a machine that has other work.
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "live",
          include: [`${ROOMS}/**/*.live.test.ts`],
          exclude: ["**/node_modules/**"],
          globalSetup: ["./tools/provision/vitest.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
