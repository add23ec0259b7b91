/** The command line as a function: `main.ts` calls it, and so do tests that stop a run at a given moment. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { DiskRefused } from "@avow/runtime/disk/refused";
import { Command, CommanderError } from "commander";
import type { CliCommand, CommandContext } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import manifest from "./package.json" with { type: "json" };
import { harmless } from "./report/harmless.ts";

export interface CliRun {
  /** As `process.argv`. */
  readonly argv: readonly string[];
  readonly env: CommandContext["env"];
  readonly atPoint?: CommandContext["atPoint"];
}

/** Where the command stands in `argv`, behind node and the script. */
const ARGV_COMMAND = 2;
const EXIT_NOT_DONE = 1;
const EXIT_INPUT = 2;
const EXIT_UNREACHABLE = 3;
/** As sysexits.h has it: a fault of the program itself. */
const EXIT_BUG = 70;

function contextOf(run: CliRun, options: { service?: string; json?: boolean }): CommandContext {
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return {
    cwd: process.cwd(),
    env: run.env,
    stdout: (text) => process.stdout.write(process.stdout.isTTY ? harmless(text) : text),
    stderr: (text) => process.stderr.write(process.stderr.isTTY ? harmless(text) : text),
    interactive,
    ask,
    serviceFolder: resolve(options.service ?? "."),
    json: options.json === true,
    now: () => new Date(),
    ...(run.atPoint === undefined ? {} : { atPoint: run.atPoint }),
  };
}

/** Null: the person left, with Ctrl-C or by closing the input. */
async function ask(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<null>((resolve) => {
    lines.once("SIGINT", () => resolve(null));
    lines.once("close", () => resolve(null));
  });
  try {
    const answer = await Promise.race([lines.question(question).catch(() => null), left]);
    if (answer === null) process.stderr.write("\n");
    return answer;
  } finally {
    lines.close();
  }
}

async function programOf(run: CliRun, done: (code: number) => void): Promise<Command> {
  const program = new Command("avow")
    .description(
      "Runs a privacy policy: checks its promises on live systems and carries out people's rights.",
    )
    .version(manifest.version, "-V, --version", "print the version")
    .showHelpAfterError("(`avow --help` lists the commands)")
    .exitOverride();
  const words = run.argv.slice(ARGV_COMMAND);
  const asked = words[0] === "help" ? words[1] : words[0];
  for (const listed of COMMANDS) {
    const sub = new Command(listed.name).summary(listed.summary).description(listed.summary);
    if (listed.name === asked) setUp(sub, await listed.load(), run, done);
    program.addCommand(sub);
  }
  return program;
}

function setUp(sub: Command, command: CliCommand, run: CliRun, done: (code: number) => void): void {
  sub
    .option("--service <folder>", "the service's folder, with its avow.yaml (default: the current one)")
    .option("--json", "print the result as JSON on standard output, and nothing else there")
    .showHelpAfterError(`(\`avow ${sub.name()} --help\` shows the options)`)
    .exitOverride();
  command.configure(sub);
  sub.action(async () => {
    const options = sub.opts<{ service?: string; json?: boolean }>();
    const context = contextOf(run, options);
    if (!existsSync(context.serviceFolder)) {
      context.stderr(
        `there is no folder \`${context.serviceFolder}\`: name the service's folder with --service\n`,
      );
      return done(EXIT_INPUT);
    }
    done(await command.run(context, options, sub.args));
  });
}

/** It is there, and takes nobody in now. */
const BUSY: Readonly<Record<string, string>> = {
  "53300":
    "it has no connection left: try again later, or let it have more (`max_connections`, or the limit of the role)",
};
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ECONNRESET",
  "EAI_AGAIN",
  "ENETUNREACH",
  "28P01",
  "3D000",
  "28000",
  "57P03",
  ...Object.keys(BUSY),
]);
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** Runs one command and gives its exit code. */
export async function runCli(run: CliRun): Promise<number> {
  // A reader that goes away (`| head`) ends the printing, not the work.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  let code = 0;
  const program = await programOf(run, (ended) => {
    code = ended;
  });
  if (run.argv.length <= 2) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...run.argv]);
    return code;
  } catch (error) {
    return codeOfError(error);
  }
}

function codeOfError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_INPUT;
  if (error instanceof DiskRefused) {
    process.stderr.write(`not done: ${error.message}, and run the same command again\n`);
    return EXIT_NOT_DONE;
  }
  if (UNREACHABLE.has(codeOf(error))) {
    process.stderr.write(
      `could not be reached (${codeOf(error)}): ${BUSY[codeOf(error)] ?? "check the addresses under `stores:` and `state:` in avow.yaml"}\n`,
    );
    return EXIT_UNREACHABLE;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_BUG;
}
