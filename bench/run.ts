/** `npm run bench -- NAME [options]`: runs the benchmark in that folder with the pinned Node. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const names = readdirSync(here).filter((name) => existsSync(`${here}${name}/main.ts`));
const [name = "", ...options] = process.argv.slice(2);
if (!names.includes(name)) {
  process.stderr.write(`there is no benchmark \`${name}\`; choose one of ${names.join(", ")}\n`);
  process.exitCode = 2;
} else {
  const child = spawn(process.execPath, [`${here}${name}/main.ts`, ...options], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("close", (code) => {
    process.exitCode = code ?? 1;
  });
}
