/** Opens the requests of many people at once: whom they are about is asked together, and each becomes a request like any other. */
import { randomUUID } from "node:crypto";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { ambiguousAccounts } from "@avow/core/plan/capture";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import { askedName } from "../desk/asked.ts";
import type { Desk } from "../desk/desk.ts";
import { approved, received } from "../desk/evidence.ts";
import { dueAt, type OpenRequest, openRequest } from "../desk/intake.ts";
import { hasMerged, withMerged } from "../desk/merges.ts";
import { namesOf, onlyPeople, sealIdentities } from "../desk/subjects.ts";
import { RIGHTS } from "../rights/index.ts";
import { StoreFailed } from "../run/ask.ts";
import { lotsOfRequests } from "./db-journal.ts";
import { whyAlone } from "./fit.ts";
import { captureAll } from "./gather.ts";

export interface NewRequests {
  readonly right: string;
  /** Of each person. */
  readonly people: readonly (readonly IdentityValue[])[];
  readonly via: string;
  readonly approvedBy: string;
}

/** In the order of the people. Whoever has an open request of the right, or is in the list twice, joins that one. */
export async function openRequests(desk: Desk, input: NewRequests): Promise<readonly OpenRequest[]> {
  const opened: OpenRequest[] = [];
  if (whyAlone(desk) !== null) {
    for (const identities of input.people) opened.push(await openRequest(desk, { ...input, identities }));
    return opened;
  }
  for (const people of lotsOfRequests(input.people))
    opened.push(...(await openLot(desk, { ...input, people })));
  return opened;
}

interface Fresh {
  readonly id: string;
  readonly identities: readonly IdentityValue[];
  /** With those that lie with them in the rows of accounts. */
  readonly found: readonly IdentityValue[];
  readonly names: readonly string[];
}

async function openLot(desk: Desk, given: NewRequests): Promise<readonly OpenRequest[]> {
  const input = { ...given, people: await mergedOf(desk, given.people) };
  const closures = await closuresOf(desk, input.people);
  const names = closures.map((identities) => namesOf(desk, identities));
  const opened = await desk.db.transaction().execute(async (tx) => {
    // Two requests for one person at the same moment: the second waits here and then joins. In one order for everybody.
    const sorted = [...new Set(names.flat())].sort();
    await sql`select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(${sorted}::text[]) name`.execute(
      tx,
    );
    const taken = await takenNames(tx, desk, input.right, names.flat());
    const fresh = new Map<number, Fresh>();
    for (const [i, own] of names.entries()) {
      if (own.some((n) => taken.has(n))) continue;
      for (const name of own) taken.add(name);
      const identities = must(input.people[i], "each has names");
      const found = must(closures[i], "each has a closure");
      fresh.set(i, { id: randomUUID(), identities, found, names: own });
    }
    await insert(desk, tx, input, [...fresh.values()]);
    return fresh;
  });
  const all: OpenRequest[] = [];
  for (const [i, identities] of input.people.entries()) {
    const own = opened.get(i);
    all.push(
      own === undefined ? await openRequest(desk, { ...input, identities }) : { id: own.id, joined: false },
    );
  }
  return all;
}

async function mergedOf(desk: Desk, people: NewRequests["people"]): Promise<NewRequests["people"]> {
  if (!(await hasMerged(desk))) return people;
  const all: (readonly IdentityValue[])[] = [];
  for (const identities of people) all.push(await withMerged(desk, identities));
  return all;
}

/** As for one person (`closureOf`): identities that lead to several accounts, or that a store could not be asked about, stand for themselves. */
async function closuresOf(
  { estate }: Desk,
  people: NewRequests["people"],
): Promise<readonly (readonly IdentityValue[])[]> {
  try {
    const { captures } = await captureAll(
      { ...estate, graph: onlyPeople(estate.graph) },
      people.map((identities) => ({ identities, earlier: null })),
      new Map(),
    );
    return captures.map((state, i) =>
      ambiguousAccounts(state).length > 0 ? (people[i] ?? []) : state.identities,
    );
  } catch (error) {
    if (error instanceof StoreFailed) return people;
    throw error;
  }
}

/** Of open requests that ask for nothing more than the right. */
async function takenNames(
  tx: Database,
  desk: Desk,
  right: string,
  names: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    select s.name from request_subjects s join requests r on r.id = s.request
     where r.service = ${desk.service} and r.right_name = ${right} and r.closed_at is null and r.grace_until is null
       and r.asked_name = ${askedName(desk, NOTHING_MORE)} and s.name = any(${names}::text[])`.execute(tx);
  return new Set(rows.map((row) => row.name));
}

async function insert(desk: Desk, tx: Database, input: NewRequests, all: readonly Fresh[]): Promise<void> {
  const { right } = must(RIGHTS.get(input.right), "the caller checked the right");
  const at = desk.now();
  const due = dueAt(desk.policy, right, at);
  await sql`
    insert into requests (id, service, right_name, state, via, sealed_identities, policy_hash, map_hash,
                          received_at, due_at, approved_at, approved_by)
    select r.id, ${desk.service}, ${right.name}, 'received', ${input.via}, r.sealed, ${desk.policy.hash},
           ${desk.estate.map.hash}, ${at}, ${due}, ${at}, ${input.approvedBy}
      from unnest(${all.map((a) => a.id)}::uuid[],
                  ${all.map((a) => sealIdentities(desk, a.id, a.identities, a.found))}::bytea[]) as r (id, sealed)`.execute(
    tx,
  );
  const subjects = all.flatMap(({ id, names }) => names.map((name) => ({ id, name })));
  await sql`insert into request_subjects (request, name)
    select * from unnest(${subjects.map((s) => s.id)}::uuid[], ${subjects.map((s) => s.name)}::text[])`.execute(
    tx,
  );
  await desk.evidence.append(
    tx,
    all.flatMap(({ id }) => entriesOf(input, right, { id, at, due })),
  );
}

const entriesOf = (
  { via, approvedBy }: NewRequests,
  right: Right,
  { id, at, due }: { readonly id: string; readonly at: Date; readonly due: Date },
): NewEntry[] => [
  received({ id, right: right.name, via, receivedAt: at, dueAt: due }),
  approved(id, approvedBy),
];
