import { dataIn, listIn, part, purposesIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import { WAYS } from "../ways.ts";
import type { ConsentSpec } from "./schema.ts";

const ACTS = {
  en: {
    collect: "collecting",
    use: "using",
    share: "sharing",
    transfer: "sending abroad",
    store: "storing on the device",
  },
  zh: { collect: "收集", use: "使用", share: "共享", transfer: "向境外传输", store: "在设备上存储" },
};

export const says: Says<ConsentSpec> = {
  en: (spec, t) =>
    [
      `${ACTS.en[spec.to]} ${dataIn(t, spec.for)} for ${purposesIn(t, spec.consent)} `,
      spec.opt === "in" ? "needs the person's consent" : "ends when the person says no",
      part(
        spec.withdraw !== undefined &&
          `; it can be withdrawn by ${listIn(
            "en",
            spec.withdraw.map((w) => WAYS.en[w]),
            "or",
          )}`,
      ),
      part(
        spec.loses !== undefined && `; without it people go without ${listIn("en", spec.loses.map(t.label))}`,
      ),
    ].join(""),
  zh: (spec, t) =>
    [
      `为${purposesIn(t, spec.consent)}${ACTS.zh[spec.to]}${dataIn(t, spec.for)}，`,
      spec.opt === "in" ? "须经本人同意" : "本人拒绝后即停止",
      part(
        spec.withdraw !== undefined &&
          `；可通过${listIn(
            "zh",
            spec.withdraw.map((w) => WAYS.zh[w]),
            "or",
          )}撤回`,
      ),
      part(spec.loses !== undefined && `；届时${listIn("zh", spec.loses.map(t.label))}将停止`),
    ].join(""),
};
