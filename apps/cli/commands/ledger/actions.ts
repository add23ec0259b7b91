/** What `avow ledger` does. Each action prints itself and gives the exit code. */
import { resolve } from "node:path";
import { hex, textOf } from "@avow/core/evidence/bytes";
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import { formatKey } from "@avow/core/evidence/note";
import type { Audit } from "@avow/runtime/ledger/audit";
import { auditFolder, exportLog } from "@avow/runtime/ledger/export";
import { fsck } from "@avow/runtime/ledger/fsck";
import type { Ledger } from "@avow/runtime/ledger/ledger";
import { NotLost } from "@avow/runtime/ledger/lost-keys";
import { nodePrimitives } from "@avow/runtime/ledger/primitives";
import { latestCheckpoint } from "@avow/runtime/ledger/receipts";
import { acceptGuard, retire, rotate, rotateLost } from "@avow/runtime/ledger/rotate";
import { type TailEntry, tail } from "@avow/runtime/ledger/tail";
import type { OpenService } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";
import { readKeys } from "../../keys.ts";
import type { LedgerOptions } from "./options.ts";

type Action = (context: CommandContext, service: OpenService, options: LedgerOptions) => Promise<number>;

const print = (context: CommandContext, value: unknown, lines: readonly string[]): void =>
  context.stdout(context.json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((l) => `${l}\n`).join(""));

const tailAction: Action = async (context, { ledger }, { lines }) => {
  await ledger.settle();
  const entries = await tail(ledger, lines);
  print(context, { service: ledger.place.log, entries }, entries.map(entryLine));
  return 0;
};

function entryLine({ index, at, type, body }: TailEntry): string {
  const { event = null, ...rest } = body ?? {};
  const says = body === null ? "(its key is gone)" : `${String(event)} ${JSON.stringify(rest)}`;
  return `${String(index).padStart(6)}  ${at ?? ""}  ${type ?? "unknown"}  ${says}`;
}

const fsckAction: Action = async (context, { ledger }, { witness }) => {
  const witnesses = readKeys(context, "--witness", witness);
  if (witnesses === null) return 2;
  await ledger.settle();
  const seen = await fsck(ledger, [...ledger.witnesses, ...witnesses]);
  const more = [`${seen.opened} bodies opened and compared; ${seen.waiting} entries wait in the outbox`];
  if (seen.untold > 0)
    more.push(
      `${seen.untold} entries went with their keys under an earlier version, which did not say so in the log: this count is the database's own`,
    );
  print(context, seen, [...auditLines(seen), ...more]);
  return seen.ok ? 0 : 1;
};

/** Needs no service and no database: files alone. */
export async function fsckFolder(
  context: CommandContext,
  folder: string,
  options: LedgerOptions,
): Promise<number> {
  const keys = readKeys(context, "--key", options.key);
  const witnesses = readKeys(context, "--witness", options.witness);
  if (keys === null || witnesses === null) return 2;
  const { origin } = options;
  const seen = await auditFolder(folder, { log: keys, witnesses, origin });
  const trusted =
    keys.length === 0
      ? ["(verified by the keys that lie beside the files: give --key to know whose log it is)"]
      : [];
  print(context, seen, [...auditLines(seen), ...trusted]);
  return seen.ok ? 0 : 1;
}

const auditLines = (seen: Audit): string[] => [
  seen.ok
    ? `fine: ${seen.size} entries of \`${seen.origin}\`, root ${seen.root}, ${seen.witnesses} witnesses`
    : `NOT FINE: ${seen.findings.length} findings`,
  ...seen.findings.map((f) => `  ${f}`),
  ...(seen.unknown > 0
    ? [`${seen.unknown} entries are of a version that is not known here: proven, and not understood`]
    : []),
];

const exportAction: Action = async (context, { ledger }, { out }) => {
  await ledger.settle();
  const exported = await exportLog(ledger, resolve(context.cwd, out ?? "."));
  if (exported === null) {
    context.stderr("there is nothing to export yet\n");
    return 1;
  }
  print(context, exported, [`${exported.size} entries in ${exported.files} files under ${exported.folder}`]);
  return 0;
};

const checkpointAction: Action = async (context, { ledger }, options) => {
  const witnesses = readKeys(context, "--witness", options.witness);
  if (witnesses === null) return 2;
  await ledger.settle();
  const { db, place } = ledger.sequencer;
  const published = await latestCheckpoint(db, place);
  const log = await ledger.verifierKeys();
  const keys = log.map(formatKey);
  if (published === null) {
    context.stderr("nothing is published yet\n");
    return 1;
  }
  const opened = openCheckpoint(nodePrimitives, published.bytes, {
    log,
    witnesses: [...ledger.witnesses, ...witnesses],
  });
  const note = textOf(published.bytes) ?? "";
  const cosigned = opened.ok ? opened.value.witnesses.length : 0;
  const { origin, size, root } = published;
  const value = { ok: opened.ok, origin, size, root: hex(root), witnesses: cosigned, keys, note };
  print(context, value, [note, ...keys.map((k) => `key: ${k}`), ...(opened.ok ? [] : [opened.reason])]);
  return opened.ok ? 0 : 1;
};

const rotateAction: Action = async (context, { ledger }, options) => {
  if (options.lost) return await lostAction(context, ledger);
  if (options.retire === undefined) {
    const rotated = await rotate(ledger);
    print(context, rotated, [`new key, beside the old ones: ${rotated.key}`]);
    return 0;
  }
  const retired = await retire(ledger, options.retire);
  if (retired === "retired") {
    print(context, { retired: options.retire }, [
      `${options.retire} signs no more; receipts that it signed stay valid`,
    ]);
    return 0;
  }
  const why = {
    last: "the last key can not be retired: add one first with `avow ledger rotate`",
    early: "no other key has signed a checkpoint yet: is a sequencer running?",
    unknown: `no key \`${options.retire}\` signs this log: \`avow ledger checkpoint\` lists them`,
  };
  context.stderr(`${why[retired]}\n`);
  return 2;
};

async function lostAction(context: CommandContext, ledger: Ledger): Promise<number> {
  try {
    const rotated = await rotateLost(ledger);
    print(context, rotated, [
      `new key: ${rotated.key}`,
      "hand it out and say why: nothing that the lost keys signed vouches for it",
    ]);
    return 0;
  } catch (error) {
    if (!(error instanceof NotLost)) throw error;
    context.stderr(`${error.message}\n`);
    return 2;
  }
}

const guardAction: Action = async (context, { ledger }, { accept }) => {
  if (accept && !(await acceptGuard(ledger))) {
    context.stderr("the guard is there: if it contradicts the log, that is what it is for\n");
    return 1;
  }
  const guard = await ledger.place.guard.read();
  const value = guard === null ? null : { origin: guard.origin, size: guard.size, root: hex(guard.root) };
  print(context, { guard: value }, [
    value === null ? "there is no guard yet" : `last signed: ${value.size} entries, root ${value.root}`,
  ]);
  return 0;
};

export const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["tail", tailAction],
  ["fsck", fsckAction],
  ["export", exportAction],
  ["checkpoint", checkpointAction],
  ["rotate", rotateAction],
  ["guard", guardAction],
]);
