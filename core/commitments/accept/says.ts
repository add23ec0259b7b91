import { listIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { AcceptSpec } from "./schema.ts";

const BY = {
  en: {
    tick: "ticking a box",
    use: "using the service",
    continued_use: "going on using it after a change",
  },
  zh: { tick: "勾选", use: "使用服务", continued_use: "在变更后继续使用" },
};

export const says: Says<AcceptSpec> = {
  en: (spec, t) =>
    `people accept ${t.label(spec.accept)} by ${listIn(
      "en",
      spec.by.map((b) => BY.en[b]),
      "or",
    )}`,
  zh: (spec, t) =>
    `个人通过${listIn(
      "zh",
      spec.by.map((b) => BY.zh[b]),
      "or",
    )}接受${t.label(spec.accept)}`,
};
