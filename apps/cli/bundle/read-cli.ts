/** The command line, from the bundle or from its sources. */
import { bundled } from "./find.ts";

type Cli = typeof import("../cli.ts");

const isCli = (module: unknown): module is Cli =>
  typeof module === "object" && module !== null && "runCli" in module;

/** `words`: what stands behind the program. `options`: flags of Node.js that this process was started with, of `NODE_OPTIONS`. */
export async function readCli(words: readonly string[], options: string | undefined): Promise<Cli> {
  // The help of a command reads that command.
  const command = words[0] === "help" ? words[1] : words[0];
  return (await bundled({ program: "cli", command, options, is: isCli })) ?? (await import("../cli.ts"));
}
