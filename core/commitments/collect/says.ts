import { dataIn, listIn, part, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { CollectSpec } from "./schema.ts";

const FROM = {
  en: {
    person: "the person",
    device: "the person's device",
    use: "the use of the service",
    social: "social pages",
    partner: "partners",
    third_party: "third parties",
  },
  zh: {
    person: "本人",
    device: "本人的设备",
    use: "服务的使用过程",
    social: "社交页面",
    partner: "合作伙伴",
    third_party: "第三方",
  },
};

export const says: Says<CollectSpec> = {
  en: (spec, t) =>
    [
      `${dataIn(t, spec.collect)} is collected from ${listIn(
        "en",
        spec.from.map((f) => FROM.en[f]),
      )}`,
      part(spec.sources !== undefined && ` (sources: ${listIn("en", spec.sources.map(t.label))})`),
      part(spec.for !== undefined && ` for ${wordsIn(t, spec.for)}`),
      part(spec.closed && "; personal data that this policy does not name is not collected"),
      part(spec.needed && "; nothing that no purpose needs"),
      part(spec.optional && "; people may decline"),
      part(spec.loses !== undefined && `, and then go without ${listIn("en", spec.loses.map(t.label))}`),
    ].join(""),
  zh: (spec, t) =>
    [
      `从${listIn(
        "zh",
        spec.from.map((f) => FROM.zh[f]),
      )}收集${dataIn(t, spec.collect)}`,
      part(spec.sources !== undefined && `（来源：${listIn("zh", spec.sources.map(t.label))}）`),
      part(spec.for !== undefined && `，用于${wordsIn(t, spec.for)}`),
      part(spec.closed && "；不收集本政策未列明的个人数据"),
      part(spec.needed && "；不收集任何目的都不需要的数据"),
      part(spec.optional && "；个人可以拒绝提供"),
      part(spec.loses !== undefined && `，届时无法使用${listIn("zh", spec.loses.map(t.label))}`),
    ].join(""),
};
