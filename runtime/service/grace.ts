/** Whether a grace window fits what the policy promises: it ends at the latest when the erasure is due. */
import { kinds } from "@avow/core/commitments/index";
import type { DataMap } from "@avow/core/datamap/model";
import { goesOn } from "@avow/core/datamap/stand-in";
import type { Policy } from "@avow/core/policy/model";
import { erase } from "@avow/core/rights/erase/right";
import { approximateMs, inWords, parseDuration } from "@avow/core/terms/duration";
import { errorAt, type Issue, warningAt } from "@avow/core/terms/issue";
import { MANIFEST, type Manifest } from "./manifest.ts";

export function graceIssues({ grace }: Manifest, policy: Policy): Issue[] {
  if (grace === null) return [];
  const promised = policy.commitments.flatMap((c) => {
    const within = kinds.find((k) => k.name === c.kind)?.deadline(c, erase.name) ?? null;
    const duration = within === null ? null : parseDuration(within);
    return duration === null ? [] : [{ id: c.id, duration }];
  });
  const [first] = promised.toSorted((a, b) => approximateMs(a.duration) - approximateMs(b.duration));
  if (first === undefined || approximateMs(grace) < approximateMs(first.duration)) return [];
  const message = `\`grace\` is ${inWords(grace)}, but \`${first.id}\` promises erasure within ${inWords(first.duration)}: the window ends when it is due`;
  const fix = "give a shorter grace, or promise a longer time";
  return [warningAt({ file: MANIFEST, line: 1, column: 1 }, { code: "long-grace", message, fix })];
}

/** A pseudo-person's row would have to go again: an erasure that makes some is for good. */
export function pseudoGraceIssues({ grace }: Manifest, map: DataMap): Issue[] {
  if (grace === null) return [];
  return map.stores
    .flatMap((s) => s.collections)
    .filter((c) => goesOn(c))
    .map((c) =>
      errorAt(c.span, {
        code: "grace-with-stand-in",
        message: `rows of \`${c.name}\` go on under pseudo-people (\`stand_in\`), which can not be taken back, and \`grace\` promises that it can`,
        fix: "take `grace` out of avow.yaml, or mask the rows instead",
      }),
    );
}
