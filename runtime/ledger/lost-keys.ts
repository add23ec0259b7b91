/**
 * Keys that are gone (spec/evidence-log.md, "Checkpoint"). What signs a log must go on from what signed its last checkpoint: a folder that
 * vanished, or was restored from somewhere else, would otherwise sign with a key that no reader knows, and nobody would be told. A person
 * may say that keys are lost for good; a file beside the new one remembers it.
 */
import { hex, utf8 } from "@avow/core/evidence/bytes";
import { formatKey } from "@avow/core/evidence/note";
import { writeDurably } from "./durable.ts";
import { LogRefused } from "./guard.ts";
import {
  filesOf,
  type KeyFolder,
  makeKey,
  OR_BEGIN_ANEW,
  type SigningKey,
  signerOf,
} from "./signing-keys.ts";
import { willTell } from "./tellings.ts";

const LOST = ".lost";

/** What signs, asked again and again. `signed`: the keys that signed the last checkpoint. */
export function signerAfter(
  folder: KeyFolder,
  signed: readonly string[],
): () => Promise<readonly SigningKey[]> {
  let before = signed;
  return signerOf(folder, async (keys) => {
    const now = idsOf(keys);
    const lost = await lostIn(folder);
    if (before.length > 0 && !before.some((id) => now.includes(id) || lost.includes(id)))
      throw new LogRefused(
        `the last checkpoint was signed by ${quoted(before)}, and \`${folder.path}\` holds none of these keys, only ${quoted(now)}: ${OR_BEGIN_ANEW}`,
      );
    before = now;
  });
}

const idsOf = (keys: readonly SigningKey[]): string[] => keys.map(({ key }) => hex(key.id));
const quoted = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(", ");

const lostIn = async ({ path }: KeyFolder): Promise<string[]> =>
  (await filesOf(path, LOST)).map((name) => name.slice(0, -LOST.length));

/** A key signs still: nothing is lost, or what is there must be moved away first. */
export class NotLost extends Error {
  override readonly name = "NotLost";
}

/**
 * A person says that the keys which signed the last checkpoint are lost for good: a key signs in their place. Call it under the folder's lock,
 * once all that was begun before is told.
 */
export async function replaceLost(
  folder: KeyFolder,
  { lost, signing }: { readonly lost: readonly string[]; readonly signing: readonly SigningKey[] },
): Promise<void> {
  const there = idsOf(signing);
  const signs = there.find((id) => lost.includes(id));
  if (signs !== undefined || (lost.length === 0 && there.length > 0))
    throw new NotLost(
      `the key \`${signs ?? there[0]}\` is there and signs: replace it with \`avow ledger rotate\``,
    );
  const said = await lostIn(folder);
  const [made] = signing;
  const willTellOf = ({ key }: SigningKey): Promise<void> =>
    willTell(folder, { event: "key.lost", lost: [...lost], key: formatKey(key), id: hex(key.id) });
  if (made !== undefined && lost.every((id) => said.includes(id))) return willTellOf(made);
  if (made !== undefined)
    throw new NotLost(
      `\`${folder.path}\` holds ${quoted(there)}, which did not sign the last checkpoint: move it away first`,
    );
  await writeDurably(
    folder.path,
    lost.map((id) => ({ path: `${id}${LOST}`, bytes: utf8("") })),
  );
  await makeKey(folder, willTellOf);
}
