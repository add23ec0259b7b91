import { listIn, periodIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { MinorsSpec } from "./schema.ts";

const MINORS = {
  en: {
    refused: "are not served",
    with_guardian: "are served only with a guardian's consent",
    by_law: "are served only as the law permits",
  },
  zh: {
    refused: "不在服务对象之内",
    with_guardian: "须经监护人同意方可使用",
    by_law: "仅在法律允许时可使用",
  },
};
const THEN = {
  en: { erase: "erased", restrict: "restricted", ask_guardian: "put before a guardian" },
  zh: { erase: "删除", restrict: "限制处理", ask_guardian: "交由监护人决定" },
};
/** With `acts`: what is done, and only how. */
const ACTS = {
  en: { collect: "collected", use: "used", share: "shared", transfer: "sent abroad" },
  zh: { collect: "收集", use: "使用", share: "共享", transfer: "向境外传输" },
};
const ONLY = {
  en: {
    refused: "",
    with_guardian: " only with a guardian's consent",
    by_law: " only as the law permits or to protect them",
  },
  zh: { refused: "不", with_guardian: "仅经监护人同意", by_law: "仅在法律允许或为保护其所必需时" },
};
const age = (under: number | "local", local: string): string => (under === "local" ? local : String(under));

export const says: Says<MinorsSpec> = {
  en: (spec, t) => {
    const under = listIn(
      "en",
      spec.under.map((u) => age(u, "the local age of consent")),
      "or",
    );
    const within = spec.within === undefined ? "" : ` within ${periodIn(t, spec.within)}`;
    const said = listIn(
      "en",
      (spec.then ?? []).map((x) => THEN.en[x]),
      "or",
    );
    return `${stanceEn(spec, under)}${said === "" ? "" : `; their data, once found, is ${said}${within}`}`;
  },
  zh: (spec, t) => {
    const under = listIn(
      "zh",
      spec.under.map((u) => (u === "local" ? "当地法定年龄" : `${u}岁`)),
      "or",
    );
    const within = spec.within === undefined ? "" : `在${periodIn(t, spec.within)}内`;
    const said = listIn(
      "zh",
      (spec.then ?? []).map((x) => THEN.zh[x]),
      "or",
    );
    return `${stanceZh(spec, under)}${said === "" ? "" : `；其数据一经发现，${within}${said}`}`;
  },
};

function stanceEn(spec: MinorsSpec, under: string): string {
  if (spec.acts === undefined) return `people under ${under} ${MINORS.en[spec.minors]}`;
  const not = spec.minors === "refused" ? "not " : "";
  const acts = listIn(
    "en",
    spec.acts.map((a) => ACTS.en[a]),
    "or",
  );
  return `the data of people under ${under} is ${not}${acts}${ONLY.en[spec.minors]}`;
}

function stanceZh(spec: MinorsSpec, under: string): string {
  if (spec.acts === undefined) return `未满${under}者${MINORS.zh[spec.minors]}`;
  const acts = listIn(
    "zh",
    spec.acts.map((a) => ACTS.zh[a]),
    "or",
  );
  return `未满${under}者的数据${ONLY.zh[spec.minors]}${acts}`;
}
