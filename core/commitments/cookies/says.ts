import { listIn, part, wordsIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import { WAYS } from "../ways.ts";
import type { CookiesSpec } from "./schema.ts";

const CATEGORY = {
  en: {
    necessary: "necessary",
    preferences: "preferences",
    functional: "functional",
    analytics: "analytics",
    security: "security",
    advertising: "advertising",
  },
  zh: {
    necessary: "必要",
    preferences: "偏好",
    functional: "功能",
    analytics: "分析",
    security: "安全",
    advertising: "广告",
  },
};
const ALSO = {
  en: {
    beacons: "web beacons",
    pixels: "pixel tags",
    mail_links: "links in mail",
    local_storage: "local storage",
    scripts: "scripts",
  },
  zh: {
    beacons: "网络信标",
    pixels: "像素标签",
    mail_links: "邮件链接",
    local_storage: "本地存储",
    scripts: "脚本",
  },
};

export const says: Says<CookiesSpec> = {
  en: (spec, t) =>
    [
      `only ${listIn(
        "en",
        spec.cookies.map((c) => CATEGORY.en[c]),
      )} cookies`,
      part(
        spec.also !== undefined &&
          ` and ${listIn(
            "en",
            spec.also.map((a) => ALSO.en[a]),
          )}`,
      ),
      " are set",
      part(spec.vendors !== undefined && `, by us and by ${wordsIn(t, spec.vendors)}`),
      part(
        spec.before_consent !== undefined &&
          `; before consent only ${listIn(
            "en",
            spec.before_consent.map((c) => CATEGORY.en[c]),
          )}`,
      ),
      part(
        spec.control !== undefined &&
          `; people control them by ${listIn(
            "en",
            spec.control.map((c) => WAYS.en[c]),
            "or",
          )}`,
      ),
      part(
        spec.loses !== undefined &&
          `; without them people go without ${listIn("en", spec.loses.map(t.label))}`,
      ),
      part(spec.page !== undefined && `; more is told at ${spec.page}`),
    ].join(""),
  zh: (spec, t) =>
    [
      spec.vendors === undefined ? "仅设置" : `我们和${wordsIn(t, spec.vendors)}仅设置`,
      `${listIn(
        "zh",
        spec.cookies.map((c) => CATEGORY.zh[c]),
      )}Cookie`,
      part(
        spec.also !== undefined &&
          `及${listIn(
            "zh",
            spec.also.map((a) => ALSO.zh[a]),
          )}`,
      ),
      part(
        spec.before_consent !== undefined &&
          `；同意前仅限${listIn(
            "zh",
            spec.before_consent.map((c) => CATEGORY.zh[c]),
          )}`,
      ),
      part(
        spec.control !== undefined &&
          `；可通过${listIn(
            "zh",
            spec.control.map((c) => WAYS.zh[c]),
            "or",
          )}控制`,
      ),
      part(spec.loses !== undefined && `；关闭后无法使用${listIn("zh", spec.loses.map(t.label))}`),
      part(spec.page !== undefined && `；详见${spec.page}`),
    ].join(""),
};
