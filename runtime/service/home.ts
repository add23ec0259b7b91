/** Where an installation keeps what is its own (`.avow/`): keys, the embedded database. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The nearest folder above the service that has an `.avow/` already, or is the root of a repository; else the service's own. So every
 * command in one repository shares one installation.
 */
export function findHome(serviceFolder: string, env: Readonly<Record<string, string | undefined>>): string {
  if (env["AVOW_HOME"] !== undefined && env["AVOW_HOME"] !== "") return env["AVOW_HOME"];
  for (let folder = serviceFolder; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".avow")) || existsSync(join(folder, ".git"))) return join(folder, ".avow");
    if (dirname(folder) === folder) return join(serviceFolder, ".avow");
  }
}
