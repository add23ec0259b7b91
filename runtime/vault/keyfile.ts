/** The installation's root key in a file of mode 0600, made at the first start. Two that start at once end with the same key. */
import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function rootKey(home: string): Promise<Uint8Array> {
  const folder = join(home, "keys");
  const path = join(folder, "root.key");
  const known = await readKey(path);
  if (known !== null) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await unlink(draft);
  const made = await readKey(path);
  if (made === null) throw new Error(`the key file \`${path}\` could not be written`);
  return made;
}

async function readKey(path: string): Promise<Uint8Array | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== 32)
    throw new Error(`the key file \`${path}\` holds no key of 32 bytes: restore it from a backup`);
  return key;
}
