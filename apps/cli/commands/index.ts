import type { CliCommand } from "../command.ts";

/** A command is read when it is called for: what the others need is not loaded. */
export interface Listed {
  readonly name: string;
  load(): Promise<CliCommand>;
}

/** In the order of `avow --help`. */
export const COMMANDS: readonly Listed[] = [
  { name: "compile", load: async () => (await import("./compile/command.ts")).command },
  { name: "lint", load: async () => (await import("./lint/command.ts")).lintCommand },
  { name: "bind", load: async () => (await import("./bind/command.ts")).command },
  { name: "diff", load: async () => (await import("./diff/command.ts")).diffCommand },
  { name: "publish", load: async () => (await import("./publish/command.ts")).command },
  { name: "import", load: async () => (await import("./import/command.ts")).command },
  { name: "discover", load: async () => (await import("./discover/command.ts")).discover },
  { name: "verify", load: async () => (await import("./verify/command.ts")).verifyCommand },
  { name: "alert", load: async () => (await import("./alert/command.ts")).alert },
  { name: "drill", load: async () => (await import("./drill/command.ts")).drill },
  { name: "request", load: async () => (await import("./request/command.ts")).request },
  { name: "sweep", load: async () => (await import("./sweep/command.ts")).sweepCommand },
  { name: "person", load: async () => (await import("./person/command.ts")).person },
  { name: "task", load: async () => (await import("./task/command.ts")).task },
  { name: "grants", load: async () => (await import("./grants/command.ts")).grants },
  { name: "ledger", load: async () => (await import("./ledger/command.ts")).ledger },
  { name: "receipt", load: async () => (await import("./receipt/command.ts")).receipt },
  { name: "worker", load: async () => (await import("./worker/command.ts")).worker },
  { name: "up", load: async () => (await import("./up/command.ts")).up },
];
