import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findHome } from "@avow/runtime/service/home";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { stopSignal } from "../../stop.ts";
import { type DemoModule, hasDemo, loadDemo } from "./demo.ts";
import { type Running, runService } from "./service.ts";

const optionsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(7430),
  appPort: z.coerce.number().int().min(0).max(65_535).default(7431),
  people: z.coerce.number().int().min(1).max(1_000_000).default(5000),
});

export const up: CliCommand = {
  name: "up",
  summary: "start everything: database, reference service, worker, promise board",
  configure(program: Command) {
    program
      .option("--port <port>", "of the promise board (default 7430; 0: any free one)")
      .option("--app-port <port>", "of the reference service (default 7431; 0: any free one)")
      .option("--people <number>", "how many people the reference service gets when it is new (default 5000)")
      .addHelpText(
        "after",
        "\nStops with Ctrl-C. Everything it keeps is in `.avow/`: delete that folder to start afresh.\n",
      );
  },
  async run(context, given) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr(
        `${options.error.issues.map((i) => `--${i.path.join(".")}: ${i.message.toLowerCase()}`).join("\n")}\n`,
      );
      return 2;
    }
    const folders = await serviceFolders(context.serviceFolder);
    if (folders.length === 0) {
      context.stderr(
        "there is no avow.yaml here, and no services/*/avow.yaml: name a service's folder with --service\n",
      );
      return 2;
    }
    return await runAll(context, folders, options.data);
  },
};

async function serviceFolders(folder: string): Promise<string[]> {
  if (existsSync(join(folder, "avow.yaml"))) return [folder];
  const names = existsSync(join(folder, "services")) ? await readdir(join(folder, "services")) : [];
  const folders = names
    .sort()
    .map((n) => join(folder, "services", n))
    .filter((f) => existsSync(join(f, "avow.yaml")));
  // Services that bring an app come first: another policy beside them does not move their addresses.
  const [withApp, policyOnly] = [folders.filter(hasDemo), folders.filter((f) => !hasDemo(f))];
  return [...withApp, ...policyOnly];
}

async function runAll(
  context: CommandContext,
  folders: readonly string[],
  options: z.infer<typeof optionsSchema>,
): Promise<number> {
  const [first = context.serviceFolder] = folders;
  const home = findHome(first, context.env);
  await mkdir(home, { recursive: true });
  const log = (line: string): void => context.stderr(`${line}\n`);
  const server = await useEmbedded({ home });
  log(
    `database: PostgreSQL on port ${server.port} (${server.started}; for evaluation and small installations)`,
  );
  const running: Running[] = [];
  try {
    await ensureDatabase(server, "avow");
    for (const [i, folder] of folders.entries()) {
      const demo: DemoModule | null = await loadDemo(folder);
      const demoServer = {
        adminUrl: server.adminUrl(),
        passwordOf: server.passwordOf,
        people: options.people,
        now: context.now(),
        onProgress: log,
      };
      await demo?.prepare(demoServer);
      const started = await runService(context, {
        folder,
        home,
        demo,
        demoServer,
        port: options.port === 0 ? 0 : options.port + 2 * i,
        appPort: options.appPort === 0 ? 0 : options.appPort + 2 * i,
      });
      if (started === null) return 2;
      running.push(started);
    }
    await writeFile(
      join(home, "addresses.json"),
      `${JSON.stringify(
        running.map((r) => r.addresses),
        null,
        2,
      )}\n`,
    );
    context.stdout("\nrunning; stop with Ctrl-C\n");
    await stopSignal();
    log("stopping");
    return 0;
  } finally {
    for (const r of running) await r.stop();
    await server.release();
  }
}
