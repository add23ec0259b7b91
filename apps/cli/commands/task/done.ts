/** `avow task done`: takes the fingerprint of the proof, and puts aside, sealed, what the person is to get. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { completeTask, givesFile } from "@avow/runtime/requests/tasks/decide";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type { CommandContext } from "../../command.ts";
import type { Given } from "./options.ts";
import { NEXT, said, unknown } from "./staff.ts";

export async function done(
  context: CommandContext,
  { desk, service }: OpenDesk,
  { id, options }: Given,
): Promise<number> {
  const wrong = (message: string): number => {
    context.stderr(`${message}\n`);
    return 2;
  };
  if (options.proof === undefined)
    return wrong("bring a proof with --proof FILE: a signed slip, a protocol, the copy for the person");
  const file = resolve(context.cwd, options.proof);
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) return wrong("--proof: there is no such file that can be read");
  if (found.size === 0) return wrong("--proof: the file is empty, and shows nothing");
  const gives = await givesFile(desk, id);
  if (gives === null) return unknown(context);
  const attach = gives && !options.nothingFound;
  const draft = desk.attachments.draft(id);
  try {
    const sha256 = await fingerprint(file, attach ? draft.writable : null);
    const goesOn = await completeTask(desk, id, {
      sha256,
      note: options.note ?? null,
      by: options.by ?? VIA_CLI,
      file: attach ? { ext: endingOf(file), keep: () => draft.keep() } : null,
      enqueue: enqueueWith(await service.jobs()),
    });
    if (goesOn === null) return unknown(context);
    return said(context, { task: id, state: "done", proof: sha256 }, NEXT[goesOn]);
  } finally {
    await draft.drop();
  }
}

const endingOf = (file: string): string =>
  (/^\.[A-Za-z0-9]{1,8}$/.exec(extname(file))?.[0] ?? "").toLowerCase();

/** Read once: what is put aside is what was fingerprinted. */
async function fingerprint(file: string, aside: WritableStream<Uint8Array> | null): Promise<string> {
  const hash = createHash("sha256");
  const writer = aside?.getWriter() ?? null;
  for await (const part of createReadStream(file)) {
    hash.update(part);
    await writer?.write(part);
  }
  await writer?.close();
  return hash.digest("hex");
}
