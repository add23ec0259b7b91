import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { NoteKey } from "@avow/core/evidence/note";
import { asNamed, RECEIPT_BYTES_MAX, type VerifiedReceipt, verifyReceipt } from "@avow/core/evidence/receipt";
import { nodePrimitives } from "@avow/runtime/ledger/primitives";
import { knownKeys } from "@avow/runtime/ledger/signing-keys";
import { findHome } from "@avow/runtime/service/home";
import { readManifest } from "@avow/runtime/service/manifest";
import type { Command } from "commander";
import type { CliCommand, CommandContext } from "../../command.ts";
import { readKeys } from "../../keys.ts";
import { optionsSchema, type ReceiptOptions } from "./options.ts";
import { writePage, writeReceipt } from "./write.ts";

const ACTIONS = "`verify FILE …`, `write REQUEST` or `page`";

export const receipt: CliCommand = {
  configure(program: Command) {
    program
      .argument("<action>", "verify, write or page")
      .argument("[what...]", "verify: the files; write: the request's id")
      .option(
        "--key <vkey...>",
        "verify: the log's verifier keys (default: those of the service in this folder)",
      )
      .option("--origin <line>", "verify: the log, where it has another name than its keys")
      .option("--witness <vkey...>", "verify: witnesses whose cosignatures count")
      .option("--person <key=value...>", "verify: the receipt must be about this person")
      .option("--entry <file>", "verify: the entry's bytes, for a receipt that does not hold them")
      .option("--out <file>", "write, page: where it goes")
      .addHelpText(
        "after",
        "\nVerifying needs no network and no database. Exit codes: 0 each file holds, 1 one does not, 2 one can not be read, or no key was given.\n",
      );
  },
  async run(context, given, args) {
    const options = optionsSchema.parse(given);
    const [action = "", ...what] = args;
    const [only = "", ...more] = what;
    if (action === "page" && only === "") return await writePage(context, options);
    if (action === "write" && only !== "" && more.length === 0)
      return await writeReceipt(context, only, options);
    if (action === "verify" && only !== "") return await verify(context, what, options);
    context.stderr(`\`avow receipt\` takes ${ACTIONS}\n`);
    return 2;
  },
};

/** The worst of the files gives the exit code: one that does not hold before one that can not be read. */
async function verify(
  context: CommandContext,
  files: readonly string[],
  options: ReceiptOptions,
): Promise<number> {
  const trusted = await whatIsTrusted(context, options);
  if (trusted === null) return 2;
  if (options.entry !== undefined && files.length > 1) {
    context.stderr(`--entry belongs to one receipt; name one file, and not ${files.length}\n`);
    return 2;
  }
  const entry =
    options.entry === undefined ? undefined : await readSmall(resolve(context.cwd, options.entry));
  if (entry === null) return unreadable(context, options.entry ?? "");
  const reports: object[] = [];
  let doesNotHold = false;
  let unread = false;
  for (const file of files) {
    const bytes = await readSmall(resolve(context.cwd, file));
    if (bytes === null) {
      unreadable(context, file);
      reports.push({ file, ...report({ ok: false, reason: "it can not be read" }) });
      unread = true;
      continue;
    }
    const verified = verifyReceipt(nodePrimitives, bytes, {
      ...trusted,
      ...(entry === undefined ? {} : { entry }),
    });
    if (!verified.ok) doesNotHold = true;
    if (context.json) reports.push(files.length > 1 ? { file, ...report(verified) } : report(verified));
    else context.stdout(`${files.length > 1 ? `${file}\n` : ""}${said(verified, trusted.about.length > 0)}`);
  }
  if (context.json && (files.length > 1 || !unread))
    context.stdout(`${JSON.stringify(files.length > 1 ? reports : reports[0], null, 2)}\n`);
  return doesNotHold ? 1 : unread ? 2 : 0;
}

function unreadable(context: CommandContext, file: string): 2 {
  context.stderr(`\`${file}\` can not be read, or is larger than a receipt can be\n`);
  return 2;
}

/** Whose signatures count, and whom a receipt must be about; null where that can not be said, and it is told why. */
async function whatIsTrusted(context: CommandContext, options: ReceiptOptions) {
  const given = readKeys(context, "--key", options.key);
  const witnesses = readKeys(context, "--witness", options.witness);
  if (given === null || witnesses === null) return null;
  const log = given.length > 0 ? given : await ownKeys(context);
  if (log.length === 0) {
    context.stderr(
      "name the log's verifier key: --key KEY (from the controller's site or an auditor, never from the receipt)\n",
    );
    return null;
  }
  const named = options.person.map(asNamed);
  const nobody = options.person[named.indexOf(null)];
  if (nobody !== undefined) {
    context.stderr(`--person takes KEY=VALUE, as in \`email=ada@example.org\`, and \`${nobody}\` is none\n`);
    return null;
  }
  return { log, witnesses, about: named.filter((one) => one !== null), origin: options.origin };
}

type Verified = ReturnType<typeof verifyReceipt>;

function report(verified: Verified) {
  if (verified.ok) return { ok: true, ...verified.value };
  const nothing = { index: null, size: null, origin: null, witnesses: 0, disclosed: null };
  return { ok: false, reason: verified.reason, ...nothing };
}

function said(verified: Verified, isAbout: boolean): string {
  return verified.ok ? words(verified.value, isAbout) : `✗ it does not hold: ${verified.reason}\n`;
}

function words(value: VerifiedReceipt, isAbout: boolean): string {
  const { index, size, origin, witnesses, at, disclosed, beside } = value;
  const cosigned =
    witnesses === 0
      ? "no witness that you named cosigned it"
      : `cosigned by ${witnesses} of the witnesses that you named`;
  const lines = [
    `✓ it holds: entry ${index} of ${size} in the log \`${origin}\``,
    `  logged ${at ?? "at a time that is not known here"}; ${cosigned}`,
    ...(isAbout && beside.length === 0 ? ["  it is about this person"] : []),
    ...beside.map(
      (place) =>
        `  \`${place}\` lay in the account of whom it is about; whether it was its owner's, nobody has shown`,
    ),
    ...(disclosed === null ? ["  nothing is disclosed"] : [JSON.stringify(disclosed, null, 2)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Of the installation that this folder belongs to, if any: files only. */
async function ownKeys(context: CommandContext): Promise<NoteKey[]> {
  const manifest = await readManifest(context.serviceFolder);
  if (manifest.value === null) return [];
  return knownKeys(findHome(context.serviceFolder, context.env), manifest.value.service);
}

async function readSmall(path: string): Promise<Uint8Array | null> {
  const there = await stat(path).catch(() => null);
  if (there === null || !there.isFile() || there.size > RECEIPT_BYTES_MAX) return null;
  return readFile(path).catch(() => null);
}
