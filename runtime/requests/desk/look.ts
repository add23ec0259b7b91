/** Looks at what a request would do, and leaves no trace: no request, no plan, no captured rows. */
import type { Asked } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { storeFailed } from "../../connector-kit/told.ts";
import { holdsOf } from "../holds/in-effect.ts";
import { RIGHTS } from "../rights/index.ts";
import { StoreFailed } from "../run/ask.ts";
import { noTasks, runByHandToo } from "../run/by-hand.ts";
import { memoryJournal } from "../run/journal.ts";
import { restrictionsOf } from "../run/restrictions.ts";
import { nothing, type RequestOutcome } from "../run/run.ts";
import { openAsked } from "./asked.ts";
import type { Desk } from "./desk.ts";
import { knownOf, openRequestOf } from "./intake.ts";
import { withMerged } from "./merges.ts";

export interface Looked {
  /** `planned`, or why there is nothing to plan. */
  readonly outcome: RequestOutcome;
  /** The open request that would be gone on with. */
  readonly open: string | null;
  readonly failed: StoreFailed | null;
}

interface Wanted {
  readonly right: string;
  readonly identities: readonly IdentityValue[];
  readonly asked?: Asked;
}

export async function lookAt(desk: Desk, asked: Wanted): Promise<Looked> {
  const wanted = { ...asked, identities: await withMerged(desk, asked.identities) };
  const open = await openRequestOf(desk, wanted);
  const looked = await look(desk, wanted, open);
  return { ...looked, open };
}

/** At an open request, as it stands now. Null: there is no such one. */
export async function lookAtRequest(desk: Desk, id: string): Promise<(Looked & { right: string }) | null> {
  const row = await desk.db
    .selectFrom("requests")
    .select(["right_name", "sealed_asked"])
    .where("id", "=", id)
    .where("service", "=", desk.service)
    .where("closed_at", "is", null)
    .where("grace_until", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const right = row.right_name;
  return {
    ...(await look(desk, { right, identities: [], asked: openAsked(desk, id, row.sealed_asked) }, id)),
    open: id,
    right,
  };
}

async function look(
  desk: Desk,
  { right, identities, asked }: Wanted,
  open: string | null,
): Promise<Omit<Looked, "open">> {
  const known = open === null ? null : await knownOf(desk, open);
  const carried = must(RIGHTS.get(right), "the caller checked the right");
  try {
    const outcome = await runByHandToo(
      { ...carried, book: noTasks(desk.now()) },
      {
        estate: desk.estate,
        identities: [...(known?.identities ?? []), ...identities],
        ...(asked === undefined ? {} : { asked }),
        marks: restrictionsOf(desk),
        holds: holdsOf(desk),
        journal: { ...memoryJournal(), captured: async () => known?.captured ?? null },
        now: desk.now,
        approve: async () => false,
      },
    );
    return { outcome, failed: null };
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    const said = `nothing was changed: ${storeFailed(error.store, error.failure)}`;
    return { outcome: nothing("not_done", [said]), failed: error };
  }
}
