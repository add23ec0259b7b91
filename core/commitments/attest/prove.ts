/** A person vouches for it: the paper is there, is whose the policy says, covers this, and has neither run out nor been withdrawn. */
import type { Commitment } from "../../policy/model.ts";
import type { View } from "../kind.ts";
import type { Judgement, Measure, Reading } from "../proof.ts";
import { covers, examineVouched, judgeVouched } from "../vouched.ts";
import type { AttestSpec } from "./schema.ts";

export const examine = (): readonly Measure[] => examineVouched();

export const judge = (
  { document, owner, expires }: AttestSpec,
  { id }: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement =>
  judgeVouched(
    {
      speaks: (paper) => paper.document === document,
      lacks: (paper) => [
        ...(paper.owner === owner
          ? []
          : [`\`${document}\` is by \`${paper.owner}\`, where the policy names \`${owner}\``]),
        ...(covers(paper, id) ? [] : [`\`${document}\` does not say that it covers \`${id}\``]),
      ],
      until: expires,
      none: `there is no document \`${document}\``,
    },
    view,
    readings,
  );
