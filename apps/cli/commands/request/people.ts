/** `avow request erase --people FILE`: opens a request for each line's person. A sweep, or workers, carry them out. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type IdentityValue, normaliserOf } from "@avow/core/terms/person";
import { namespacesOf, toIdentities } from "@avow/runtime/requests/desk/intake";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { sweepable } from "@avow/runtime/requests/sweep/desk";
import { openRequests } from "@avow/runtime/requests/sweep/intake";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";

const BYTES_MAX = 16 * 1024 * 1024;
const PEOPLE_MAX = 100_000;

interface Given {
  readonly right: string;
  readonly file: string;
  /** Nothing else is said of whom or what it is about. */
  readonly alone: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export async function openMany(
  context: CommandContext,
  { desk }: OpenDesk,
  { right, file, alone, dryRun, yes }: Given,
): Promise<number> {
  const wrong = (message: string): number => {
    context.stderr(`${message}\n`);
    return 2;
  };
  if (!sweepable(right)) return wrong(`\`${right}\` is asked for one person at a time: use --person`);
  if (!alone)
    return wrong("--people goes with nothing that is about one person, or about a part of the data");
  if (desk.grace !== null)
    return wrong("under `grace` each person is given a key to take it back: use --person, one at a time");
  const text = await read(resolve(context.cwd, file));
  if (text === null) return wrong(`--people: \`${file}\` can not be read, or is larger than 16 MB`);
  const people = peopleIn(text, namespacesOf(desk.estate));
  if (typeof people === "string") return wrong(`${file}:${people}`);
  if (people.length === 0) return wrong(`${file}: there is nobody in it`);
  if (people.length > PEOPLE_MAX) return wrong(`${file}: more than ${PEOPLE_MAX} people; split it`);
  if (dryRun) {
    context.stderr(`${people.length} people; nothing was opened\n`);
    return 0;
  }
  if (!yes) {
    if (!context.interactive) return wrong("nothing was opened: add --yes to ask for this");
    const answer = await context.ask(`ask for \`${right}\` for ${people.length} people? [y/N] `);
    if (!/^y(es)?$/i.test((answer ?? "").trim())) return wrong("nothing was opened");
  }
  const opened = await openRequests(desk, { right, people, via: VIA_CLI, approvedBy: VIA_CLI });
  const joined = opened.filter((o) => o.joined).length;
  if (context.json)
    context.stdout(
      `${JSON.stringify({ right, opened: opened.length - joined, joined, requests: opened }, null, 2)}\n`,
    );
  else
    context.stdout(
      `${opened.length - joined} requests opened, ${joined} joined one that was open; \`avow sweep\` carries them out\n`,
    );
  return 0;
}

async function read(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size > BYTES_MAX) return null;
  return readFile(path, "utf8").catch(() => null);
}

/** A message when a line can not be read: its number and what is wrong, never what it says. */
export function peopleIn(
  text: string,
  known: readonly string[],
): readonly (readonly IdentityValue[])[] | string {
  const people: (readonly IdentityValue[])[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, namespace = "", value = ""] = /^([^=]+)=(.+)$/.exec(line.trim()) ?? [];
    if (value === "") return `${i + 1}: write \`key=value\`, as in \`email=name@example.org\``;
    if (!known.includes(namespace))
      return `${i + 1}: the service knows the identities ${known.map((k) => `\`${k}\``).join(", ")}, and no other`;
    if (normaliserOf(namespace) === "email" && !value.includes("@"))
      return `${i + 1}: what is given as an e-mail address has no \`@\``;
    people.push(toIdentities([{ namespace, value }]));
  }
  return people;
}
