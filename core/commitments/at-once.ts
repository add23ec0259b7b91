/** Rights that no request carries out: they hold at once, at the service itself, and a drill finds out whether they do. */
import { authorityOf, jurisdictionCodes, placesAround } from "../law/index.ts";
import type { Commitment, Policy } from "../policy/model.ts";
import { type RightSpec, schema } from "./right/schema.ts";

interface AtOnce {
  /** Whom the right leads to; left out: that does not matter. */
  readonly to?: RightSpec["to"];
  /** Ways that a drill goes. */
  readonly ways: ReadonlySet<string>;
}

const PAGES = ["settings", "app"];
const AT_ONCE: ReadonlyMap<string, AtOnce> = new Map([
  ["withdraw", { ways: new Set(PAGES) }],
  ["opt-out", { ways: new Set(PAGES) }],
  // Of an authority a page can tell; a complaint to the company itself is somebody's to answer.
  ["complain", { to: "authority", ways: new Set([...PAGES, "form"]) }],
]);

export const isAtOnce = (right: string, { to }: Pick<RightSpec, "to">): boolean => {
  const known = AT_ONCE.get(right);
  return known !== undefined && (known.to === undefined || known.to === to);
};

/** Whether for each of the rights a drill looks at how people are served before and after it. */
export const seesService = ({ right }: Pick<RightSpec, "right">): boolean =>
  right.every((r) => r === "opt-out");

/** The ways that a drill of the right goes: those of the service's own pages, and for some rights more. */
export const drilledWays = (right: string): ReadonlySet<string> => AT_ONCE.get(right)?.ways ?? new Set(PAGES);

export const KIND = "right";

const specOf = ({ kind, spec }: Commitment): RightSpec | null => {
  const read = schema.safeParse(spec);
  return kind === KIND && read.success ? read.data : null;
};

export interface Authority {
  /** Where the person is, as in the tables of law. */
  readonly place: string;
  /** What the authority is called, in English and at home. */
  readonly names: readonly string[];
}

/** Codes of all places that the commitment promises to lead to an authority; a code that the tables do not have stands for itself. */
function complainPlaces(commitment: Commitment, policy: Policy, now: Date): readonly string[] {
  const spec = specOf(commitment);
  if (spec === null || !spec.right.includes("complain") || spec.to !== "authority") return [];
  const promised = commitment.places.length > 0 ? commitment.places : policy.jurisdictions;
  const codes = jurisdictionCodes();
  const around = new Map(codes.map((code) => [code, placesAround(code, now)]));
  const isPromised = (code: string): boolean => promised.some((p) => around.get(code)?.includes(p) === true);
  // A union has no authority of its own: its countries do. States of a country change nothing about that of the country.
  const areas = new Set(
    [...around].flatMap(([code, outer]) => outer.filter((o) => o !== code && !code.startsWith(`${o}-`))),
  );
  const strange = promised.filter((p) => !codes.includes(p));
  return [...codes.filter((code) => isPromised(code) && !areas.has(code)), ...strange];
}

/** To whom people may complain by this commitment, place by place; none where it is about something else. */
export const authoritiesOf = (commitment: Commitment, policy: Policy, now: Date): readonly Authority[] =>
  complainPlaces(commitment, policy, now).flatMap((place) => {
    const found = authorityOf(place, now)?.value;
    return found === undefined
      ? []
      : [{ place, names: [found.name, ...(found.ownName === undefined ? [] : [found.ownName])] }];
  });

/** Promised places of which the tables of law know no authority: no drill can ask there. */
export const withoutAuthority = (commitment: Commitment, policy: Policy, now: Date): readonly string[] =>
  complainPlaces(commitment, policy, now).filter((place) => authorityOf(place, now) === null);

/** The places whose people may refuse a sale by this commitment; none where it is about something else. */
export function optOutPlaces(commitment: Commitment, policy: Policy): readonly string[] {
  const spec = specOf(commitment);
  if (spec === null || !spec.right.includes("opt-out")) return [];
  return commitment.places.length > 0 ? commitment.places : policy.jurisdictions;
}

/** Ways in which people use the right by this commitment; none where it is about something else. */
export function waysOf(right: RightSpec["right"][number], commitment: Commitment): readonly string[] {
  const spec = specOf(commitment);
  return spec?.right.includes(right) === true ? spec.ways : [];
}

/** Ways in which people refuse a sale by this commitment; none where it is about something else. */
export const optOutWays = (commitment: Commitment): readonly string[] => waysOf("opt-out", commitment);
