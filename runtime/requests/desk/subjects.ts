/**
 * Whom a request is about, so that requests of one person find each other whatever they name the person by: the identities given, and
 * those that lie with them in the rows of accounts.
 */
import type { Graph } from "@avow/core/datamap/graph";
import { ambiguousAccounts } from "@avow/core/plan/capture";
import type { IdentityValue } from "@avow/core/terms/person";
import { z } from "zod";
import type { Sealer } from "../../vault/seal.ts";
import { capture, StoreFailed } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";

const yes = z.literal(true).optional();
const sealedSchema = z.array(z.object({ namespace: z.string(), value: z.string(), merged: yes, found: yes }));

/** `found`: what lies with them in the rows of accounts. The certificate names it, too; nobody is looked for by it. */
export function sealIdentities(
  { sealer }: Pick<Naming, "sealer">,
  request: string,
  identities: readonly IdentityValue[],
  found: readonly IdentityValue[] = [],
): Buffer {
  const beside = found.filter((f, at) => ![...identities, ...found.slice(0, at)].some((i) => isSame(i, f)));
  const all = [...identities, ...beside.map(({ namespace, value }) => ({ namespace, value, found: true }))];
  return Buffer.from(sealer.seal(`request/${request}`, Buffer.from(JSON.stringify(all))));
}

const openSealed = ({ sealer }: Pick<Naming, "sealer">, request: string, sealed: Uint8Array) =>
  sealedSchema.parse(JSON.parse(Buffer.from(sealer.open(`request/${request}`, sealed)).toString("utf8")));

/** Those that the request looks for. */
export const openIdentities = (
  naming: Pick<Naming, "sealer">,
  request: string,
  sealed: Uint8Array,
): IdentityValue[] =>
  openSealed(naming, request, sealed)
    .filter((i) => i.found !== true)
    .map(({ namespace, value, merged }) => ({
      namespace,
      value,
      ...(merged === undefined ? {} : { merged }),
    }));

export interface About {
  /** Whom the request named. */
  readonly identities: readonly IdentityValue[];
  /** What else lay in the account when it was asked: nobody has shown that it was its owner's. */
  readonly beside: readonly IdentityValue[];
}

/** Whom a certificate is about. Null: it is not known any more. */
export function openAbout(naming: Pick<Naming, "sealer">, request: string, sealed: Uint8Array | null): About {
  const all = sealed === null ? [] : openSealed(naming, request, sealed);
  const [beside, identities] = [true, false].map((is) =>
    all.filter((i) => (i.found === true) === is).map(({ namespace, value }) => ({ namespace, value })),
  );
  return { identities: identities ?? [], beside: beside ?? [] };
}

export const isSame = (a: IdentityValue, b: IdentityValue): boolean =>
  a.namespace === b.namespace && a.value === b.value;

export interface Closure {
  readonly identities: readonly IdentityValue[];
  /** False: they lead to several accounts, or a store could not be asked. Then they stand for nobody but themselves. */
  readonly sure: boolean;
}

/** Looks only at collections that carry identities, by these: a handful of questions, whatever the person owns. */
export async function closureOf(estate: BoundEstate, given: readonly IdentityValue[]): Promise<Closure> {
  const unsure: Closure = { identities: given, sure: false };
  try {
    const state = await capture({ ...estate, graph: onlyPeople(estate.graph) }, given);
    return ambiguousAccounts(state).length > 0 ? unsure : { identities: state.identities, sure: true };
  } catch (error) {
    // A request is taken in also while a store is away; its own capture finds the rest.
    if (error instanceof StoreFailed) return unsure;
    throw error;
  }
}

/** The collections that carry identities, by these alone. */
export function onlyPeople({ collections, ownersFirst, notations, readWhole }: Graph): Graph {
  const people = [...collections].filter(([, c]) => c.identities.length > 0);
  const ids = new Set(people.map(([id]) => id));
  return {
    collections: new Map(people.map(([id, c]) => [id, { ...c, links: [] }])),
    into: new Map(people.map(([id]) => [id, []])),
    ownersFirst: ownersFirst.filter((id) => ids.has(id)),
    notations,
    asWritten: [],
    readWhole,
  };
}

export interface Naming {
  readonly sealer: Sealer;
  readonly service: string;
  readonly estate: Pick<BoundEstate, "graph" | "byHand">;
}

/** Namespaces of what people may share. */
export const sharedIn = (estate: Naming["estate"]): ReadonlySet<string> =>
  new Set(
    [...estate.graph.collections.values(), ...estate.byHand].flatMap((c) =>
      c.identities.filter((i) => i.shared).map((i) => i.namespace),
    ),
  );

export const nameOf = (
  { sealer, service }: { readonly sealer: Pick<Sealer, "nameOf">; readonly service: string },
  { namespace, value }: IdentityValue,
): string => sealer.nameOf(`identity/${service}/${namespace}`, value);

/**
 * Keyed names. What a family shares (a phone) stands for one of them only where nothing else is known: else the requests of two people
 * would be taken for one.
 */
export function namesOf({ sealer, service, estate }: Naming, identities: readonly IdentityValue[]): string[] {
  const shared = sharedIn(estate);
  const own = identities.filter((i) => !shared.has(i.namespace));
  const telling = own.length > 0 ? own : identities;
  return [...new Set(telling.map((i) => nameOf({ sealer, service }, i)))].sort();
}
