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

const kept = [{ store: "app", collection: "gifts", rows: 1, why: "co_owner", commitment: null, until: null }];

test.each([
  [true, "nothing else that was asked for is left there"],
  [false, "nothing else of this person is left there"],
])("an erasure says of how much nothing is left (in part: %s)", (inPart, says) => {
  expect(printed({ outcome, inPart })).toContain(says);
});

test("an erasure in part does not say that nothing is left beside what stays", () => {
  expect(printed({ outcome: { ...outcome, kept }, inPart: true })).toContain(
    "of what was asked for nothing but what stays, for the reasons above, is left there",
  );
});

function printed(what: { readonly outcome: RequestOutcome; readonly inPart: boolean }): string {
  let said = "";
  const stdout = (text: string): void => void (said += text);
  const context: CommandContext = {
    ...{ cwd: ".", env: {}, serviceFolder: ".", interactive: false, json: false },
    ...{ stdout, stderr: stdout, ask: async () => null, now: () => new Date(0) },
  };
  printOutcome(context, { id: "1", right: "erase", ...what });
  return said;
}
