/** What the policy says that it collects: for the promise itself, and for a schema that changes (spec/discovery.md, "Drift, CI, baseline"). */
import { covers } from "../terms/category.ts";
import { own } from "../terms/own.ts";
import type { Policy } from "./model.ts";

/** The classes that some commitment says are collected. */
export const classesCollected = ({ commitments }: Pick<Policy, "commitments">): ReadonlySet<string> =>
  new Set(
    commitments.flatMap((c) =>
      c.means.clauses.flatMap((m) => (m.act === "collect" && m.mode !== "never" ? m.data : [])),
    ),
  );

/** Whether data of the category may be in collections of the class: it has the category, or one above it. */
export const classHolds = (
  { classes }: Pick<Policy, "classes">,
  { name, category }: { readonly name: string; readonly category: string },
): boolean => (own(classes, name) ?? []).some((c) => covers(c, category));
