import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { done } from "./done.ts";
import { type Given, optionsSchema } from "./options.ts";
import { block, list, part, refuse, show } from "./staff.ts";

type Act = (context: CommandContext, opened: OpenDesk, given: Given) => Promise<number>;

const VERBS: Readonly<Record<string, Act>> = { list, show, done, part, block, refuse };

export const task: CliCommand = {
  configure(program: Command) {
    program
      .argument("<verb>", `one of: ${Object.keys(VERBS).join(", ")}`)
      .argument("[task]", "all but list: the id of the task, as `list` shows it")
      .option(
        "--proof <file>",
        "done: a document that shows it; its SHA-256 is kept. Where the person is to get a copy, it is that copy",
      )
      .option("--nothing-found", "done: nothing of the person lies there; the proof is kept, not given out")
      .option("--note <text>", "done: what was found and done, for the record")
      .option("--reason <text>", "refuse, block: why; part: what is left")
      .option("--until <day>", "block, part: the day (UTC) from which on it is open again, YYYY-MM-DD")
      .option("--by <name>", "who has done, put off or refused it (default: cli)")
      .addHelpText(
        "after",
        "\n`show` says whom the task is about, and leaves an entry in the evidence log. `part`: some of it is done; `block`: nothing can be done for now. Both keep the request open.\n\nExit codes: 0 done, 2 the input is wrong or there is no such task, 3 a store could not be reached.\n",
      );
  },
  async run(context, given, args) {
    const wrong = (message: string): number => {
      context.stderr(`${message}\n`);
      return 2;
    };
    const read = optionsSchema.safeParse(given);
    if (!read.success)
      return wrong(
        "--note: give 1 to 2,000 characters, --reason 1 to 500, --by 1 to 200, --until a day as YYYY-MM-DD",
      );
    const [verb = "", id = ""] = args;
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (act === undefined)
      return wrong(`\`${verb}\` is nothing to do with a task: choose \`${Object.keys(VERBS).join("`, `")}\``);
    if (act !== list && !z.uuid().safeParse(id).success)
      return wrong(`say which: \`avow task ${verb} ID\`; \`avow task list\` shows the ids`);
    const opened = await openOrSay(context, openDesk);
    if (opened.value === null) return opened.code;
    try {
      return await act(context, opened.value, { id, options: read.data });
    } finally {
      await opened.value.service.close();
    }
  },
};
