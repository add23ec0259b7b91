/** `avow hold`: legal holds (spec/holds.md). */
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { type Given, optionsSchema, strangeOption } from "./options.ts";
import { place } from "./place.ts";
import { lift, list, review } from "./staff.ts";

type Act = (context: CommandContext, opened: OpenDesk, given: Given) => Promise<number>;

const VERBS: Readonly<Record<string, Act>> = { place, list, review, lift };
const OF_ONE: ReadonlySet<Act> = new Set([review, lift]);

export const hold: CliCommand = {
  configure(program: Command) {
    program
      .argument("<verb>", `one of: ${Object.keys(VERBS).join(", ")}`)
      .argument("[hold]", "review, lift: the id of the hold, as `list` shows it")
      .option("--person <key=value...>", "place: whom it is on, as the data map names identities")
      .option("--class <class...>", "place: only data of these classes of the policy (default: all)")
      .option("--reason <text>", "place: the matter, without names; lift: why it is over")
      .option("--owner <name>", "place: who answers for it")
      .option(
        "--review <day>",
        "place, review: the day (UTC) by which somebody looks at it again, YYYY-MM-DD",
      )
      .option("--by <name>", "place, review, lift: who says so (default: cli)")
      .option("--dry-run", "place: show how many rows it would hold by now, and write nothing")
      .option("--all", "list: also those that were lifted")
      .addHelpText(
        "after",
        "\n  avow hold place --person email=ada@example.org --class payment --reason 'case 12/2026' --owner legal --review 2026-12-31\n\nA hold does not end by itself. The policy must allow it: a `retain` commitment with `keeps: { why: hold, … }`.\n\nExit codes: 0 done, 2 the input is wrong, the policy allows no such hold, or there is none, 3 a store could not be reached.\n",
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
        "--reason: give 1 to 500 characters, --owner and --by 1 to 200, --review a day of the calendar as YYYY-MM-DD",
      );
    const [verb = "", id = ""] = args;
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (act === undefined)
      return wrong(`\`${verb}\` is nothing to do with a hold: choose \`${Object.keys(VERBS).join("`, `")}\``);
    const strange = strangeOption(verb, given);
    if (strange !== null)
      return wrong(
        `\`avow hold ${verb}\` takes no \`${strange}\`: \`avow hold --help\` shows who takes what`,
      );
    if (!OF_ONE.has(act) && id !== "") return wrong(`\`avow hold ${verb}\` takes no id of a hold`);
    if (OF_ONE.has(act) && !z.uuid().safeParse(id).success)
      return wrong(`say which: \`avow hold ${verb} ID\`; \`avow hold list\` shows the ids`);
    const opened = await openOrSay(context, openDesk);
    if (opened.value === null) return opened.code;
    try {
      return await act(context, opened.value, { id, options: read.data });
    } finally {
      await opened.value.service.close();
    }
  },
};
