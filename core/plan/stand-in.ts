/** How rows go on under pseudo-people (spec/data-map.md, "Pseudo-people"): what the plan says of it. */
import { type Collection, collectionId } from "../datamap/model.ts";
import { standInLink } from "../datamap/stand-in.ts";
import { must } from "../terms/assert.ts";
import type { StandIn } from "./step.ts";

/** Null: rows of the collection do not go on under pseudo-people. */
export function standInOf(collection: Collection): StandIn | null {
  const link = standInLink(collection);
  if (link === null || collection.erase.rule !== "mask") return null;
  return {
    field: must(link.from[0], "checked when the map was read"),
    people: collectionId(link.to),
    key: must(link.to.fields[0], "checked when the map was read"),
    per: collection.erase.standIn?.per ?? [],
  };
}

export const standInReason = ({ per }: StandIn): string =>
  per.length === 0
    ? "goes on under pseudo-people: one for each row"
    : `goes on under pseudo-people: one for each ${per.map((f) => `\`${f}\``).join(", ")}`;
