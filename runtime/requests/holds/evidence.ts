/** What a hold leaves in the evidence log (spec/holds.md). Why it was placed or lifted is in its own record: a reason may name people. */
import type { IdentityValue } from "@avow/core/terms/person";
import type { NewEntry } from "../../ledger/append.ts";
import type { Subject } from "../../ledger/subject-keys.ts";
import type { Ground } from "./grounds.ts";

/** Each has a key of its own, which ends with its record. */
export const subjectOf = (hold: string): Subject => `person:hold-${hold}`;

const entry = (hold: string, event: string, body: Readonly<Record<string, unknown>>): NewEntry => ({
  // With merges and the like: that somebody is held is nobody's business who reads the log's files.
  type: "person",
  subject: subjectOf(hold),
  body: { event, hold, ...body },
});

export interface PlacedEntry {
  readonly hold: string;
  readonly grounds: readonly Ground[];
  readonly owner: string;
  readonly by: string;
  readonly review: Date;
  readonly identities: readonly IdentityValue[];
}

export const holdPlaced = ({ hold, grounds, owner, by, review, identities }: PlacedEntry): NewEntry => ({
  ...entry(hold, "hold.placed", {
    grounds: grounds.map((g) => ({ ...g, classes: [...g.classes] })),
    ...{ owner, by, reviewAt: review.toISOString() },
  }),
  about: identities.map((i) => `${i.namespace}=${i.value}`),
});

/** By what else they are called, found later than the hold was placed. */
export const holdCompleted = (hold: string, identities: readonly IdentityValue[]): NewEntry => ({
  ...entry(hold, "hold.completed", {}),
  about: identities.map((i) => `${i.namespace}=${i.value}`),
});

export const holdReviewed = (hold: string, by: string, review: Date): NewEntry =>
  entry(hold, "hold.reviewed", { by, reviewAt: review.toISOString() });

/** `kept`: the erasures that kept rows because of it. `again`: the requests that would carry them out. */
export const holdLifted = (
  hold: string,
  lifted: { readonly by: string; readonly kept: readonly string[]; readonly again: readonly string[] },
): NewEntry =>
  entry(hold, "hold.lifted", { by: lifted.by, kept: [...lifted.kept], again: [...lifted.again] });
