/** Receipts and the verifying page, as files. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openService } from "@avow/runtime/service/open";
import { verifierPage } from "@avow/verifier/page";
import type { CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { saveReceipt } from "../../receipt.ts";
import type { ReceiptOptions } from "./options.ts";

const PAGE_FILE = "verify-receipt.html";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function writePage(context: CommandContext, options: ReceiptOptions): Promise<number> {
  const out = resolve(context.cwd, options.out ?? PAGE_FILE);
  await writeFile(out, await verifierPage());
  context.stdout(context.json ? `${JSON.stringify({ page: out })}\n` : `${out}\n`);
  return 0;
}

export async function writeReceipt(
  context: CommandContext,
  request: string,
  options: ReceiptOptions,
): Promise<number> {
  if (!UUID.test(request)) {
    context.stderr(`\`${request}\` is no id of a request\n`);
    return 2;
  }
  const opened = await openOrSay(context, openService, {
    onLog: (line) => context.stderr(`${line}\n`),
  });
  if (opened.value === null) return opened.code;
  try {
    const { path: out, said } = await saveReceipt(context, opened.value, { request, out: options.out });
    if (out === null) {
      if (!said)
        context.stderr(
          "there is no receipt: the request is not known or not closed, its entry is not under a checkpoint yet, or its key has been destroyed\n",
        );
      return 1;
    }
    context.stdout(context.json ? `${JSON.stringify({ request, receipt: out })}\n` : `${out}\n`);
    return 0;
  } finally {
    await opened.value.close();
  }
}
