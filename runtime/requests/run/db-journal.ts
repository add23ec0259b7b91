/** The journal in Avow's own database. What names rows of people is sealed; what staff may read is not. */
import { isDeepStrictEqual } from "node:util";
import type { PlanLine, Step } from "@avow/core/plan/erase";
import type { IdentityValue } from "@avow/core/terms/person";
import { z } from "zod";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { type Evidence, intended, planned, stepEnded, stepUnknown } from "../desk/evidence.ts";
import type { Earlier } from "./ask.ts";
import type { Journal } from "./journal.ts";

const earlierSchema = z.object({
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })),
  collections: z.array(
    z.object({
      id: z.string(),
      fields: z.array(z.string()),
      rows: z.array(
        z.object({
          key: z.array(z.string()),
          cells: z.array(z.string().nullable()),
          reach: z.enum(["owned", "about", "mention"]),
        }),
      ),
    }),
  ),
});

const planSchema: z.ZodType<PlanLine[]> = z.array(
  z.object({
    store: z.string(),
    collection: z.string(),
    action: z.enum(["delete", "mask", "keep", "leave", "read", "set", "mark", "lift", "restore", "ask"]),
    rows: z.number(),
    reason: z.string().exactOptional(),
    until: z.string().nullable().exactOptional(),
    why: z.enum(["law", "hold", "co_owner", "interest", "names", "scope"]).exactOptional(),
    commitment: z.string().exactOptional(),
    blanked: z.array(z.string()).exactOptional(),
    stays: z.array(z.string()).exactOptional(),
  }),
);

/** Keys, links and dates: a sealed record stays far below what a row can hold. */
const LOT_ROWS_MAX = 10_000;

interface JournalOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly request: string;
  readonly evidence: Evidence;
  /** The keyed names of identities, by which requests of one person find each other. */
  readonly namesOf: (identities: readonly IdentityValue[]) => readonly string[];
  readonly now: () => Date;
}

export const databaseJournal = (options: JournalOptions): Journal => ({
  ...captures(options),
  ...plans(options),
  ...steps(options),
});

function captures(options: JournalOptions): Pick<Journal, "captured" | "saveCapture"> {
  const { db, sealer, request } = options;
  const purpose = `capture/${request}`;
  return {
    async captured() {
      const parts = await db
        .selectFrom("request_captures")
        .select("sealed")
        .where("request", "=", request)
        .orderBy("part")
        .execute();
      if (parts.length === 0) return null;
      const lots = parts.map((p, i) =>
        earlierSchema.parse(
          JSON.parse(Buffer.from(sealer.open(`${purpose}/${i}`, p.sealed)).toString("utf8")),
        ),
      );
      return { identities: lots[0]?.identities ?? [], collections: lots.flatMap((l) => l.collections) };
    },
    async saveCapture(captured: Earlier) {
      const names = options.namesOf(captured.identities).map((name) => ({ request, name }));
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom("request_captures").where("request", "=", request).execute();
        let part = 0;
        for (const lot of lotsOf(captured)) {
          const sealed = Buffer.from(sealer.seal(`${purpose}/${part}`, Buffer.from(JSON.stringify(lot))));
          await tx.insertInto("request_captures").values({ request, part, sealed }).execute();
          part += 1;
        }
        if (names.length > 0)
          await tx
            .insertInto("request_subjects")
            .values(names)
            .onConflict((c) => c.doNothing())
            .execute();
      });
    },
  };
}

/** What is read back at once, and held in one piece: a large capture is written in lots. */
function* lotsOf({ identities, collections }: Earlier): Generator<z.infer<typeof earlierSchema>> {
  yield { identities: [...identities], collections: [] };
  for (const { id, fields, rows } of collections) {
    let lot: z.infer<typeof earlierSchema>["collections"][number]["rows"] = [];
    for (const { key, cells, reach } of rows) {
      lot.push({ key: [...key], cells: [...cells], reach });
      if (lot.length < LOT_ROWS_MAX) continue;
      yield { identities: [], collections: [{ id, fields: [...fields], rows: lot }] };
      lot = [];
    }
    if (lot.length > 0) yield { identities: [], collections: [{ id, fields: [...fields], rows: lot }] };
  }
}

function plans({ db, request, evidence }: JournalOptions): Pick<Journal, "savePlan" | "plan"> {
  return {
    async savePlan(lines) {
      await db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom("requests")
          .select("plan")
          .where("id", "=", request)
          .forUpdate()
          .executeTakeFirstOrThrow();
        // Whoever goes on after a crash plans the same: that is no second plan.
        if (row.plan !== null && isDeepStrictEqual(planSchema.parse(row.plan), [...lines])) return;
        await tx
          .updateTable("requests")
          .set({ plan: JSON.stringify(lines) })
          .where("id", "=", request)
          .execute();
        await evidence.append(tx, [planned(request, lines)]);
      });
    },
    async plan() {
      const row = await db.selectFrom("requests").select("plan").where("id", "=", request).executeTakeFirst();
      return row?.plan === null || row?.plan === undefined ? null : planSchema.parse(row.plan);
    },
  };
}

function steps(options: JournalOptions): Pick<Journal, "intend" | "outcome" | "readBack"> {
  const { db, request, now, evidence } = options;
  return {
    async intend(step: Step) {
      const changes = step.changes.map((c) => ({
        collection: c.collection,
        act: c.act,
        set: c.set,
        rows: c.keys.length,
      }));
      return db.transaction().execute(async (tx) => {
        const { id } = await tx
          .insertInto("request_steps")
          .values({
            request,
            phase: step.phase,
            store: step.store,
            changes: JSON.stringify(changes),
            state: "intended",
            intended_at: now(),
          })
          .returning("id")
          .executeTakeFirstOrThrow();
        await evidence.append(tx, [intended(request, id, step)]);
        return id;
      });
    },
    async outcome(step, outcome) {
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable("request_steps")
          .set({ ...outcome, ended_at: now() })
          .where("id", "=", step)
          .execute();
        await evidence.append(tx, [stepEnded(request, step, outcome)]);
      });
    },
    readBack: () => readBack(options),
  };
}

async function readBack({ db, request, now, evidence }: JournalOptions): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const left = await tx
      .updateTable("request_steps")
      .set({
        state: "unknown",
        reason: "stopped between act and outcome; the store is read again",
        ended_at: now(),
      })
      .where("request", "=", request)
      .where("state", "=", "intended")
      .returning("id")
      .execute();
    if (left.length > 0)
      await evidence.append(
        tx,
        left.map(({ id }) => stepUnknown(request, id)),
      );
    return left.length;
  });
}
