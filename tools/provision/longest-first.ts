/**
 * The order of the test files where none has been run before, as on every clean copy: Vitest would begin with the largest, and how large a file
 * is says little. One that takes minutes and comes last leaves all processors but one idle.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take a minute and more, longest first. One that is missing here costs time, and nothing else. */
export const LONGEST: readonly string[] = [
  "apps/cli/commands/drill/sabotage.live.test.ts",
  "sim/differential.live.test.ts",
  "apps/cli/commands/person/person.live.test.ts",
  "apps/cli/commands/request/again.live.test.ts",
  "sim/merging.live.test.ts",
  "sim/sweep/sweep.live.test.ts",
  "connectors/sqlite/contract.live.test.ts",
  "apps/cli/commands/ledger/ledger.live.test.ts",
  "apps/cli/commands/hold/hold.live.test.ts",
  "apps/cli/commands/sweep/sweep.live.test.ts",
  "apps/cli/commands/hold/readdressed.live.test.ts",
  "apps/cli/crash-matrix.live.test.ts",
  "sim/grace.live.test.ts",
  "sim/holds.live.test.ts",
  "apps/cli/commands/worker/worker.live.test.ts",
  "apps/cli/commands/request/grace.live.test.ts",
  "apps/cli/engines.live.test.ts",
  "apps/cli/commands/task/grace.live.test.ts",
  "connectors/postgres/contract.live.test.ts",
  "apps/cli/commands/request/request.live.test.ts",
  "apps/cli/commands/task/task.live.test.ts",
  "connectors/mysql/contract.live.test.ts",
  "runtime/ledger/crash.live.test.ts",
  "apps/cli/commands/request/rights.live.test.ts",
  "apps/cli/commands/request/dry-run.live.test.ts",
  "apps/cli/commands/publish/accessible.live.test.ts",
  "apps/cli/commands/verify/parts.live.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Which project comes when is said in the configuration.
    const projects = Map.groupBy(await super.sort(files), (file) => file.project.name);
    return [...projects.values()].flatMap((own) => longestFirst(own, (file) => file.moduleId));
  }
}

/** All others stay in the order that they are in. */
export function longestFirst<T>(files: readonly T[], pathOf: (file: T) => string): T[] {
  const rank = (file: T): number => {
    const at = LONGEST.findIndex((path) => pathOf(file).endsWith(`/${path}`));
    return at === -1 ? LONGEST.length : at;
  };
  return files.toSorted((a, b) => rank(a) - rank(b));
}
