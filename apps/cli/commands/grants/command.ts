import { hasErrors } from "@avow/core/terms/issue";
import { grantsFor } from "@avow/runtime/service/grants";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand } from "../../command.ts";
import { CONNECTORS } from "../../connectors.ts";
import { formatIssues } from "../../report/issues.ts";

const optionsSchema = z.object({
  admin: z.array(z.string().regex(/^[a-z0-9][a-z0-9_-]*=.+$/, { error: "takes `store=URL`" })).default([]),
});

const HEADS = {
  read: "reads: checks, access, plans",
  erase: "changes: erasure, and corrections where the policy promises them",
} as const;

export const grants: CliCommand = {
  configure(program: Command) {
    program
      .option(
        "--admin <store=url...>",
        "an address that may see the schema, while the store's own accounts may not",
      )
      .addHelpText("after", "\nExit codes: 0 done, 2 the input is wrong, 3 a store could not be reached.\n");
  },
  async run(context, given) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr(
        `${options.error.issues.map((i) => `--${i.path[0]?.toString() ?? ""} ${i.message}`).join("\n")}\n`,
      );
      return 2;
    }
    const admins = Object.fromEntries(
      options.data.admin.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
    );
    const found = await grantsFor(context.serviceFolder, {
      env: context.env,
      onLog: () => {},
      connectors: CONNECTORS,
      admins,
    });
    const shown = found.issues.filter((i) => i.severity === "error" || i.code === "no-grants");
    if (shown.length > 0) context.stderr(`${formatIssues(shown, found.sources)}\n`);
    else if (found.grants.length === 0)
      context.stderr(
        "no account needs rights: avow.yaml connects no store (`stores`) that a data map describes\n",
      );
    if (context.json) context.stdout(`${JSON.stringify(found.grants, null, 2)}\n`);
    else
      for (const { store, access, pin, statements } of found.grants)
        context.stdout(
          `-- ${store}, the account that ${HEADS[access]}\n-- for the map with \`pin: ${pin}\`\n${statements.join("\n")}\n\n`,
        );
    if (found.unreachable.length > 0) return 3;
    return hasErrors(found.issues) ? 2 : 0;
  },
};
