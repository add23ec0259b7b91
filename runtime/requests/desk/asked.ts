/** What a request says beside the person: read from callers, checked against the map, sealed while the request is open. */
import { idOf } from "@avow/core/datamap/model";
import { type Asked, NOTHING_MORE, oneOrder } from "@avow/core/plan/asked";
import { resolveSets } from "@avow/core/plan/correction";
import { scopeIssues } from "@avow/core/plan/scope";
import { must } from "@avow/core/terms/assert";
import { z } from "zod";
import type { Sealer } from "../../vault/seal.ts";
import { RIGHTS } from "../rights/index.ts";
import type { BoundEstate } from "../run/estate.ts";

const askedSchema: z.ZodType<Asked> = z.strictObject({
  scope: z
    .strictObject({
      categories: z.array(z.string()),
      products: z.array(z.string()),
      since: z.string().nullable(),
      until: z.string().nullable(),
    })
    .nullable(),
  set: z.array(z.strictObject({ field: z.string(), value: z.string() })),
  lift: z.boolean(),
});

/** Why the right can not be carried out with this; empty when it can. Never holds a value that was given. */
export function askedIssues(estate: BoundEstate, name: string, asked: Asked): readonly string[] {
  const { right, runner } = must(RIGHTS.get(name), "the caller checked the right");
  const given = { scope: asked.scope !== null, set: asked.set.length > 0, lift: asked.lift };
  const strange = (["scope", "set", "lift"] as const).filter((p) => given[p] && !right.takes.includes(p));
  if (strange.length > 0) return strange.map((p) => `\`${name}\` takes no \`--${p}\``);
  if (runner.sets !== undefined) {
    const resolved = resolveSets(estate, asked.set, runner.sets);
    return resolved.ok ? [] : resolved.issues;
  }
  if (asked.scope === null) return [];
  const byHand = estate.byHand.map((c) => [idOf(c), c] as const);
  const collections = new Map([...estate.graph.collections, ...byHand]);
  return scopeIssues({ ...estate.graph, collections }, asked.scope);
}

interface Book {
  readonly sealer: Sealer;
  readonly service: string;
}

const saysNothing = (asked: Asked): boolean => asked.scope === null && asked.set.length === 0 && !asked.lift;

/** What the row of a request holds of it. */
export function sealAsked({ sealer, service }: Book, request: string, asked: Asked) {
  if (saysNothing(asked)) return { sealed_asked: null, asked_name: "" };
  const plain = Buffer.from(JSON.stringify(asked));
  return {
    sealed_asked: Buffer.from(sealer.seal(`request/${request}/asked`, plain)),
    asked_name: askedName({ sealer, service }, asked),
  };
}

/** Two requests of one person that say the same are one, in whatever order they say it. */
export const askedName = ({ sealer, service }: Book, asked: Asked): string =>
  saysNothing(asked) ? "" : sealer.nameOf(`asked/${service}`, JSON.stringify(oneOrder(asked)));

export const openAsked = ({ sealer }: Book, request: string, sealed: Uint8Array | null): Asked =>
  sealed === null
    ? NOTHING_MORE
    : askedSchema.parse(
        JSON.parse(Buffer.from(sealer.open(`request/${request}/asked`, sealed)).toString("utf8")),
      );
