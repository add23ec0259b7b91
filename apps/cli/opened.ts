/** What commands that work on a service begin with: it is opened, or stderr says what is wrong with it, and the exit code that it could not be. */
import type { Issue } from "@avow/core/terms/issue";
import type { Opened, OpenOptions } from "@avow/runtime/service/open";
import type { CommandContext } from "./command.ts";
import { CONNECTORS } from "./connectors.ts";
import { formatIssues } from "./report/issues.ts";

type Sources = Opened<unknown>["sources"];

export type OpenedOr<T> =
  | { readonly value: T; readonly issues: readonly Issue[]; readonly sources: Sources }
  | { readonly value: null; readonly code: 2 | 3 };

export interface How {
  /** Without it, that of the context. */
  readonly folder?: string;
  /** Without it, what is told on the way goes nowhere. */
  readonly onLog?: OpenOptions["onLog"];
}

export async function openOrSay<T>(
  context: CommandContext,
  open: (folder: string, options: OpenOptions) => Promise<Opened<T>>,
  { folder = context.serviceFolder, onLog = () => {} }: How = {},
): Promise<OpenedOr<T>> {
  const { value, issues, sources, unreachable } = await open(folder, {
    ...{ env: context.env, now: context.now, connectors: CONNECTORS, onLog },
  });
  if (value !== null) return { value, issues, sources };
  const errors = issues.filter((i) => i.severity === "error");
  context.stderr(formatIssues(errors, sources));
  return { value: null, code: unreachable ? 3 : 2 };
}

/** Before a map is acted on: that a part of it is guessed. */
export function sayGuesses(
  context: CommandContext,
  { issues, sources }: { readonly issues: readonly Issue[]; readonly sources: Sources },
): void {
  const guessed = issues.filter((i) => i.code === "unreviewed");
  if (guessed.length > 0) context.stderr(`${formatIssues(guessed, sources)}\n`);
}
