/**
 * How far a file is from another by what it imports. Only names that stand in the text are followed: a process that a test starts is not seen,
 * so a file that is out of reach is one to be tried late, and none to be left out.
 */
import { readFile, readlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** Of imports and exports, and of texts that name a source file beside (a worker, a command). */
const NAMED = /["'](\.{1,2}\/[^"'\s]+\.ts|@avow\/[^"'\s]+)["']/g;

export class Imports {
  readonly #folder: string;
  readonly #named = new Map<string, Promise<readonly string[]>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** 0: the file itself. Infinity: out of reach. Both from the root of the repository. */
  async distance(from: string, to: string): Promise<number> {
    const seen = new Set([from]);
    let edge: readonly string[] = [from];
    for (let steps = 0; edge.length > 0; steps += 1) {
      if (seen.has(to)) return steps;
      const named = (await Promise.all(edge.map((file) => this.#namedIn(file)))).flat();
      edge = [...new Set(named)].filter((file) => !seen.has(file));
      for (const file of edge) seen.add(file);
    }
    return Number.POSITIVE_INFINITY;
  }

  #namedIn(file: string): Promise<readonly string[]> {
    const known = this.#named.get(file);
    if (known !== undefined) return known;
    const found = this.#read(file);
    this.#named.set(file, found);
    return found;
  }

  async #read(file: string): Promise<readonly string[]> {
    const text = await textOf(join(this.#folder, file));
    return Promise.all([...text.matchAll(NAMED)].map(([, name = ""]) => this.#fileOf(name, file)));
  }

  async #fileOf(name: string, from: string): Promise<string> {
    if (name.startsWith(".")) return join(dirname(from), name);
    const [, room = "", ...rest] = name.split("/");
    const link = join(this.#folder, "node_modules/@avow", room);
    return relative(this.#folder, join(dirname(link), await targetOf(link), `${rest.join("/")}.ts`));
  }
}

const targetOf = (link: string): Promise<string> => readlink(link).catch(orNothing);
/** Nothing: what is named is not there, as in the text of a test. */
const textOf = (file: string): Promise<string> => readFile(file, "utf8").catch(orNothing);

function orNothing(error: unknown): string {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EISDIR"))
    return "";
  throw error;
}
