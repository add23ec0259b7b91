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

const ACTIONS = "`verify FILE`, `write REQUEST` or `page`";

export const receipt: CliCommand = {
  configure(program: Command) {
    program
      .argument("<action>", "verify, write or page")
      .argument("[what]", "verify: the file; write: the request's id")
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
        "\nVerifying needs no network and no database. Exit codes: 0 it holds, 1 it does not, 2 it can not be read or no key was given.\n",
      );
  },
  async run(context, given, args) {
    const options = optionsSchema.parse(given);
    const [action = "", what] = args;
    if (action === "page") return await writePage(context, options);
    if (action === "write" && what !== undefined) return await writeReceipt(context, what, options);
    if (action === "verify" && what !== undefined) return await verify(context, what, options);
    context.stderr(`\`avow receipt\` takes ${ACTIONS}\n`);
    return 2;
  },
};

async function verify(context: CommandContext, file: string, options: ReceiptOptions): Promise<number> {
  const given = readKeys(context, "--key", options.key);
  const witnesses = readKeys(context, "--witness", options.witness);
  const bytes = await readSmall(resolve(context.cwd, file));
  const entry =
    options.entry === undefined ? undefined : await readSmall(resolve(context.cwd, options.entry));
  if (given === null || witnesses === null) return 2;
  if (bytes === null || entry === null) {
    context.stderr(
      `\`${bytes === null ? file : options.entry}\` can not be read, or is larger than a receipt can be\n`,
    );
    return 2;
  }
  const log = given.length > 0 ? given : await ownKeys(context);
  if (log.length === 0) {
    context.stderr(
      "name the log's verifier key: --key KEY (from the controller's site or an auditor, never from the receipt)\n",
    );
    return 2;
  }
  const named = options.person.map(asNamed);
  const nobody = options.person[named.indexOf(null)];
  if (nobody !== undefined) {
    context.stderr(`--person takes KEY=VALUE, as in \`email=ada@example.org\`, and \`${nobody}\` is none\n`);
    return 2;
  }
  const about = named.filter((one) => one !== null);
  const verified = verifyReceipt(nodePrimitives, bytes, {
    ...{ log, witnesses, about, origin: options.origin },
    ...(entry === undefined ? {} : { entry }),
  });
  if (context.json) context.stdout(`${JSON.stringify(report(verified), null, 2)}\n`);
  else
    context.stdout(
      verified.ok ? words(verified.value, about.length > 0) : `✗ it does not hold: ${verified.reason}\n`,
    );
  return verified.ok ? 0 : 1;
}

type Verified = ReturnType<typeof verifyReceipt>;

function report(verified: Verified) {
  if (verified.ok) return { ok: true, ...verified.value };
  const nothing = { index: null, size: null, origin: null, witnesses: 0, disclosed: null };
  return { ok: false, reason: verified.reason, ...nothing };
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
