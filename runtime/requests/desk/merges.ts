/**
 * Merged visitors (spec/person.md): a record of its own that says that somebody known by a cookie or a device is the person of an account. From
 * then on a request that names either of them is about both; undone, it is about one of them again. No row of a store changes.
 */
import { randomUUID } from "node:crypto";
import { ambiguousAccounts, type Capture, type Captured } from "@avow/core/plan/capture";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import { z } from "zod";
import type { Appender, NewEntry } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import type { Sealer } from "../../vault/seal.ts";
import { capture } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { closureOf, onlyPeople } from "./subjects.ts";

interface Book {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly estate: BoundEstate;
  readonly now: () => Date;
  /** Every merge, and its end, leaves its entry in the same transaction. */
  readonly evidence: Appender;
}

export interface Merge {
  readonly visitor: readonly IdentityValue[];
  readonly account: readonly IdentityValue[];
  /** Who says so. */
  readonly by: string;
}

export type Merged =
  | { readonly ok: true; readonly merge: string; readonly known: boolean }
  | { readonly ok: false; readonly why: Refusal };

export type Refusal =
  /** The identities lead to several accounts, by themselves or together. */
  | "ambiguous"
  /** No account has the account's identities. */
  | "no-account"
  /** The visitor has an account already: two accounts are two persons. */
  | "visitor-has-account"
  /** Both lead to one account: they are one person without a merge. */
  | "same-person"
  /** All that one of them is called by, or is found by, is what people share. */
  | "shared-only"
  /** The visitor is another account's already. */
  | "merged-elsewhere";

export const REFUSALS: Readonly<Record<Refusal, string>> = {
  ambiguous: "the identities lead to several accounts: which of them is meant is for a person to say",
  "no-account": "no account is known by these identities",
  "visitor-has-account": "the visitor has an account already, and two accounts are not merged",
  "shared-only":
    "the visitor, or the account, is found only by what people share, and a merge finds nothing by that: name what is theirs alone (a cookie, an id), or name the shared one beside the account in each request (`--person`, several times)",
  "same-person": "both are one person already: a request that names either is about both without a merge",
  "merged-elsewhere": "the visitor is merged with another account already: undo that first",
};

/** Throws `StoreFailed` where a store can not be asked: whether a merge is ambiguous must be known before it is made. */
export async function mergeVisitor(book: Book, { visitor, account, by }: Merge): Promise<Merged> {
  const no = (why: Refusal): Merged => ({ ok: false, why });
  const people = { ...book.estate, graph: onlyPeople(book.estate.graph) };
  const [left, right] = [await capture(people, visitor), await capture(people, account)];
  if (ambiguousAccounts(right).length > 0 || ambiguousAccounts(left).length > 0) return no("ambiguous");
  if (isSharedOnly(book, visitor) || isSharedOnly(book, account)) return no("shared-only");
  const own = { visitor: await ownCapture(book, visitor), account: await ownCapture(book, account) };
  // An address may be one person's own in one collection, and anybody's in the one where this visitor left it.
  if (ownedIn(left).length > 0 && ownedIn(own.visitor).length === 0) return no("shared-only");
  if (accountsOf(own.account).length === 0) return no("no-account");
  const mine = new Set(accountsOf(own.account));
  if (accountsOf(own.visitor).some((a) => mine.has(a))) return no("same-person");
  if (accountsOf(left).length > 0) return no("visitor-has-account");
  const both = await capture(people, [...visitor, ...account]);
  if (ambiguousAccounts(both).length > 0) return no("ambiguous");
  const names = {
    visitor: namesIn(book, own.visitor.identities),
    account: namesIn(book, own.account.identities),
  };
  return book.db.transaction().execute(async (tx) => {
    for (const name of [...names.visitor, ...names.account].sort())
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 2))`.execute(tx);
    const before = await activeOf(tx, book.service, names.visitor, "visitor");
    for (const { id } of before) {
      const same = await tx
        .selectFrom("merge_names")
        .select("name")
        .where("merge", "=", id)
        .where("side", "=", "account")
        .where("name", "in", names.account)
        .executeTakeFirst();
      return same === undefined ? no("merged-elsewhere") : { ok: true, merge: id, known: true };
    }
    const id = randomUUID();
    const at = book.now();
    const sealed = book.sealer.seal(`merge/${id}`, Buffer.from(JSON.stringify({ visitor, account })));
    await tx
      .insertInto("merges")
      .values({ id, service: book.service, sealed: Buffer.from(sealed), merged_at: at, merged_by: by })
      .execute();
    const rows = (["visitor", "account"] as const).flatMap((side) =>
      names[side].map((name) => ({ merge: id, name, side })),
    );
    await tx
      .insertInto("merge_names")
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute();
    await book.evidence.append(tx, [entryOf(id, "person.merged", by, [...visitor, ...account])]);
    return { ok: true, merge: id, known: false };
  });
}

/** False: there is no such merge, or it was undone before. */
export async function unmerge(book: Book, id: string, by: string): Promise<boolean> {
  return book.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("merges")
      .set({ undone_at: book.now(), sealed: null })
      .where("id", "=", id)
      .where("service", "=", book.service)
      .where("undone_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await tx.deleteFrom("merge_names").where("merge", "=", id).execute();
    await book.evidence.append(tx, [entryOf(id, "person.unmerged", by, [])]);
    return true;
  });
}

/** More merges than this of one person are no person's. */
const MERGES_MAX = 1000;

export async function hasMerged({ db, service }: Pick<Book, "db" | "service">): Promise<boolean> {
  const some = await db
    .selectFrom("merges")
    .select("id")
    .where("service", "=", service)
    .where("undone_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return some !== undefined;
}

/** The identities given, and those of everybody who is merged with them, to a fixpoint. */
export async function withMerged(
  book: Pick<Book, "db" | "sealer" | "service" | "estate">,
  given: readonly IdentityValue[],
): Promise<readonly IdentityValue[]> {
  // Most services have none: then nobody is asked who the person is.
  if (!(await hasMerged(book))) return given;
  const all = new Map(given.map((i) => [`${i.namespace}=${i.value}`, i]));
  const seen = new Set<string>();
  for (let grew = true; grew; ) {
    const closure = await closureOf(book.estate, [...all.values()]);
    grew = false;
    for (const other of await mergedBeside(book, closure.identities, seen)) {
      grew = true;
      const name = `${other.namespace}=${other.value}`;
      // What the request names itself finds also what people share.
      if (!all.has(name)) all.set(name, other);
    }
  }
  return [...all.values()];
}

/** Of everybody who is merged with one of these, by merges that were not `seen` before. */
export async function mergedBeside(
  book: Pick<Book, "db" | "sealer" | "service" | "estate">,
  identities: readonly IdentityValue[],
  seen: Set<string>,
): Promise<readonly IdentityValue[]> {
  const found: IdentityValue[] = [];
  for (const { id, sealed } of await activeOf(book.db, book.service, namesIn(book, identities))) {
    if (sealed === null || seen.has(id) || seen.size >= MERGES_MAX) continue;
    seen.add(id);
    const text = Buffer.from(book.sealer.open(`merge/${id}`, sealed)).toString("utf8");
    const { visitor, account } = sealedSchema.parse(JSON.parse(text));
    for (const { namespace, value } of [...visitor, ...account])
      found.push({ namespace, value, merged: true });
  }
  return found;
}

/** With the erasure of a person goes what was known of who they were before. Part of the transaction that closes it. */
export async function forgetMerges(
  book: Pick<Book, "service">,
  tx: Transaction<Tables>,
  requests: readonly string[],
): Promise<void> {
  await tx
    .deleteFrom("merges")
    .where("service", "=", book.service)
    .where("id", "in", (q) =>
      q
        .selectFrom("merge_names")
        .select("merge")
        .where("name", "in", (own) =>
          own
            .selectFrom("request_subjects")
            .select("name")
            .where(sql<boolean>`request = any(${requests}::uuid[])`),
        ),
    )
    .execute();
}

export interface ListedMerge {
  readonly merge: string;
  readonly mergedAt: string;
  readonly by: string;
}

/** Of one person, whom the identities name. Holds nothing that tells who it is. */
export async function mergesOf(book: Book, given: readonly IdentityValue[]): Promise<readonly ListedMerge[]> {
  const closure = await closureOf(book.estate, given);
  const found = await activeOf(book.db, book.service, namesIn(book, closure.identities));
  return found.map((m) => ({ merge: m.id, mergedAt: m.merged_at.toISOString(), by: m.merged_by }));
}

const identity = z.object({ namespace: z.string(), value: z.string() });
const sealedSchema = z.object({ visitor: z.array(identity), account: z.array(identity) });

const activeOf = (db: Book["db"], service: string, names: readonly string[], side?: "visitor" | "account") =>
  db
    .selectFrom("merges")
    .innerJoin("merge_names", "merge_names.merge", "merges.id")
    .select(["merges.id", "merges.sealed", "merges.merged_at", "merges.merged_by"])
    .distinct()
    .where("service", "=", service)
    .where("undone_at", "is", null)
    .where("name", "in", names.length === 0 ? [""] : [...names])
    .$if(side !== undefined, (q) => q.where("side", "=", side ?? "visitor"))
    .orderBy("merged_at")
    .execute();

/** Rows that are accounts, by their names: their key is a unique identity. */
const accountsOf = (state: Capture): readonly string[] =>
  ownedIn(state, ({ collection, key }) =>
    collection.identities.some((i) => !i.shared && key.length === 1 && key[0] === i.field),
  );

/** The person's rows, by their names. */
const ownedIn = (state: Capture, of: (captured: Captured) => boolean = () => true): readonly string[] =>
  [...state.collections].flatMap(([id, captured]) =>
    of(captured)
      ? [...captured.rows].flatMap(([name, { reach }]) => (reach === "owned" ? [`${id} ${name}`] : []))
      : [],
  );

/** Those that are one person's own somewhere: what people share everywhere leads to no merge, and none leads to it. */
function ownIn({ estate }: Pick<Book, "estate">, identities: readonly IdentityValue[]): IdentityValue[] {
  const unique = new Set(
    [...estate.graph.collections.values()].flatMap((c) =>
      c.identities.filter((i) => !i.shared).map((i) => i.namespace),
    ),
  );
  return identities.filter((i) => unique.has(i.namespace));
}

const isSharedOnly = (book: Book, identities: readonly IdentityValue[]): boolean =>
  ownIn(book, identities).length === 0;

const namesIn = (
  { sealer, service, estate }: Pick<Book, "sealer" | "service" | "estate">,
  identities: readonly IdentityValue[],
): string[] => [
  ...new Set(
    ownIn({ estate }, identities).map((i) => sealer.nameOf(`identity/${service}/${i.namespace}`, i.value)),
  ),
];

/** Of one side of a merge, and of all that lies with it: neighbours who share a phone with it are not the visitor. */
const ownCapture = ({ estate }: Book, given: readonly IdentityValue[]): Promise<Capture> =>
  capture(
    { ...estate, graph: onlyPeople(estate.graph) },
    given.map((i) => ({ ...i, merged: true })),
  );

const entryOf = (id: string, event: string, by: string, identities: readonly IdentityValue[]): NewEntry => ({
  type: "person",
  subject: `person:merge-${id}`,
  body: { event, merge: id, by },
  ...(identities.length === 0 ? {} : { about: identities.map((i) => `${i.namespace}=${i.value}`) }),
});
