import { resolve } from "node:path";
import { LogRefused } from "@avow/runtime/ledger/guard";
import { LogDamaged } from "@avow/runtime/ledger/tiles";
import { openService } from "@avow/runtime/service/open";
import type { Command } from "commander";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { ACTIONS, fsckFolder } from "./actions.ts";
import { optionsSchema } from "./options.ts";
import { witness } from "./witness.ts";

/** A witness needs no service; all others do. */
const NAMES = [...ACTIONS.keys(), "witness"];

export const ledger: CliCommand = {
  configure(program: Command) {
    program
      .argument("<action>", `one of: ${NAMES.join(", ")}`)
      .option("--lines <number>", "tail: how many entries (default 20)")
      .option("--out <folder>", "export: where the files go; witness: where it keeps key and records")
      .option("--from <folder>", "fsck: look at exported or mirrored files instead, of whatever log")
      .option(
        "--key <vkey...>",
        "fsck --from, witness: verifier keys of logs (fsck: default those that lie beside the files)",
      )
      .option(
        "--origin <line>",
        "fsck --from, witness: the log that the keys are of, where it has another name than they",
      )
      .option("--logs <file>", "witness: a list of logs to watch (c2sp.org/tlog-list)")
      .option("--witness <vkey...>", "fsck, checkpoint: witnesses whose cosignatures count")
      .option("--retire <key id>", "rotate: end this key instead of adding one")
      .option("--lost", "rotate: the keys that signed are lost for good; begin a new one without them")
      .option("--name <origin>", "witness: your own name, as in witness.example.org/w1")
      .option("--port <port>", "witness: where to listen (default 7440)")
      .option("--host <address>", "witness: on which address (default 127.0.0.1)")
      .option("--accept", "guard: the guard file is gone, and the log was looked at: begin it anew")
      .addHelpText(
        "after",
        "\nExit codes: 0 fine, 1 something is wrong with the log, 2 the input is wrong, 3 something could not be reached.\n",
      );
  },
  async run(context, given, args) {
    const [name = ""] = args;
    const action = ACTIONS.get(name);
    const options = optionsSchema.safeParse(given);
    const wrong = (message: string): number => {
      context.stderr(`${message}\n`);
      return 2;
    };
    if (!NAMES.includes(name))
      return wrong(`\`${name}\` is no action: choose ${NAMES.map((a) => `\`${a}\``).join(", ")}`);
    if (!options.success)
      return wrong(
        options.error.issues
          .map((i) => `--${i.path.join(".")}: ${i.code === "custom" ? i.message : i.message.toLowerCase()}`)
          .join("\n"),
      );
    if (action === undefined) return await witness(context, options.data);
    if (name === "export" && options.data.out === undefined)
      return wrong("say where the files go: --out FOLDER");
    if (options.data.lost && options.data.retire !== undefined)
      return wrong("--lost and --retire do not go together: begin the new key first, then retire another");
    if (name === "fsck" && options.data.from !== undefined)
      return await fsckFolder(context, resolve(context.cwd, options.data.from), options.data);
    return await withLedger(context, (opened) => action(context, opened, options.data));
  },
};

async function withLedger(
  context: CommandContext,
  act: (opened: NonNullable<Awaited<ReturnType<typeof openService>>["value"]>) => Promise<number>,
): Promise<number> {
  const opened = await openOrSay(context, openService, {
    onLog: (line) => context.stderr(`${line}\n`),
  });
  if (opened.value === null) return opened.code;
  try {
    return await act(opened.value);
  } catch (error) {
    if (!(error instanceof LogRefused) && !(error instanceof LogDamaged)) throw error;
    context.stderr(`${error.message}\n`);
    return 1;
  } finally {
    await opened.value.close();
  }
}
