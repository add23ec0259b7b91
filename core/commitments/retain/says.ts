import { dataIn, listIn, periodIn, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { RetainSpec } from "./schema.ts";

const WHY = {
  en: { law: "by law", interest: "for a legitimate interest", hold: "under a legal hold" },
  zh: { law: "依据法律", interest: "基于正当利益", hold: "因法律保全" },
};
const BY = {
  en: {
    volume: "volume",
    nature: "nature",
    sensitivity: "sensitivity",
    risk: "risk",
    purpose: "purpose",
    law: "law",
  },
  zh: { volume: "数量", nature: "性质", sensitivity: "敏感程度", risk: "风险", purpose: "目的", law: "法律" },
};

function en(spec: RetainSpec, t: Parameters<Says<RetainSpec>["en"]>[1]): string {
  const where = spec.where === "backups" ? " in backups" : "";
  if (spec.for === "indefinitely") return `${dataIn(t, spec.retain)} is kept${where} indefinitely`;
  const then = spec.then === "erase" ? "erased" : "anonymised";
  if (spec.for === "needed") {
    const long = spec.while === undefined ? "" : ` for ${wordsIn(t, spec.while)}`;
    return `${dataIn(t, spec.retain)} is kept${where} while it is needed${long}, and then ${then}`;
  }
  return `${dataIn(t, spec.retain)} is ${then}${where} ${periodIn(t, spec.for)} after ${t.label(spec.from ?? "")}`;
}

function zh(spec: RetainSpec, t: Parameters<Says<RetainSpec>["zh"]>[1]): string {
  const where = spec.where === "backups" ? "备份中的" : "";
  if (spec.for === "indefinitely") return `${where}${dataIn(t, spec.retain)}无限期保存`;
  const then = spec.then === "erase" ? "删除" : "匿名化";
  if (spec.for === "needed") {
    const long = spec.while === undefined ? "" : `为${wordsIn(t, spec.while)}`;
    return `${where}${dataIn(t, spec.retain)}在${long}所需期间保存，之后${then}`;
  }
  return `${where}${dataIn(t, spec.retain)}自${t.label(spec.from ?? "")}起${periodIn(t, spec.for)}后${then}`;
}

export const says: Says<RetainSpec> = {
  en: (spec, t) => {
    const by =
      spec.by === undefined
        ? ""
        : `, judged by ${listIn(
            "en",
            spec.by.map((b) => BY.en[b]),
          )}`;
    const keeps =
      spec.keeps === undefined
        ? ""
        : `; it outlasts an erasure request ${WHY.en[spec.keeps.why]} (${t.label(spec.keeps.reason)})`;
    return `${en(spec, t)}${by}${keeps}`;
  },
  zh: (spec, t) => {
    const by =
      spec.by === undefined
        ? ""
        : `，期限依${listIn(
            "zh",
            spec.by.map((b) => BY.zh[b]),
          )}确定`;
    const keeps =
      spec.keeps === undefined
        ? ""
        : `；${WHY.zh[spec.keeps.why]}（${t.label(spec.keeps.reason)}）不因删除请求而删除`;
    return `${zh(spec, t)}${by}${keeps}`;
  },
};
