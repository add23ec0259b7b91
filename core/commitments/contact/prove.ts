/** Letters leave no trace in a store: that they are read, and become what the policy says, somebody vouches for. Mails are tried by nobody yet. */
import type { Commitment } from "../../policy/model.ts";
import { unmeasured, type View } from "../kind.ts";
import type { Judgement, Measure, Reading } from "../proof.ts";
import { covers, examineVouched, judgeVouched } from "../vouched.ts";
import type { ContactSpec } from "./schema.ts";

const UNTRIED: Readonly<Record<Exclude<ContactSpec["by"], "post">, string>> = {
  email: "nobody has tried the address: mails do not come in here yet",
  phone: "nobody has tried the number: calls do not come in here",
  form: "no drill has gone through the form yet",
  app: "no drill has gone that way through the app yet",
};
const NO_PAPER = "nobody vouches that letters are read: no document covers it";

/** `unknown`: nobody has filled the address in, so nothing can be sent there. */
const isVouched = (spec: ContactSpec): boolean => spec.by === "post" && spec.address !== "unknown";

export const examine = (spec: ContactSpec): readonly Measure[] => (isVouched(spec) ? examineVouched() : []);

export function judge(
  spec: ContactSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  if (spec.address === "unknown") return unmeasured("the address is not filled in");
  return spec.by === "post"
    ? judgeVouched({ speaks: (paper) => covers(paper, commitment.id), none: NO_PAPER }, view, readings)
    : unmeasured(UNTRIED[spec.by]);
}
