/**
 * Who notices a mutant. A failure counts only when the same step passes on the source as it is, under the same conditions: it is run there
 * once, when it is first needed, and kept. A failure by time is tried again with more of it before it counts.
 */
import { type Copy, contentOf } from "./copy.ts";
import { Imports } from "./imports.ts";
import type { Kept } from "./kept.ts";
import { endSessions } from "./left-over.ts";
import { type Area, applied, type Mutant } from "./mutant.ts";
import type { Fate } from "./report.ts";
import { type Ended, runStep, type Servers } from "./step.ts";
import type { Step } from "./suite.ts";
import { byFile, ordered } from "./tries.ts";

/** Of one step. When more fail as it is, something is wrong with all of it. */
const LEFT_OUT_MAX = 3;
/** What vitest says of a test or a hook that took too long. */
const TOO_LONG = /timed out in \d+ ?ms/;

const reasonIn = (output: string): string =>
  (/^\w*Error: .*$/m.exec(output)?.[0] ?? "no reason").slice(0, 200);

export interface Conditions {
  readonly servers: Servers;
  readonly timeoutMs: number;
}

export class Notice {
  readonly #conditions: Conditions;
  readonly #suiteOf: (area: Area) => readonly Step[];
  readonly #kept: Kept;
  readonly #imports: Imports;
  readonly #asItIs: string;
  readonly #passes = new Map<string, Promise<boolean>>();
  /** Tests of a step that fail as it is, and are left out of it. */
  readonly #without = new Map<string, readonly string[]>();
  readonly #seconds = new Map<string, number>();
  /** By file and step. */
  readonly #noticed = new Map<string, number>();

  private constructor(
    { folder, asItIs }: { readonly folder: string; readonly asItIs: string },
    conditions: Conditions,
    suiteOf: (area: Area) => readonly Step[],
    kept: Kept,
  ) {
    this.#imports = new Imports(folder);
    this.#asItIs = asItIs;
    this.#conditions = conditions;
    this.#suiteOf = suiteOf;
    this.#kept = kept;
  }

  static async in(
    { folder }: Copy,
    conditions: Conditions,
    suiteOf: (area: Area) => readonly Step[],
    kept: Kept,
  ): Promise<Notice> {
    return new Notice({ folder, asItIs: await contentOf(folder) }, conditions, suiteOf, kept);
  }

  /** Steps and tests that do not pass as it is: what they say of a mutant was left out. */
  async failing(): Promise<string[]> {
    const all = await Promise.all(
      [...this.#passes].map(async ([name, passes]) => ({ name, passes: await passes })),
    );
    return all.flatMap(({ name, passes }) =>
      passes ? (this.#without.get(name) ?? []).map((test) => `${name} > ${test}`) : [name],
    );
  }

  /** Null: it was stopped before it was known. */
  async of(mutant: Mutant, copy: Copy): Promise<Fate | null> {
    const tries = await byFile(copy.folder, this.#suiteOf(mutant.area));
    const experience = {
      last: this.#kept.lastKiller(mutant),
      noticed: (step: Step) => this.#noticed.get(`${mutant.file} ${step.name}`) ?? 0,
      seconds: ({ name }: Step) => this.#seconds.get(name) ?? this.#kept.secondsOf(name),
    };
    for (const step of await ordered(tries, mutant, { imports: this.#imports, experience })) {
      if (this.#passes.has(step.name) && !(await this.#passesAsItIs(step, copy))) continue;
      let ended = await this.#changed(mutant, step, copy);
      if (ended.how === "passed") continue;
      if (ended.how !== "stopped" && !(await this.#passesAsItIs(step, copy))) continue;
      if (ended.how === "failed" && this.#without.get(step.name)?.includes(ended.said) === true)
        ended = await this.#changed(mutant, step, copy);
      if (ended.how === "stopped") return null;
      if (ended.how === "passed") continue;
      const key = `${mutant.file} ${step.name}`;
      this.#noticed.set(key, (this.#noticed.get(key) ?? 0) + 1);
      if (ended.how === "timed out") return { fate: "timed out", by: step.name };
      return { fate: "killed", by: ended.by, said: ended.said };
    }
    return { fate: "survived" };
  }

  async #changed(mutant: Mutant, step: Step, copy: Copy): Promise<Ended> {
    const before = await copy.read(mutant.file);
    await copy.write(mutant.file, applied(before, mutant));
    try {
      const first = await this.#run(step, copy, 1);
      const byTime = first.how === "timed out" || (first.how === "failed" && TOO_LONG.test(first.output));
      if (byTime) await this.#clear(mutant);
      return byTime ? await this.#run(step, copy, 2) : first;
    } finally {
      await copy.write(mutant.file, before);
      await this.#clear(mutant);
    }
  }

  async #clear({ area }: Mutant): Promise<void> {
    const { mariaDb } = this.#conditions.servers;
    if (area === "mysql" && !("missing" in mariaDb)) await endSessions(mariaDb.url);
  }

  #passesAsItIs(step: Step, copy: Copy): Promise<boolean> {
    const known = this.#passes.get(step.name);
    if (known !== undefined) return known;
    const kept = this.#kept.asItIs(this.#asItIs, step.name);
    const passes = kept === undefined ? this.#tryAsItIs(step, copy) : Promise.resolve(kept.passes);
    this.#passes.set(step.name, passes);
    return passes;
  }

  async #tryAsItIs(step: Step, copy: Copy): Promise<boolean> {
    const without: string[] = [];
    for (;;) {
      const startedMs = Date.now();
      const ended = await this.#run(step, copy, 1);
      if (ended.how === "stopped") {
        this.#passes.delete(step.name);
        return false;
      }
      const seconds = (Date.now() - startedMs) / 1000;
      const passes = ended.how === "passed";
      const how = ended.how === "failed" ? `FAILED: ${ended.said} (${reasonIn(ended.output)})` : ended.how;
      console.log(`as it is: ${step.name}: ${how}, ${seconds.toFixed(0)} s`);
      const more = ended.how === "failed" && ended.said !== "" && !without.includes(ended.said);
      if (!more || without.length === LEFT_OUT_MAX) {
        await this.#kept.addAsItIs({ source: this.#asItIs, step: step.name, passes, without, seconds });
        return passes;
      }
      without.push(ended.said);
      this.#without.set(step.name, without);
    }
  }

  async #run(step: Step, { folder }: Copy, patience: number): Promise<Ended> {
    const startedMs = Date.now();
    const { servers, timeoutMs } = this.#conditions;
    const ended = await runStep(folder, step, {
      servers,
      timeoutMs: timeoutMs * patience,
      patience,
      without: this.#without.get(step.name) ?? [],
    });
    if (ended.how === "passed") this.#seconds.set(step.name, (Date.now() - startedMs) / 1000);
    return ended;
  }
}
