import type { CliCommand } from "../command.ts";

/** A command is read when it is called for: what the others need is not loaded, nor anything for the list of all. */
export interface Listed {
  readonly name: string;
  /** For the list of all, and the first line of its own help. */
  readonly summary: string;
  load(): Promise<CliCommand>;
  /** Always run from the sources: it goes on for months, and loads modules all the while, or programs of others that load ours. */
  readonly unbundled?: true;
}

/** In the order of `avow --help`. */
export const COMMANDS: readonly Listed[] = [
  {
    name: "compile",
    summary: "read the policy, and say what is wrong with it",
    load: async () => (await import("./compile/command.ts")).command,
  },
  {
    name: "lint",
    summary:
      "find contradictions in the policy, what is laxer than the law it names, and slips in its data maps",
    load: async () => (await import("./lint/command.ts")).lintCommand,
  },
  {
    name: "bind",
    summary: "confirm which sentences bind which commitments (writes policy.lock)",
    load: async () => (await import("./bind/command.ts")).command,
  },
  {
    name: "diff",
    summary: "say what changed for people between two versions of a policy, and what it owes them",
    load: async () => (await import("./diff/command.ts")).diffCommand,
  },
  {
    name: "publish",
    summary: "write the policy as a page, keep all versions, show what changed",
    load: async () => (await import("./publish/command.ts")).command,
  },
  {
    name: "import",
    summary:
      "turn a policy in prose into a policy to work on, with proposals; or a Fides dataset into a data map",
    load: async () => (await import("./import/command.ts")).command,
  },
  {
    name: "discover",
    summary:
      "find personal data in a database or its migrations, and what has changed since its map was written",
    load: async () => (await import("./discover/command.ts")).discover,
  },
  {
    name: "verify",
    summary: "check every promise on the live data; changes nothing in the stores",
    load: async () => (await import("./verify/command.ts")).verifyCommand,
  },
  {
    name: "alert",
    summary: "try out, list and send the alerts on verdicts that turned",
    load: async () => (await import("./alert/command.ts")).alert,
  },
  {
    name: "drill",
    summary: "take an invented person through what people are promised, by the service's front door",
    load: async () => (await import("./drill/command.ts")).drill,
    unbundled: true,
  },
  {
    name: "request",
    summary: "carry out a right of one person: see, take, correct, restrict or erase their data",
    load: async () => (await import("./request/command.ts")).request,
  },
  {
    name: "sweep",
    summary: "carry out the approved erasures that wait, all together",
    load: async () => (await import("./sweep/command.ts")).sweepCommand,
  },
  {
    name: "person",
    summary: "merge a visitor into an account, and undo it; no row of a store changes",
    load: async () => (await import("./person/command.ts")).person,
  },
  {
    name: "task",
    summary: "what only a person can do for a request: see it, say that it is done, or refuse it",
    load: async () => (await import("./task/command.ts")).task,
  },
  {
    name: "hold",
    summary: "keep what there is of a person from every erasure while the law needs it: a legal hold",
    load: async () => (await import("./hold/command.ts")).hold,
  },
  {
    name: "grants",
    summary:
      "print the least rights that the reading and the erasing account of each store need; changes nothing",
    load: async () => (await import("./grants/command.ts")).grants,
  },
  {
    name: "ledger",
    summary: "the evidence log: look at it, check it whole, take it away as files",
    load: async () => (await import("./ledger/command.ts")).ledger,
  },
  {
    name: "receipt",
    summary: "verify a receipt offline; write one, or the page that verifies them",
    load: async () => (await import("./receipt/command.ts")).receipt,
  },
  {
    name: "worker",
    summary: "carry out the requests that come in; any number of these share the work",
    load: async () => (await import("./worker/command.ts")).worker,
    unbundled: true,
  },
  {
    name: "up",
    summary: "start everything: database, reference service, worker, promise board",
    load: async () => (await import("./up/command.ts")).up,
    unbundled: true,
  },
];
