/** Debian packages that some tests need: installed when we may, named when we may not. */
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "@avow/runtime/store/process-lock";

const run = promisify(execFile);

const INSTALL_MS_MAX = 300_000;
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Throws, naming the packages, when they are missing and cannot be installed here. */
export async function ensureDebian(packages: readonly string[]): Promise<void> {
  // One at a time: apt has a lock of its own and gives up at once when it is held.
  const lock = { file: join(tmpdir(), "avow-provision.lock"), waitMsMax: INSTALL_MS_MAX };
  await withLock(lock, async () => {
    const missing = await missingPackages(packages);
    if (missing.length === 0) return;
    const byHand = `install by hand: \`apt-get install ${missing.join(" ")}\``;
    if (process.getuid?.() !== 0)
      throw new Error(`debian packages are missing and we are not root; ${byHand}`);
    try {
      await apt(["update"]);
      await apt(["install", "--yes", "--no-install-recommends", ...missing]);
    } catch (error) {
      throw new Error(`debian packages could not be installed; ${byHand}`, { cause: error });
    }
  });
}

/** The path of a Chromium, installed on first use: a test that needs a browser asks here. */
export async function chromiumPath(): Promise<string> {
  const found = await firstThatExists(CHROMIUM);
  if (found !== null) return found;
  await ensureDebian(["chromium"]);
  const installed = await firstThatExists(CHROMIUM);
  if (installed === null)
    throw new Error(`no browser at ${CHROMIUM.join(", ")} although \`chromium\` is installed`);
  return installed;
}

async function firstThatExists(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return null;
}

async function missingPackages(packages: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of packages) {
    const status = await run("dpkg-query", ["--show", "--showformat", `\${db:Status-Status}`, name]).catch(
      () => ({
        stdout: "",
      }),
    );
    if (status.stdout !== "installed") missing.push(name);
  }
  return missing;
}

async function apt(args: readonly string[]): Promise<void> {
  await run("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], {
    timeout: INSTALL_MS_MAX,
    maxBuffer: 64 * 1024 * 1024,
  });
}
