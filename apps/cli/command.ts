/** What a command is to `main.ts`: it sets up its own options and gets everything of the outside world handed in. */
import type { CrashPoint } from "@avow/runtime/requests/run/run";
import type { Command } from "commander";

export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Somebody sits at a terminal and can be asked. */
  readonly interactive: boolean;
  /** Null: the asked one does not want to go on (Ctrl-C, or the end of the input). */
  readonly ask: (question: string) => Promise<string | null>;
  /** Absolute path of the folder with avow.yaml. */
  readonly serviceFolder: string;
  /** One JSON document on stdout, and nothing else there. */
  readonly json: boolean;
  readonly now: () => Date;
  /** Tests see a request pass through its states, and stop the process there. */
  readonly atPoint?: (point: CrashPoint) => void;
}

export interface CliCommand {
  configure(program: Command): void;
  /** Gives the exit code: 0 fine, 1 a promise broken or a request not done, 2 the input is wrong, 3 something could not be reached. */
  run(
    context: CommandContext,
    options: Readonly<Record<string, unknown>>,
    args: readonly string[],
  ): Promise<number>;
}
