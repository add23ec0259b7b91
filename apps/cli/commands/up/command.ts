import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { findHome } from "@avow/runtime/service/home";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import type { Command } from "commander";
import { z } from "zod";
import { type Noted, noteAddresses } from "../../addresses.ts";
import type { CliCommand, CommandContext } from "../../command.ts";
import { stopSignal } from "../../stop.ts";
import { wholeNumber } from "../../whole-number.ts";
import { type DemoModule, hasDemo, loadDemo } from "./demo.ts";
import { type Port, PortTaken } from "./port.ts";
import { type Running, runService } from "./service.ts";

const port = wholeNumber(0, 65_535).optional();
const optionsSchema = z.object({
  port,
  appPort: port,
  people: wholeNumber(1, 1_000_000).default(5000),
});
const PORT = 7430;
const APP_PORT = 7431;

/** The option as it is typed: `appPort` → `app-port`. */
const typed = (name: PropertyKey | undefined): string =>
  String(name ?? "").replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const up: CliCommand = {
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
        `${options.error.issues.map((i) => `--${typed(i.path[0])}: ${i.message}`).join("\n")}\n`,
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

/** A second service gets the ports after those of the first. */
const portOf = (asked: number | undefined, usual: number, nth: number): Port =>
  asked === 0 ? { port: 0, exact: true } : { port: (asked ?? usual) + 2 * nth, exact: asked !== undefined };

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

/** Of several, where each is found: what was printed of the first has scrolled away. */
function runningText(all: readonly Running["addresses"][]): string {
  const width = Math.max(...all.map((a) => a.service.length));
  const lines = all.map(
    (a) => `  ${a.service.padEnd(width)}  ${a.board}/${a.app === undefined ? "" : `  app ${a.app}/`}\n`,
  );
  return `\n${all.length > 1 ? `boards:\n${lines.join("")}\n` : ""}running; stop with Ctrl-C\n`;
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
  // From here on there is something to stop, so a signal must not end the process by itself.
  const stop = { signal: stopSignal(), asked: false };
  void stop.signal.then(() => {
    stop.asked = true;
  });
  const server = await useEmbedded({ home });
  log(
    `database: PostgreSQL on port ${server.port} (${server.started}; for evaluation and small installations)`,
  );
  const running: Running[] = [];
  let noted: Noted | null = null;
  try {
    await ensureDatabase(server, "avow");
    for (const [i, folder] of folders.entries()) {
      if (stop.asked) break;
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
        port: portOf(options.port, PORT, i),
        appPort: portOf(options.appPort, APP_PORT, i),
      });
      if (started === null) return 2;
      running.push(started);
    }
    noted = await noteAddresses(
      home,
      running.map((r) => r.addresses),
    );
    if (!stop.asked) context.stdout(runningText(running.map((r) => r.addresses)));
    await stop.signal;
    log("stopping");
    return 0;
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error;
    log(error.message);
    return 2;
  } finally {
    await noted?.forget();
    for (const r of running) await r.stop();
    await server.release();
  }
}
