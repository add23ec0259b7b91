/** Which collections somebody should look at first: people, then what is theirs, each the surest and richest first. */
import type { FoundCollection, FoundField } from "@avow/core/datamap/discover/model";

export interface Ranked {
  readonly collection: FoundCollection;
  readonly personal: number;
  readonly undecided: number;
  /** Personal fields by falling confidence; keys and links last, since they say whose it is and not what. */
  readonly surest: readonly FoundField[];
}

export interface Group {
  /** `none`: nothing personal, and no link of somebody. */
  readonly about: FoundCollection["about"] | "none";
  readonly collections: readonly Ranked[];
}

export const isPersonal = (f: FoundField): boolean => f.category !== null && f.category !== "system";
/** More than that it is somebody's. */
export const says = (f: FoundField): boolean => isPersonal(f) && f.category !== "user.unique_id";

function ranked(collection: FoundCollection): Ranked {
  const personal = collection.fields.filter(isPersonal);
  return {
    collection,
    personal: personal.length,
    undecided: collection.fields.filter((f) => f.category === null).length,
    surest: [...personal].sort((a, b) => Number(says(b)) - Number(says(a)) || b.confidence - a.confidence),
  };
}

/** What its fields say, each as much as it is sure. */
const weight = ({ surest }: Ranked): number => surest.filter(says).reduce((sum, f) => sum + f.confidence, 0);

const ABOUTS: readonly Group["about"][] = ["person", "owned", "other", "none"];

export function groupsOf(collections: readonly FoundCollection[]): readonly Group[] {
  const all = collections.map(ranked);
  const about = ({ collection: c, personal, undecided }: Ranked): Group["about"] =>
    personal + undecided === 0 && !c.links.some((l) => l.role !== null) ? "none" : c.about;
  return ABOUTS.map((group) => ({
    about: group,
    collections: all
      .filter((r) => about(r) === group)
      .sort((a, b) => (group === "none" ? 0 : weight(b) - weight(a) || b.personal - a.personal)),
  }));
}
