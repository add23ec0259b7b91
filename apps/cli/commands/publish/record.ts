/** Leaves the publication in the evidence log (spec/evidence-log.md). */
import type { PolicyDocument } from "@avow/core/page/document";
import { must } from "@avow/core/terms/assert";
import { sha256Hex } from "@avow/core/terms/hash";
import { recorded } from "@avow/runtime/ledger/publishing";
import type { Published } from "@avow/runtime/publish/publish";
import { openService } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";

export interface Publication {
  readonly documents: readonly PolicyDocument[];
  /** File → its text. */
  readonly sources: ReadonlyMap<string, string>;
}

/** An exit code when the log can not be written: then nothing is published. */
export async function publishRecorded(
  context: CommandContext,
  { documents, sources }: Publication,
  act: () => Promise<Published>,
): Promise<Published | number> {
  const policy = must(documents[0], "what is published has a document").policy;
  const onLog = (line: string): void => context.stderr(`${line}\n`);
  const opened = await openOrSay(context, openService, { onLog });
  if (opened.value === null) {
    context.stderr("\nnot published: it could not be recorded\n");
    return opened.code;
  }
  const { db, ledger, close } = opened.value;
  const hashes = documents.map(({ policy: { file } }) => [file, sha256Hex(sources.get(file) ?? "")] as const);
  const { version, hash, effective } = policy;
  try {
    const about = { version, hash, effective, documents: Object.fromEntries(hashes) };
    const { result, entry } = await recorded({ log: ledger, db }, about, async () => {
      const published = await act();
      return { published, outcome: published.ok ? published.did : "refused" };
    });
    context.stderr(`recorded in the evidence log: entry ${entry}\n`);
    return result.published;
  } finally {
    await close();
  }
}
