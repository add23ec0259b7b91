import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import { expect, test } from "vitest";
import type { CommandContext } from "../../command.ts";
import { printOutcome } from "./print.ts";

const outcome: RequestOutcome = {
  state: "closed",
  plan: [],
  results: [{ store: "app", collection: "orders", result: "verified_absent", rows: 2 }],
  kept: [],
  notes: [],
};

test.each([
  [true, "nothing else that was asked for is left there"],
  [false, "nothing else of this person is left there"],
])("an erasure says of how much nothing is left (in part: %s)", (inPart, says) => {
  let said = "";
  const stdout = (text: string): void => void (said += text);
  const context: CommandContext = {
    ...{ cwd: ".", env: {}, serviceFolder: ".", interactive: false, json: false },
    ...{ stdout, stderr: stdout, ask: async () => null, now: () => new Date(0) },
  };
  printOutcome(context, { id: "1", right: "erase", outcome, inPart });
  expect(said).toContain(says);
});
