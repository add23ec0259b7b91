/** For this command's tests: a small service in a folder of its own, which can be edited, bound and published. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CliCommand, CommandContext } from "../../../command.ts";
import { type Ran, runHere } from "../../../testing/here.ts";
import { command as bind } from "../../bind/command.ts";
import { command as publish } from "../command.ts";

export interface Edition {
  readonly version: string;
  readonly effective: string;
  readonly body?: string;
  readonly service?: string;
}

export const BODY = `Orders are erased after two years.

\`\`\`commit
- id: orders
  retain: order
  for: P2Y
  from: creation
\`\`\`

## Your rights {#rights}

You can have your data erased.

\`\`\`commit
- id: erasure
  right: erase
  ways: settings
\`\`\`
`;

export async function writeEdition(folder: string, edition: Edition): Promise<void> {
  const { version, effective, body = BODY, service = "shop" } = edition;
  await writeFile(join(folder, "avow.yaml"), `service: ${service}\npolicy: [policy.md]\n`);
  await writeFile(
    join(folder, "policy.md"),
    `---\nservice: ${service}\nversion: ${version}\neffective: ${effective}\nlocale: en\ncontroller: { name: Shop Ltd. }\nclasses: { order: [user.financial] }\n---\n# Privacy at Shop {#shop}\n\n${body}`,
  );
}

export async function run(
  command: CliCommand,
  folder: string,
  options: Record<string, unknown> = {},
  env: CommandContext["env"] = {},
): Promise<Ran> {
  const now = () => new Date("2026-05-05T12:00:00Z");
  const ask = async () => "quit";
  return runHere(command, { folder, options, env, ask, json: options["json"] === true, now });
}

/** Confirms everything, then publishes into `site` beside the policy. */
export async function publishEdition(
  folder: string,
  edition: Edition,
  options: Record<string, unknown> = {},
  env: CommandContext["env"] = {},
): Promise<Ran> {
  await writeEdition(folder, edition);
  await run(bind, folder, { yes: true });
  return run(publish, folder, { out: "site", ...options }, env);
}

/** Path → text of every file. */
export async function filesOf(site: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  return new Map(
    await Promise.all(
      files.sort().map(async (f) => [f.slice(site.length + 1), await readFile(f, "utf8")] as const),
    ),
  );
}

/** Links between a site's own files that lead nowhere; `page → target`. */
export function brokenLinks(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([page, text]) => {
    if (!page.endsWith(".html")) return [];
    const targets = [...text.matchAll(/ href="([^"#]+)(?:#[^"]*)?"/g)].map((m) => m[1] ?? "");
    return targets
      .filter((t) => !/^[a-z]+:/.test(t) && !files.has(join(page, "..", t)))
      .map((t) => `${page} → ${t}`);
  });
}
