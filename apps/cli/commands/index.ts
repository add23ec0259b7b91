import type { CliCommand } from "../command.ts";
import { command as bind } from "./bind/command.ts";
import { command as compile } from "./compile/command.ts";
import { diffCommand } from "./diff/command.ts";
import { drill } from "./drill/command.ts";
import { grants } from "./grants/command.ts";
import { command as importPolicy } from "./import/command.ts";
import { ledger } from "./ledger/command.ts";
import { lintCommand } from "./lint/command.ts";
import { command as publish } from "./publish/command.ts";
import { receipt } from "./receipt/command.ts";
import { request } from "./request/command.ts";
import { up } from "./up/command.ts";
import { verifyCommand } from "./verify/command.ts";
import { worker } from "./worker/command.ts";

/** In the order of `avow --help`. */
export const COMMANDS: readonly CliCommand[] = [
  compile,
  lintCommand,
  bind,
  diffCommand,
  publish,
  importPolicy,
  verifyCommand,
  drill,
  request,
  grants,
  ledger,
  receipt,
  worker,
  up,
];
