import { listIn, part, periodIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { NotifySpec } from "./schema.ts";
import { BY, NEEDS, ON, SHOWS, WHO } from "./words.ts";

export const says: Says<NotifySpec> = {
  en: (spec, t) =>
    [
      `${WHO.en[spec.notify]} told of ${listIn(
        "en",
        spec.on.map((o) => ON.en[o]),
        "or",
      )}`,
      part(
        spec.by !== undefined &&
          ` by ${listIn(
            "en",
            spec.by.map((b) => BY.en[b]),
            "or",
          )}`,
      ),
      part(spec.within !== undefined && ` within ${periodIn(t, spec.within)}`),
      part(spec.before && " before it takes effect"),
      part(spec.contents !== undefined && `; the notice says: ${listIn("en", spec.contents.map(t.label))}`),
      part(spec.needs !== "nothing" && `; it binds nobody without ${NEEDS.en[spec.needs]}`),
      part(
        spec.shows !== undefined &&
          `; the page shows ${listIn(
            "en",
            spec.shows.map((s) => SHOWS.en[s]),
          )}`,
      ),
    ].join(""),
  zh: (spec, t) =>
    [
      `就${listIn(
        "zh",
        spec.on.map((o) => ON.zh[o]),
        "or",
      )}`,
      part(spec.within !== undefined && `在${periodIn(t, spec.within)}内`),
      part(spec.before && "于生效之前"),
      part(
        spec.by !== undefined &&
          `通过${listIn(
            "zh",
            spec.by.map((b) => BY.zh[b]),
            "or",
          )}`,
      ),
      `通知${WHO.zh[spec.notify]}`,
      part(spec.contents !== undefined && `；通知写明：${listIn("zh", spec.contents.map(t.label))}`),
      part(spec.needs !== "nothing" && `；未经${NEEDS.zh[spec.needs]}对任何人不生效`),
      part(
        spec.shows !== undefined &&
          `；页面显示${listIn(
            "zh",
            spec.shows.map((s) => SHOWS.zh[s]),
          )}`,
      ),
    ].join(""),
};
