/**
 * That nobody can tell from the log's files which entries are about one person: tried by somebody who is given everything but the keys (the
 * people's addresses, what the bodies say, the code, and which two entries to start from). The same tries are made on a log as one would
 * write it without the defences, where each of them succeeds.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { base64, hex, utf8 } from "@avow/core/evidence/bytes";
import {
  blindingOf,
  bodyCommitment,
  decodeEntry,
  type Entry,
  encodeEntry,
  locatorKeyOf,
  locatorOf,
  subjectCommitment,
} from "@avow/core/evidence/entry";
import { portable as p } from "@avow/core/evidence/portable";
import { canonicalJson } from "@avow/core/terms/canonical";
import { diceOf } from "@avow/sim/random";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { audit } from "./audit.ts";
import { forgetSubject } from "./forgetting.ts";
import { latestCheckpoint } from "./receipts.ts";
import { sequenceAll } from "./sequencer.ts";
import { AT, type World, worldOf } from "./testing/world.ts";
import { tileReader } from "./tiles.ts";

const PEOPLE = 64;
const ENTRIES_EACH = 8;
const SEED = Number(process.env["SEED"] ?? 20261125);
const emails = Array.from({ length: PEOPLE }, (_, n) => `person${n}@example.org`);
const BODIES = ["granted", "withdrawn", "read"].map((event) => ({
  event: `consent.${event}`,
  purpose: "marketing",
}));

/** Whom an entry is about: what the attacker is after, and does not see. */
interface Logged {
  readonly entry: Entry;
  readonly person: number;
}

let world: World;
let origin = "";
let real: Logged[] = [];
let naive: Logged[] = [];

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  world = await worldOf(inject("postgresUrl"));
  origin = world.ledger.place.origin;
  real = await written(world);
  naive = careless();
});
afterAll(() => world.close());

/** Each person in one go, so that who is written together would lie together. */
async function written({ db, ledger }: World): Promise<Logged[]> {
  const dice = diceOf(SEED);
  const personOf = new Map<string, number>();
  for (const [person, email] of emails.entries()) {
    const entries = Array.from({ length: ENTRIES_EACH }, () => ({
      ...{ type: "request", subject: `person:${person}` as const, body: dice.pick(BODIES) },
      about: [`email=${email}`],
    }));
    const ids = await db.transaction().execute((tx) => ledger.append(tx, entries));
    for (const id of ids) personOf.set(id, person);
  }
  await sequenceAll(ledger.sequencer);
  const logged: Logged[] = [];
  const published = await latestCheckpoint(db, ledger.place);
  const reader = tileReader(db, "shop", ledger.place.files);
  const seen = await audit({
    primitives: p,
    checkpoint: published?.bytes ?? null,
    trust: { log: await ledger.verifierKeys(), witnesses: [] },
    read: (name) => reader.read(name, published?.size ?? 0),
    onBundle: async (_, entries) => {
      for (const bytes of entries) {
        const entry = decodeEntry(bytes);
        if (entry !== null) logged.push({ entry, person: personOf.get(entry.id) ?? -1 });
      }
      return [];
    },
  });
  expect(seen).toMatchObject({ ok: true, size: PEOPLE * ENTRIES_EACH });
  return logged;
}

/** A log as one would write it at first: a pseudonym each, plain digests, in the order in which things came. */
function careless(): Logged[] {
  const dice = diceOf(SEED);
  return emails.flatMap((email, person) =>
    Array.from({ length: ENTRIES_EACH }, (_, n): Logged => {
      const sub = p.sha256(utf8(`email=${email}`));
      const body = p.sha256(utf8(canonicalJson(dice.pick(BODIES))));
      const id = `${hex(Uint8Array.of(person, 0, 0, n))}${randomUUID().slice(8)}`;
      return { person, entry: { type: "request", at: AT, id, sub, body } };
    }),
  );
}

/** A guess at which entries belong together: groups by a name that the attacker computes. */
const groups = (log: readonly Logged[], nameOf: (entry: Entry) => string): number => {
  const byName = Map.groupBy(log, (l) => nameOf(l.entry));
  return [...byName.values()].filter((g) => g.length > 1 && new Set(g.map((l) => l.person)).size === 1)
    .length;
};

/** Everything that can be computed of an address or a body without a key, or with what stands in the log. */
function guesses(entry: Entry, email: string): string[] {
  const texts = [email, `email=${email}`, `${origin}${email}`, `${entry.id}${email}`, `${email}${entry.id}`];
  const bodies = BODIES.map((body) => canonicalJson(body));
  const plain = [...texts, ...bodies, ...bodies.map((b) => entry.id + b)];
  const keys = [
    new Uint8Array(32),
    utf8(email),
    utf8(origin),
    utf8(entry.id),
    p.sha256(utf8(email)),
    p.sha256(utf8(entry.id)),
  ];
  const place = { origin, id: entry.id };
  return [
    ...plain.map((text) => createHash("sha256").update(text).digest("base64")),
    ...keys.flatMap((key) => [
      ...plain.map((text) => createHmac("sha256", key).update(text).digest("base64")),
      base64(subjectCommitment(p, key, place)),
      base64(locatorOfAll(key, place, email)),
      ...BODIES.map((body) =>
        base64(bodyCommitment(p, blindingOf(p, key, place), { ...place, type: entry.type, body })),
      ),
      ...BODIES.map((body) => base64(bodyCommitment(p, key, { ...place, type: entry.type, body }))),
    ]),
  ];
}

const locatorOfAll = (key: Uint8Array, place: { origin: string; id: string }, email: string): Uint8Array =>
  utf8(locatorOf(p, locatorKeyOf(p, key, place), `email=${email}`));

/** How many entries a dictionary of addresses and bodies gives away. */
const broken = (log: readonly Logged[]): number =>
  log.filter(({ entry, person }) => {
    const seen = [base64(entry.sub), base64(entry.body)];
    const tried = new Set(guesses(entry, emails[person] ?? ""));
    return seen.some((value) => tried.has(value));
  }).length;

/** Neighbours in the log that are about one person, against what chance would give. */
function adjacency(log: readonly Logged[]): { readonly seen: number; readonly limit: number } {
  const pairs = log.slice(1).filter((l, at) => l.person === log[at]?.person).length;
  const chance = (ENTRIES_EACH - 1) / (PEOPLE * ENTRIES_EACH - 1);
  const mean = (log.length - 1) * chance;
  // Six standard deviations: a right shuffle fails this once in many years.
  return { seen: pairs, limit: mean + 6 * Math.sqrt(mean * (1 - chance)) };
}

/** Correlation of the bits of two entries' values, over pairs of one person and pairs of two: any structure would show. */
function bitDistance(log: readonly Logged[], same: boolean): number {
  const dice = diceOf(SEED + 1);
  let differing = 0;
  let bits = 0;
  for (let n = 0; n < 4000; n += 1) {
    const a = dice.pick(log);
    const b = dice.pick(log.filter((l) => l !== a && (l.person === a.person) === same));
    for (const part of ["sub", "body"] as const) {
      const other = b.entry[part];
      for (const [i, byte] of a.entry[part].entries()) {
        differing += ((byte ^ (other[i] ?? 0)).toString(2).match(/1/g) ?? []).length;
        bits += 8;
      }
    }
  }
  return differing / bits;
}

describe("everything but the keys", () => {
  test("equal values: no two entries share one", () => {
    for (const nameOf of [
      (e: Entry) => hex(e.sub),
      (e: Entry) => hex(e.body),
      (e: Entry) => e.id.slice(0, 6),
      (e: Entry) => hex(e.sub).slice(0, 8),
    ])
      expect(groups(real, nameOf)).toBe(0);
    const values = real.flatMap(({ entry }) => [hex(entry.sub), hex(entry.body), entry.id]);
    expect(new Set(values).size).toBe(values.length);
    expect(groups(naive, (e) => hex(e.sub))).toBe(PEOPLE);
    expect(groups(naive, (e) => e.id.slice(0, 6))).toBe(PEOPLE);
  });

  test("a dictionary of every address and every body, under every key that is not one", () => {
    expect(broken(real)).toBe(0);
    expect(broken(naive)).toBe(naive.length);
  });

  test("where they stand", () => {
    const { seen, limit } = adjacency(real);
    expect(seen).toBeLessThan(limit);
    const unshuffled = adjacency(naive);
    expect(unshuffled.seen).toBeGreaterThan(unshuffled.limit);
  });

  test("all look alike: the same keys, the same length, one minute, one type", () => {
    expect(
      new Set(real.map(({ entry }) => `${encodeEntry(entry).length} ${entry.type} ${entry.at.toISOString()}`))
        .size,
    ).toBe(1);
    expect(new Set(real.map(({ entry }) => entry.id[14])).size).toBe(1);
  });

  test("no bit of an entry leans towards the others of its person", () => {
    const [own, others] = [bitDistance(real, true), bitDistance(real, false)];
    expect(Math.abs(own - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(own - others)).toBeLessThan(0.006);
    expect(bitDistance(naive, true)).toBeLessThan(0.4);
  });

  test("with the key they are linked at once: what is tried for is there to be found", async () => {
    const key = await world.ledger.keys.obtain(world.db, "person:7");
    const found = real.filter(
      ({ entry }) => hex(subjectCommitment(p, key.key, { origin, id: entry.id })) === hex(entry.sub),
    );
    expect(found.map((l) => l.person)).toEqual(Array.from({ length: ENTRIES_EACH }, () => 7));
    const gone = { subject: "person:7", at: AT } as const;
    await world.db.transaction().execute((tx) => forgetSubject(world.ledger, tx, gone));
    await expect(world.ledger.keys.obtain(world.db, "person:7")).rejects.toThrow("was destroyed");
  });
});
