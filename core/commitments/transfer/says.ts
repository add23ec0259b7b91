import { dataIn, listIn, part, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { TransferSpec } from "./schema.ts";

const MECHANISMS = {
  en: {
    scc: "standard contractual clauses",
    adequacy: "an adequacy decision",
    bcr: "binding corporate rules",
    certification: "a certification",
    consent: "explicit consent",
    derogation: "a derogation in law",
    lawful: "a mechanism that the law accepts",
  },
  zh: {
    scc: "标准合同条款",
    adequacy: "充分性认定",
    bcr: "约束性企业规则",
    certification: "认证",
    consent: "明示同意",
    derogation: "法定例外",
    lawful: "法律认可的机制",
  },
};

export const says: Says<TransferSpec> = {
  en: (spec, t) =>
    [
      `${dataIn(t, spec.transfer)} goes abroad`,
      part(spec.to !== undefined && ` to ${listIn("en", spec.to ?? [])}`),
      part(!spec.with.includes("anyone") && ` to ${wordsIn(t, spec.with)}`),
      ` only under ${listIn(
        "en",
        spec.mechanisms.map((m) => MECHANISMS.en[m]),
        "or",
      )}`,
    ].join(""),
  zh: (spec, t) =>
    [
      `${dataIn(t, spec.transfer)}仅依据${listIn(
        "zh",
        spec.mechanisms.map((m) => MECHANISMS.zh[m]),
        "or",
      )}向境外`,
      part(spec.to !== undefined && `（${listIn("zh", spec.to ?? [])}）`),
      part(!spec.with.includes("anyone") && `的${wordsIn(t, spec.with)}`),
      "传输",
    ].join(""),
};
