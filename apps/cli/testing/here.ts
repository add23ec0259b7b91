/** A command in the process of the test, called as the command line calls it: what it says is kept. */
import type { CliCommand, CommandContext } from "../command.ts";

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Where it is called, with what, and what else of the outside world is another than nothing, and the beginning of 1970. */
export interface Called extends Partial<CommandContext> {
  readonly folder: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
}

export async function runHere(
  command: CliCommand,
  { folder, options = {}, args = [], ...given }: Called,
): Promise<Ran> {
  const said = { out: "", err: "" };
  const context: CommandContext = {
    cwd: folder,
    env: {},
    stdout: (text) => void (said.out += text),
    stderr: (text) => void (said.err += text),
    interactive: false,
    ask: async () => null,
    serviceFolder: folder,
    json: false,
    now: () => new Date(0),
    ...given,
  };
  return { exit: await command.run(context, options, args), ...said };
}
