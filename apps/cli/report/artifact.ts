/** How a SARIF file names a file: by a URI below the root of the repository, which is what code review has, or else by an absolute one. */
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

/** What relative URIs are relative to, as other tools call the root of the repository. */
export const ROOT_ID = "%SRCROOT%";

export interface Root {
  /** Where the names of files begin: the folder that the command runs in. */
  readonly cwd: string;
  /** Of the repository. */
  readonly root: string;
}

/** The nearest folder upwards that is a repository's (`.git` is a file in a work tree); where there is none, the folder itself. */
export async function rootOf(cwd: string): Promise<Root> {
  for (let at = cwd; ; at = dirname(at)) {
    if ((await stat(join(at, ".git")).catch(() => null)) !== null) return { cwd, root: at };
    if (at === dirname(at)) return { cwd, root: cwd };
  }
}

export type Artifact =
  | { readonly uri: string; readonly uriBaseId: typeof ROOT_ID }
  | { readonly uri: string; readonly uriBaseId?: never };

/** Percent-encoded as RFC 3986 has it; a file outside of the repository is named where it is on this machine. */
export function artifactOf(file: string, { cwd, root }: Root): Artifact {
  const path = resolve(cwd, file);
  const inside = relative(root, path);
  return inside === "" || isAbsolute(inside) || inside.split(sep)[0] === ".."
    ? { uri: pathToFileURL(path).href }
    : { uri: inside.split(sep).map(segment).join("/"), uriBaseId: ROOT_ID };
}

/** Half a surrogate pair is no text that could be encoded. */
const segment = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
