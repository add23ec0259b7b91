/**
 * Wherever data goes abroad, a paper names the mechanism, it has not run out, the policy allows it, and the laws of the policy's places
 * recognise it. What is looked at are the recipients and the stores that are known: what slips out elsewhere, this does not see.
 */
import { adequate, jurisdiction, mechanismsOf, recognised } from "../../law/index.ts";
import type { Commitment } from "../../policy/model.ts";
import { ANYONE } from "../../policy/words/model.ts";
import { count, failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import { type Paper, whyNotHolding } from "../paper.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { TransferSpec } from "./schema.ts";

export const examine = (): readonly Measure[] => [{ measure: "papers", look: "metadata" }];

const DAY_CHARS = 10;

interface Place {
  readonly id: string;
  readonly what: string;
  readonly country: string;
}

/** Recipients and stores outside the controller's country that this commitment speaks of. */
function abroad(spec: TransferSpec, view: View): readonly Place[] {
  const home = view.policy.controller.country;
  const everyone = spec.with.includes(ANYONE);
  const recipients = Object.entries(view.policy.recipients).flatMap(([id, r]): Place[] =>
    r.country !== null && (everyone || [id, ...r.is].some((word) => spec.with.includes(word)))
      ? [{ id, what: r.name ?? id, country: r.country }]
      : [],
  );
  const stores = view.map.stores.flatMap((s): Place[] =>
    s.country === undefined ? [] : [{ id: s.store, what: `the store \`${s.store}\``, country: s.country }],
  );
  return [...recipients, ...stores].filter((p) => p.country !== home);
}

/** The places whose law asks for a mechanism: the controller's own, and those whose people the policy is for. */
function exporters(view: View): { readonly strict: readonly string[]; readonly unknown: readonly string[] } {
  const home = view.policy.controller.country;
  const places = [...new Set([...(home === null ? [] : [home]), ...view.policy.jurisdictions])].filter(
    (p) => jurisdiction(p) !== null,
  );
  const strict = places.filter((p) => mechanismsOf(p, view.now).length > 0);
  return { strict, unknown: places.filter((p) => !strict.includes(p)) };
}

export function judge(
  spec: TransferSpec,
  _commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const [reading] = readings;
  const read = reading?.reading === "papers" ? reading : null;
  const places = abroad(spec, view);
  const broken: string[] = [];
  const open: string[] = [
    ...failures(readings),
    ...(view.policy.controller.country === null
      ? ["the policy does not say in which country the controller is"]
      : []),
    ...view.map.stores
      .filter((s) => s.country === undefined)
      .map((s) => `the data map does not say in which country the store \`${s.store}\` is`),
  ];
  const evidence: Evidence[] = [];
  let freshForMs = Number.POSITIVE_INFINITY;
  for (const place of read === null ? [] : places) {
    if (spec.to?.includes(place.country) === false) {
      broken.push(`${place.what} is in ${place.country}, where the policy lets nothing go`);
      continue;
    }
    const papers = (read?.papers ?? []).filter((p) => p.recipient === place.id);
    const faults = (read?.faults ?? []).filter((f) => papers.some((p) => p.path === f.path));
    const looked = papers.map((paper) => ({ paper, why: whyUseless(paper, place, spec, view) }));
    const good = looked.find((l) => l.why === null && !faults.some((f) => f.path === l.paper.path));
    if (good !== undefined) {
      evidence.push({ what: `${place.what}: \`${good.paper.path}\`, SHA-256 ${good.paper.hash}` });
      freshForMs = Math.min(freshForMs, endOf(good.paper) - view.now.getTime());
    } else if (faults.length > 0) open.push(...faults.map((f) => f.fault));
    else if (papers.length === 0) open.push(`no document says by which mechanism data goes to ${place.what}`);
    else
      broken.push(`data may go to ${place.what} (${place.country}) without a mechanism: ${looked[0]?.why}`);
  }
  const { strict, unknown } = exporters(view);
  if (strict.length === 0) open.push("the tables of law know the rules of none of the policy's places");
  const aside = unknown.length === 0 ? "" : `; the tables know no such rule of ${unknown.join(", ")}`;
  return judged({
    broken,
    open,
    evidence,
    basis: "document",
    examined: evidence.length,
    population: places.length,
    freshForMs: Number.isFinite(freshForMs) ? Math.max(0, freshForMs) : null,
    kept: `${count(places.length, "recipient")} abroad, each with a document that holds, by a mechanism that the law of ${strict.join(", ")} recognises${aside}`,
  });
}

const endOf = (paper: Paper): number => new Date(`${paper.expires}T23:59:59.999Z`).getTime();

/** Null when the paper carries what goes to this place. */
function whyUseless(paper: Paper, place: Place, spec: TransferSpec, view: View): string | null {
  const day = view.now.toISOString().slice(0, DAY_CHARS);
  const mechanism = spec.mechanisms.find((m) => m === paper.mechanism);
  if (mechanism === undefined)
    return `\`${paper.document}\` names \`${paper.mechanism}\`, which the policy does not`;
  const fault = whyNotHolding(paper, day);
  if (fault !== null) return fault;
  for (const from of exporters(view).strict) {
    const law = adequate({ from, to: place.country, on: view.now, recipient: paper.status ?? [] });
    if (law.kind === "inside" || mechanism === "lawful") continue;
    if (mechanism === "adequacy") {
      if (law.kind === "adequate") continue;
      return law.kind === "only"
        ? `${from} finds ${place.country} adequate only for recipients that are \`${law.status}\``
        : `${from} does not find ${place.country} adequate`;
    }
    if (recognised(mechanism, from, view.now).by.length === 0)
      return `the law of ${from} recognises no \`${mechanism}\``;
  }
  return null;
}
