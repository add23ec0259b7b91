/** A store of arrays that goes along links by itself, in the plainest way, and counts how it was asked. */
import { must } from "@avow/core/terms/assert";
import { type ArrayRow, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import type {
  Answer,
  Connector,
  ConnectorFailure,
  Entry,
  FollowQuery,
  Match,
  Row,
} from "../../../connector-kit/contract.ts";

export interface AlongStore {
  readonly connector: Connector;
  /** Collections that a statement was about, in their order. */
  readonly asked: string[];
  /** Statements that went along links. */
  followed(): number;
}

interface How {
  /** Whether it can go along links at all. */
  readonly follows: boolean;
  /** That it never does, and how it says so. */
  readonly fails?: ConnectorFailure["error"];
  /** It takes texts for one of which this makes the same, and says so to nobody. */
  readonly alike?: Alike;
}

/** Every field has an index. */
export function alongStore(tables: readonly ArrayTable[], how: How): AlongStore {
  const { alike = (text) => text } = how;
  const inner = arrayStore(tables);
  const asked: string[] = [];
  let followed = 0;
  const rowsOf = (name: string): readonly ArrayRow[] =>
    must(
      tables.find((t) => t.name === name),
      `there is no \`${name}\``,
    ).rows;
  async function* read(query: FollowQuery): AsyncGenerator<Answer<readonly Row[]>> {
    asked.push(...query.about.map((a) => a.collection));
    followed += 1;
    if (how.fails !== undefined)
      yield { ok: false, error: how.fails, retryable: false, reason: "it is too much at once" };
    else yield { ok: true, value: answerTo(query, { rowsOf, alike }) };
  }
  const connector: Connector = {
    ...inner,
    ...(how.follows ? { following: { kinds: ["text"], entriesMax: 10, read } } : {}),
    async describe() {
      const answer = await inner.describe();
      if (!answer.ok) return answer;
      const collections = answer.value.collections.map((c) => ({
        ...c,
        indexes: c.fields.map((f) => [f.name]),
      }));
      return { ok: true, value: { collections } };
    },
    async *read(query) {
      asked.push(query.collection);
      if (how.alike === undefined) return yield* inner.read(query);
      const { fields, exact = [], anyOf } = query;
      const found = rowsOf(query.collection).filter(
        (row) => anyOf?.some((m) => meets(row, m, alike)) ?? true,
      );
      yield { ok: true, value: found.map((row) => [...fields, ...exact].map((f) => row[f] ?? null)) };
    },
  };
  return { connector, asked, followed: () => followed };
}

type Alike = (text: string) => string;

const isSame = (a: string | null | undefined, b: string | null | undefined, alike: Alike): boolean =>
  a != null && b != null && alike(a) === alike(b);

const meets = (row: ArrayRow, { fields, tuples }: Match, alike: Alike): boolean =>
  tuples.some((tuple) => fields.every((f, i) => isSame(row[f], tuple[i], alike)));

interface Holding {
  readonly rowsOf: (name: string) => readonly ArrayRow[];
  readonly alike: Alike;
}

function answerTo({ about, entries, arms }: FollowQuery, { rowsOf, alike }: Holding): Row[] {
  const width = Math.max(...about.map(({ fields }) => fields.length));
  const given: Row[] = [];
  const give = (at: number, led: string, row: ArrayRow, number = at): void => {
    const cells = must(about[at], "it is numbered").fields.map((f) => row[f] ?? null);
    given.push([String(number), led, ...cells, ...Array.from({ length: width - cells.length }, () => null)]);
  };
  const seen = new Set<string>();
  const open: { readonly entry: number; readonly value: Row }[] = [];
  const follow = (at: number, row: ArrayRow): void => {
    for (const arm of arms) {
      const value = arm.fields.map((f) => row[f] ?? null);
      if (arm.about !== at || value.includes(null)) continue;
      if (arm.when !== undefined && !meets(row, arm.when, alike)) continue;
      const name = JSON.stringify([arm.entry, value]);
      if (!seen.has(name)) open.push({ entry: arm.entry, value });
      seen.add(name);
    }
  };
  for (const [at, { collection, anyOf, beside }] of about.entries())
    for (const row of rowsOf(collection))
      if (anyOf.some((match) => meets(row, match, alike))) {
        give(at, "seed", row);
        follow(at, row);
      } else if (beside.some((match) => meets(row, match, alike))) give(at, "met", row);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entry: Entry = must(entries[next.entry], "it is numbered");
    for (const row of rowsOf(must(about[entry.about], "it is numbered").collection)) {
      if (entry.fields.some((f, i) => !isSame(row[f], next.value[i], alike))) continue;
      if (entry.when !== undefined && !meets(row, entry.when, alike)) continue;
      give(entry.about, "led", row, next.entry);
      if (entry.last !== true) follow(entry.about, row);
    }
  }
  return given;
}
