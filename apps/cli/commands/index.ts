import type { CliCommand } from "../command.ts";
import { command as bind } from "./bind/command.ts";
import { command as compile } from "./compile/command.ts";
import { drill } from "./drill/command.ts";
import { request } from "./request/command.ts";
import { up } from "./up/command.ts";
import { verifyCommand } from "./verify/command.ts";

/** In the order of `avow --help`. */
export const COMMANDS: readonly CliCommand[] = [compile, bind, verifyCommand, drill, request, up];
