/** Leaves the publication in the evidence log (spec/evidence-log.md). */
import type { PolicyDocument } from "@avow/core/page/document";
import { sha256Hex } from "@avow/core/terms/hash";
import { recorded } from "@avow/runtime/ledger/publishing";
import type { Published } from "@avow/runtime/publish/publish";
import { openService } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";
import { CONNECTORS } from "../../connectors.ts";
import { formatIssues } from "../../report/issues.ts";

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
  const policy = documents[0]?.policy;
  const opened = await openService(context.serviceFolder, {
    ...{ env: context.env, now: context.now, connectors: CONNECTORS },
    onLog: (line) => context.stderr(`${line}\n`),
  });
  if (opened.value === null || policy === undefined) {
    const errors = opened.issues.filter((i) => i.severity === "error");
    context.stderr(`${formatIssues(errors, opened.sources)}\nnot published: it could not be recorded\n`);
    return opened.unreachable ? 3 : 2;
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
