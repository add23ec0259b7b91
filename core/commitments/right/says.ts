import { listIn, part, periodIn, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import { WAYS } from "../ways.ts";
import type { RightSpec } from "./schema.ts";

type Names = Readonly<Record<"en" | "zh", Readonly<Record<RightSpec["right"][number], string>>>>;
const RIGHTS: Names = {
  en: {
    access: "see their data",
    portability: "take their data with them",
    rectify: "correct their data",
    supplement: "add to their data",
    erase: "have their data erased",
    restrict: "limit how their data is used",
    object: "object to a use",
    withdraw: "withdraw consent",
    "opt-out": "opt out",
    deactivate: "deactivate their account",
    complain: "complain",
    appeal: "appeal a refusal",
  },
  zh: {
    access: "查阅其数据",
    portability: "转移其数据",
    rectify: "更正其数据",
    supplement: "补充其数据",
    erase: "要求删除其数据",
    restrict: "限制对其数据的使用",
    object: "反对某项使用",
    withdraw: "撤回同意",
    "opt-out": "选择退出",
    deactivate: "注销账户",
    complain: "投诉",
    appeal: "对拒绝提出申诉",
  },
};
const TO = {
  en: { authority: "the data protection authority", mediator: "a mediator" },
  zh: { authority: "数据保护机关", mediator: "调解机构" },
};

/** Who decides. Of somebody else, our ways only show where to turn. */
function howEn({ to, ways }: RightSpec): string {
  const by = listIn(
    "en",
    ways.map((w) => WAYS.en[w]),
    "or",
  );
  return to === "us" ? ` by ${by}` : ` to ${TO.en[to]} (how is told by ${by})`;
}

function howZh({ to, ways }: RightSpec): readonly [before: string, after: string] {
  const by = listIn(
    "zh",
    ways.map((w) => WAYS.zh[w]),
    "or",
  );
  return to === "us" ? [`通过${by}`, ""] : [`向${TO.zh[to]}`, `（做法见${by}）`];
}

export const says: Says<RightSpec> = {
  en: (spec, t) =>
    [
      `people can ${listIn(
        "en",
        spec.right.map((r) => RIGHTS.en[r]),
      )}${howEn(spec)}`,
      part(spec.verified && ", once it is sure who asks"),
      part(spec.within !== undefined && `, within ${periodIn(t, spec.within)}`),
      part(
        spec.extend !== undefined &&
          `, or within ${periodIn(t, spec.extend)} after being told of the delay and why`,
      ),
      part(spec.except !== undefined && `, save what ${wordsIn(t, spec.except)} keeps`),
      part(spec.from?.includes("closure") === true && "; closing an account counts as a request for erasure"),
      part(spec.scope !== undefined && `; also in part, by ${listIn("en", spec.scope)}`),
      part(spec.without !== undefined && "; nobody is served worse for it"),
    ].join(""),
  zh: (spec, t) => {
    const [before, after] = howZh(spec);
    return [
      `个人可${before}${listIn(
        "zh",
        spec.right.map((r) => RIGHTS.zh[r]),
      )}${after}`,
      part(spec.verified && "（须先核实身份）"),
      part(spec.within !== undefined && `，期限${periodIn(t, spec.within)}`),
      part(spec.extend !== undefined && `，告知延期及原因后最长${periodIn(t, spec.extend)}`),
      part(spec.except !== undefined && `，但${wordsIn(t, spec.except)}所保留者除外`),
      part(spec.from?.includes("closure") === true && "；账户关闭视同提出删除请求"),
      part(spec.scope !== undefined && "；也可仅就部分数据提出"),
      part(spec.without !== undefined && "；不因此受到差别待遇"),
    ].join("");
  },
};
