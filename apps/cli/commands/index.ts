import type { CliCommand } from "../command.ts";
import { command as bind } from "./bind/command.ts";
import { command as compile } from "./compile/command.ts";
import { request } from "./request/command.ts";

/** In the order of `avow --help`. */
export const COMMANDS: readonly CliCommand[] = [compile, bind, request];
