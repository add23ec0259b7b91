/** Where requests come in, whoever brings them: opens one, or joins the open one of the same person. */
import { randomUUID } from "node:crypto";
import { kinds } from "@avow/core/commitments/index";
import { type Asked, NOTHING_MORE } from "@avow/core/plan/asked";
import type { Policy } from "@avow/core/policy/model";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import { parseDuration, plus } from "@avow/core/terms/duration";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { allOf } from "../../store/together.ts";
import { RIGHTS } from "../rights/index.ts";
import type { Earlier } from "../run/ask.ts";
import { captures } from "../run/db-journal.ts";
import type { BoundEstate } from "../run/estate.ts";
import { askedName, sealAsked } from "./asked.ts";
import { dueOnceAgreed } from "./deadlines.ts";
import type { Desk } from "./desk.ts";
import { approved, joined, received } from "./evidence.ts";
import { tryHold } from "./hold.ts";
import { withMerged } from "./merges.ts";
import {
  type Closure,
  closureOf,
  isSame,
  namesOf,
  openAbout,
  openIdentities,
  sealIdentities,
  sharedIn,
} from "./subjects.ts";

export interface OpenRequest {
  readonly id: string;
  readonly joined: boolean;
}

/** Identities as the caller wrote them → normalised; null namespaces are the caller's to report. */
export const toIdentities = (
  given: readonly { readonly namespace: string; readonly value: string }[],
): IdentityValue[] =>
  given.map(({ namespace, value }) => ({ namespace, value: normalise(normaliserOf(namespace), value) }));

export const namespacesOf = (estate: BoundEstate): string[] => [
  ...new Set(
    [...estate.graph.collections.values(), ...estate.byHand].flatMap((c) =>
      c.identities.map((i) => i.namespace),
    ),
  ),
];

export interface NewRequest {
  readonly right: string;
  readonly identities: readonly IdentityValue[];
  /** Checked by the caller (`askedIssues`). */
  readonly asked?: Asked;
  readonly via: string;
  /** Who has seen the plan, or knows that none is asked for, and said yes. Left out: whoever carries it out asks first. */
  readonly approvedBy?: string;
  /** The public half of a key that the person alone is given: the erasure can be taken back with it for a while. */
  readonly undoKey?: Uint8Array;
  /** Called before a new request is written down: whoever must have its key has it, then. */
  readonly beforeIn?: () => Promise<void>;
  /** Puts the request into the hands of the workers, in the same transaction. Left out by a caller who carries it out himself. */
  readonly enqueue?: (tx: Transaction<Tables>, request: string) => Promise<void>;
}

/** Opens a request, or joins the open one of the same person, whatever either of them names the person by. */
export async function openRequest(desk: Desk, asked: NewRequest): Promise<OpenRequest> {
  const [identities, given] = await Promise.all([
    withMerged(desk, asked.identities),
    closureOf(desk.estate, asked.identities),
  ]);
  const input = { ...asked, identities };
  // Nearly always nothing was merged, and both are of the same identities.
  const closure = identities === asked.identities ? given : await closureOf(desk.estate, identities);
  const names = namesOf(desk, closure.identities);
  const right = must(RIGHTS.get(input.right), "the caller checked the right").right;
  return desk.db.transaction().execute(async (tx) => {
    // Two requests for one person at the same moment: the second waits here and then joins.
    const lock = sql`
      select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(${names}::text[]) name`.execute(tx);
    // Whoever asks for a file gets one of his own; at the command line one that was cut short is gone on with.
    const joins = right.changes || input.enqueue === undefined;
    // Sent behind the lock: it looks when the lock is there.
    const found = joins ? joinable(desk, tx, { ...input, names, closure }) : null;
    await allOf([lock, found]);
    const open = await found;
    const id = open ?? randomUUID();
    if (open === null) await input.beforeIn?.();
    const entry = open === null ? insertRequest(desk, tx, { ...input, id, names, closure }) : null;
    const keys = desk.evidence.keys.obtainAll(tx, [`request:${id}`], open === null);
    await allOf([entry, keys]);
    const fresh = await entry;
    if (open !== null && (input.enqueue !== undefined || input.approvedBy !== undefined))
      await tx
        .updateTable("requests")
        .set({
          ...(input.enqueue === undefined ? {} : { via: input.via }),
          ...(input.approvedBy === undefined
            ? {}
            : {
                ...{ approved_at: desk.now(), approved_by: input.approvedBy },
                due_at: dueOnceAgreed(dueAt(desk.policy, right, desk.now())),
              }),
          next_try_at: null,
        })
        .where("id", "=", id)
        .execute();
    const entries = [
      fresh ?? joined(id, input.via),
      ...(input.approvedBy === undefined ? [] : [approved(id, input.approvedBy)]),
    ];
    await desk.evidence.append(tx, entries, await keys);
    await input.enqueue?.(tx, id);
    return { id, joined: open !== null };
  });
}

interface Naming extends NewRequest {
  readonly names: readonly string[];
  readonly closure: Closure;
}

/** Gives the entry for the log. */
async function insertRequest(
  desk: Desk,
  tx: Transaction<Tables>,
  { id, ...input }: Naming & { readonly id: string },
): Promise<NewEntry> {
  const { right } = must(RIGHTS.get(input.right), "the caller checked the right");
  const at = desk.now();
  const due = dueAt(desk.policy, right, at);
  const row = tx
    .insertInto("requests")
    .values({
      id,
      service: desk.service,
      right_name: right.name,
      state: "received",
      via: input.via,
      sealed_identities: sealIdentities(desk, id, input.identities, input.closure.identities),
      ...sealAsked(desk, id, input.asked ?? NOTHING_MORE),
      policy_hash: desk.policy.hash,
      map_hash: desk.estate.map.hash,
      received_at: at,
      due_at: due,
      ...(input.approvedBy === undefined ? {} : { approved_at: at, approved_by: input.approvedBy }),
      ...(input.undoKey === undefined ? {} : { undo_key: Buffer.from(input.undoKey) }),
    })
    .execute();
  await allOf([row, addNames(tx, id, input.names)]);
  return received({ id, right: right.name, via: input.via, receivedAt: at, dueAt: due });
}

/**
 * Null where there is none, or where one is at work that does not know of what this one names the person by: it would end without
 * having looked there.
 */
async function joinable(desk: Desk, tx: Transaction<Tables>, input: Naming): Promise<string | null> {
  const { right } = must(RIGHTS.get(input.right), "the caller checked the right");
  const open = await openOf(tx, desk, right.changes ? { ...input, via: null } : input);
  if (open === null || open.sealed_identities === null) return null;
  const known = await tx
    .selectFrom("request_subjects")
    .select("name")
    .where("request", "=", open.id)
    .where("name", "in", [...input.names])
    .execute();
  const before = openIdentities(desk, open.id, open.sealed_identities);
  const said = (i: IdentityValue): boolean => before.some((b) => isSame(b, i) && b.merged !== true);
  // What people share has no name here, and finds rows only where a request says it.
  const shared = sharedIn(desk.estate);
  const unsaid = input.identities.filter((i) => i.merged !== true && shared.has(i.namespace) && !said(i));
  if (known.length === input.names.length && unsaid.length === 0) return open.id;
  if (!input.closure.sure) return null;
  if (!(await tryHold(tx, open.id))) return null;
  const found = [...openAbout(desk, open.id, open.sealed_identities).beside, ...input.closure.identities];
  await tx
    .updateTable("requests")
    .set({ sealed_identities: sealIdentities(desk, open.id, together(before, input.identities), found) })
    .where("id", "=", open.id)
    .execute();
  await addNames(tx, open.id, input.names);
  return open.id;
}

/** What one of them names counts as named, however the other knows it. */
function together(before: readonly IdentityValue[], more: readonly IdentityValue[]): IdentityValue[] {
  const named = more.filter((i) => i.merged !== true);
  const kept = before.filter((b) => b.merged !== true || !named.some((i) => isSame(i, b)));
  return [...kept, ...more.filter((i) => !kept.some((b) => isSame(b, i)))];
}

/** The open request of the right that is about one of these names. */
async function openOf(
  db: Database,
  desk: Desk,
  { right, names, asked, via }: Pick<Naming, "right" | "names" | "asked"> & { readonly via: string | null },
): Promise<{ readonly id: string; readonly sealed_identities: Buffer | null } | null> {
  const open = await db
    .selectFrom("requests")
    .innerJoin("request_subjects", "request_subjects.request", "requests.id")
    .select(["requests.id", "requests.sealed_identities"])
    .where("service", "=", desk.service)
    .where("right_name", "=", right)
    .where("asked_name", "=", askedName(desk, asked ?? NOTHING_MORE))
    .where("closed_at", "is", null)
    .where("grace_until", "is", null)
    .where("name", "in", [...names])
    .$if(via !== null, (q) => q.where("via", "=", via))
    .orderBy("received_at")
    .executeTakeFirst();
  return open ?? null;
}

/** The open request that this one would join. */
export async function openRequestOf(
  desk: Desk,
  wanted: Pick<NewRequest, "right" | "identities" | "asked">,
): Promise<string | null> {
  const closure = await closureOf(desk.estate, await withMerged(desk, wanted.identities));
  const names = namesOf(desk, closure.identities);
  const open = await openOf(desk.db, desk, { ...wanted, names, via: null });
  return open?.id ?? null;
}

/** What an open request knows of its person. */
export async function knownOf(
  desk: Desk,
  id: string,
): Promise<{ readonly identities: readonly IdentityValue[]; readonly captured: Earlier | null }> {
  const row = await desk.db
    .selectFrom("requests")
    .select("sealed_identities")
    .where("id", "=", id)
    .executeTakeFirst();
  const sealed = row?.sealed_identities ?? null;
  if (sealed === null) return { identities: [], captured: null };
  const captured = await captures({ ...desk, request: id, namesOf: () => [] }).captured();
  return { identities: openIdentities(desk, id, sealed), captured };
}

async function addNames(tx: Transaction<Tables>, request: string, names: readonly string[]): Promise<void> {
  await tx
    .insertInto("request_subjects")
    .values(names.map((name) => ({ request, name })))
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The stricter of what the policy promises and what the right itself allows. */
export function dueAt(policy: Policy, right: Right, at: Date): Date {
  const promised = policy.commitments.flatMap(
    (c) => kinds.find((k) => k.name === c.kind)?.deadline(c, right.name) ?? [],
  );
  const ends = [right.within, ...promised].map((p) =>
    plus(at, must(parseDuration(p), "schemas read durations")).getTime(),
  );
  return new Date(Math.min(...ends));
}
