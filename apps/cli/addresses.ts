/**
 * Where running services are (`.avow/addresses.json`): every `avow up` adds its own and takes them out when it stops. What a killed one left
 * is dropped by the next that reads it.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const entrySchema = z.object({
  service: z.string(),
  board: z.string(),
  app: z.string().optional(),
  /** The app's door to the world, where it has one. */
  front: z.string().optional(),
  /** Of the process that serves them. */
  pid: z.number().int().positive(),
});
export type AddressEntry = z.infer<typeof entrySchema>;

export interface Noted {
  forget(): Promise<void>;
}

const fileOf = (home: string): string => join(home, "addresses.json");

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** What runs now. A file that says nothing we know says that nothing runs. */
export async function readAddresses(home: string): Promise<readonly AddressEntry[]> {
  const text = await readFile(fileOf(home), "utf8").catch(() => "[]");
  const read = z.array(entrySchema).safeParse(parsed(text));
  return read.success ? read.data.filter((e) => isAlive(e.pid)) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export async function noteAddresses(
  home: string,
  addresses: readonly Omit<AddressEntry, "pid">[],
): Promise<Noted> {
  const others = (await readAddresses(home)).filter((e) => e.pid !== process.pid);
  await write(home, [...others, ...addresses.map((a) => ({ ...a, pid: process.pid }))]);
  return {
    forget: async () =>
      write(
        home,
        (await readAddresses(home)).filter((e) => e.pid !== process.pid),
      ),
  };
}

async function write(home: string, entries: readonly AddressEntry[]): Promise<void> {
  if (entries.length === 0) return rm(fileOf(home), { force: true });
  const draft = `${fileOf(home)}.part-${process.pid}`;
  await writeFile(draft, `${JSON.stringify(entries, null, 2)}\n`);
  await rename(draft, fileOf(home));
}
