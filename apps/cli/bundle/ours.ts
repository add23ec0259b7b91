/** Who may write where a bundle lies decides what is run in our name: only those may who could change the sources anyway. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BY_OTHERS = 0o022;

/**
 * `path` belongs to root, to the user of this process or to that of the sources, and nobody else may write to it. Where there are no such
 * users (Windows), whoever can reach the repository is trusted with this, too. Throws where nothing is there.
 */
export function isOnlyOurs(path: string): boolean {
  const user = process.geteuid?.();
  if (user === undefined) return true;
  const { uid, mode } = statSync(path);
  if ((mode & BY_OTHERS) !== 0) return false;
  return uid === 0 || uid === user || uid === statSync(fileURLToPath(import.meta.url)).uid;
}

/** What is left of these bits of a mode when nobody else may write. */
export const onlyOurs = (mode: number): number => mode & 0o777 & ~BY_OTHERS;
