/**
 * What is to notice a mutant: steps in order, the cheap ones first; the first that fails ends it. A step is a run of vitest on some files, or
 * of the differential on worlds that are always the same.
 */
import type { Area } from "./mutant.ts";

export type Step =
  /** `starts`: what its tests run as a process, and so reach without importing it. */
  | { readonly name: string; readonly files: readonly string[]; readonly starts?: string }
  | { readonly name: string; readonly sim: readonly string[] };

const unit = (...rooms: readonly string[]): Step => ({
  name: `unit tests of ${rooms.join(", ")}`,
  files: rooms.map((room) => `${room}/**/*.test.ts`),
});
const PLANNING = unit("core/plan", "core/datamap", "runtime/requests");
const RUNNING = unit("runtime/requests");
const worlds = (engine: string, from: number, count: number): Step => ({
  name: `worlds ${from} to ${from + count - 1} on ${engine}`,
  sim: ["--engine", engine, "--worlds", String(count), "--seed", String(from), "--people", "3"],
});
const sweeps = (engine: string, from: number, count: number): Step => ({
  name: `sweeps of worlds ${from} to ${from + count - 1} on ${engine}`,
  sim: ["--sweep", "--engine", engine, "--worlds", String(count), "--seed", String(from), "--people", "5"],
});
const live = (name: string, ...files: readonly string[]): Step => ({
  name,
  files: files.map((f) => `${f}.live.test.ts`),
});

const erasing = live(
  "erasing",
  ...["runtime/requests/rights/*", "runtime/requests/run/cascade", "runtime/requests/run/stand-in"],
);
/** Of single pieces, too: the journal, names of rows that are gone. */
const carryingOut = live(
  "carrying out",
  ...["runtime/requests/rights/*", "runtime/requests/run/!(concurrency)", "runtime/requests/suppression/*"],
);
const concurrency = live("concurrency", "runtime/requests/run/concurrency");
const COMMAND_LINE = "apps/cli/commands/index.ts";
/** Of the command line, on a service with its own database. */
const commands = (...names: readonly string[]): readonly Step[] =>
  names.map((name) => ({ ...live(`commands: ${name}`, `apps/cli/commands/${name}`), starts: COMMAND_LINE }));
const requests = commands(
  "request/rights",
  "request/again",
  "sweep/sweep",
  "request/grace",
  "request/request",
  "hold/hold",
  "hold/lift",
  "hold/completed",
);
const engine = (name: string): readonly Step[] => [
  unit(`connectors/${name}`, "runtime/connector-kit"),
  live(`contract of ${name}`, `connectors/${name}/contract`),
  live(`the rest of ${name}`, `connectors/${name}/!(contract)`),
  worlds(name, 1, 20),
];

export const SUITES: Readonly<Record<Area, readonly Step[]>> = {
  plan: [
    PLANNING,
    worlds("sqlite", 1, 12),
    erasing,
    worlds("postgres", 13, 20),
    live("grace in worlds", "sim/grace"),
    live("holds in worlds", "sim/holds"),
    worlds("sqlite", 33, 60),
    ...requests,
  ],
  scope: [
    PLANNING,
    worlds("sqlite", 1, 12),
    worlds("postgres", 13, 20),
    worlds("sqlite", 33, 60),
    ...requests,
  ],
  sweep: [
    unit("core/plan", "runtime/requests"),
    sweeps("sqlite", 1, 30),
    sweeps("postgres", 31, 30),
    ...commands("sweep/sweep"),
  ],
  run: [
    RUNNING,
    carryingOut,
    worlds("sqlite", 1, 12),
    sweeps("sqlite", 1, 10),
    live("what stores hold back", "apps/cli/held*"),
    live("what the disk refuses, and people do", "apps/cli/disk-refuses", "apps/cli/no-is-no"),
    ...requests,
    concurrency,
    { ...live("the crash matrix", "apps/cli/crash-matrix"), starts: COMMAND_LINE },
  ],
  postgres: engine("postgres"),
  mysql: engine("mysql"),
  sqlite: engine("sqlite"),
};
