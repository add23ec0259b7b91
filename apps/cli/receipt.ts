/** The receipt of a closed request, as a file. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { WrittenReceipt } from "@avow/runtime/ledger/receipts";
import { LogDamaged } from "@avow/runtime/ledger/tiles";
import type { OpenService } from "@avow/runtime/service/open";
import type { CommandContext } from "./command.ts";

export interface SavedReceipt {
  /** Null: the request is unknown or open, its key is gone, or the log does not get on. */
  readonly path: string | null;
  /** Why there is none has been said. */
  readonly said: boolean;
}

export async function saveReceipt(
  context: CommandContext,
  service: OpenService,
  { request, out }: { readonly request: string; readonly out: string | undefined },
): Promise<SavedReceipt> {
  const { ledger, manifest } = service;
  const entry = await certificateOf(service, request);
  if (entry === null) return { path: null, said: false };
  const made = await receiptOf(context, ledger, entry);
  if (made === null || made === "said") return { path: null, said: made === "said" };
  const path = resolve(context.cwd, out ?? `${manifest.service}-${request}.tlog-proof`);
  await writeFile(path, made.bytes, { mode: 0o600 });
  return { path, said: false };
}

/** The receipt as it can be made now; null when it can not. */
export async function receiptOfRequest(service: OpenService, request: string): Promise<Uint8Array | null> {
  const entry = await certificateOf(service, request);
  return entry === null ? null : ((await service.ledger.receipt(entry))?.bytes ?? null);
}

async function certificateOf({ db, manifest }: OpenService, request: string): Promise<string | null> {
  const row = await db
    .selectFrom("requests")
    .select("certificate")
    .where("id", "=", request)
    .where("service", "=", manifest.service)
    .executeTakeFirst();
  return row?.certificate ?? null;
}

/** The request is done whether the log gets on or not: what hinders it is said, and the receipt can be made later. */
async function receiptOf(
  context: CommandContext,
  ledger: OpenService["ledger"],
  entry: string,
): Promise<WrittenReceipt | "said" | null> {
  try {
    return (await ledger.settle(entry)) ? await ledger.receipt(entry) : null;
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown error";
    context.stderr(
      error instanceof LogDamaged
        ? `there is no receipt: ${why}\n`
        : `the evidence log is not written: ${why}\n`,
    );
    return "said";
  }
}
