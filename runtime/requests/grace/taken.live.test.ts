/**
 * An erasure under grace, taken back on each engine, while the application makes rows under the keys of those that went, and gives others to
 * somebody else between the look and the act: what is not what the erasure took is left as it is.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { oneWayKey } from "../../vault/one-way.ts";
import { createSealer } from "../../vault/seal.ts";
import { erase } from "../rights/erase.ts";
import { memoryJournal } from "../run/journal.ts";
import type { ResultLine } from "../run/run.ts";
import { type Engine, mariaDb, postgres, sqlite } from "../run/testing/engines.ts";
import { AT, onEngines } from "../run/testing/on-engine.ts";
import type { Act } from "./back.ts";
import { bundlesIn } from "./bundle.ts";
import { passOver } from "./pass.ts";
import { PutBack } from "./put-back.ts";
import { undoOf } from "./undo.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`restores are not tried on MariaDB: ${provided.missing}`);

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  posts:
    class: content
    owner: member -> members.id
    fields: { id: system, member: user.unique_id, body: user.content }
  messages:
    class: content
    owner: sender -> members.id
    fields: { id: system, sender: user.unique_id, body: user.content, place: user.location }
    erase: { mask: { body: 'null', place: tombstone } }
  letters:
    class: content
    owner: sender -> members.id
    fields: { id: system, sender: user.unique_id, body: user.content }
    erase: { mask: { sender: 'null', body: 'null' } }
`;

const LAYOUT = [
  "create table members (id int primary key, email varchar(40), name varchar(40))",
  "create table posts (id int primary key, member int, body varchar(40))",
  "create table messages (id int primary key, sender int, body varchar(40), place varchar(40))",
  "create table letters (id int primary key, sender int, body varchar(40))",
  "insert into members values (1, 'ada@example.org', 'Ada'), (2, 'bob@example.org', 'Bob')",
  "insert into posts values (1, 1, 'of Ada'), (2, 1, 'more'), (3, 2, 'of Bob')",
  "insert into messages values (1, 1, 'secret', 'home'), (2, 1, 'secret', 'home'), (3, 2, 'of Bob', 'away')",
  "insert into letters values (1, 1, 'secret'), (2, 1, 'secret'), (3, 2, 'of Bob')",
];
const TABLES = ["members", "posts", "messages", "letters"] as const;

interface Application {
  /** Between the moment when the rows of a collection were kept and the act about them; once. */
  readonly onKept?: Readonly<Record<string, string>>;
  readonly meanwhile?: readonly string[];
}

type Rows = Readonly<Record<string, readonly (readonly (string | null)[])[]>>;

/** How the person's restore ended, the rows before it all, and the rows at the end; the last a second time, as if it had been cut short. */
async function takenBack(engine: Engine, { onKept = {}, meanwhile = [] }: Application) {
  const hand = await engine.hand();
  const folder = await mkdtemp(join(tmpdir(), "avow-taken-"));
  const now = async (): Promise<Rows> => {
    const found: Record<string, (string | null)[][]> = {};
    for (const table of TABLES)
      found[table] = (await hand.exec(`select * from ${table} order by id`)).map((row) =>
        row.map((cell) => (cell === null ? null : String(cell))),
      );
    return found;
  };
  try {
    for (const sql of LAYOUT) await hand.exec(sql);
    const before = await now();
    const maps = [{ file: "app.yaml", text: mapOf(engine.name) }];
    return await onEngines({ maps, engines: { app: engine } }, async (estate) => {
      const key = oneWayKey();
      const bundles = bundlesIn(folder, createSealer(randomBytes(32)));
      const bundle = { estate, bundles, request: randomBytes(8).toString("hex"), key };
      const undo = undoOf({ ...bundle, publicKey: key.publicKey });
      const journal = memoryJournal();
      const waiting = new Map(Object.entries(onKept));
      const outcome = await erase.run({
        ...{ estate, identities: [{ namespace: "member", value: "1" }], journal, now: () => AT },
        approve: async () => true,
        undo: {
          ...undo,
          before: async (step, act) => {
            await undo.before(step, act);
            for (const { collection } of act.changes) {
              const sql = waiting.get(collection);
              if (sql !== undefined) await hand.exec(sql);
              waiting.delete(collection);
            }
          },
        },
      });
      expect(outcome.state).toBe("closed");
      for (const sql of meanwhile) await hand.exec(sql);
      const steps = journal.steps
        .map(({ step, outcome: ended }, i) => ({
          id: String(i),
          whole: (ended?.rows ?? 0) >= step.changes.reduce((n, c) => n + c.keys.length, 0),
        }))
        .toReversed();
      const put = new PutBack();
      const act: Act = async (store, mutations) => {
        const answer = await estate.stores[store]?.eraser.mutate(mutations);
        return answer === undefined || answer.ok ? null : answer;
      };
      const { lines } = await passOver(bundle, steps, act, put);
      const after = await now();
      const again = await passOver(bundle, steps, act, put);
      expect(await now()).toEqual(after);
      expect(staying(again.lines)).toEqual(staying(lines));
      return { before, after, lines };
    });
  } finally {
    await hand.end();
    await engine.drop();
    await rm(folder, { recursive: true });
  }
}

const staying = (lines: readonly ResultLine[]): readonly string[] =>
  lines
    .filter((l) => l.result === "stays_erased")
    .map((l) => `${l.rows} ${l.collection}: ${l.reason}`)
    .toSorted();

const AGAIN = "a row with this key is there again; it is newer and stays";
const GIVEN = "it was given to somebody else, and stays as it is";

for (const [name, start] of [
  ["postgres", () => postgres(inject("postgresUrl"))],
  ["MariaDB", () => mariaDb(server)],
  ["sqlite", () => sqlite()],
] as const) {
  const skipped = name === "MariaDB" && server === "";
  test.skipIf(skipped)(`${name}: nobody else did anything, and all of it is back`, async () => {
    const { before, after, lines } = await takenBack(await start(), {});
    expect(after).toEqual(before);
    expect(staying(lines)).toEqual([]);
  });

  test.skipIf(skipped)(
    `${name}: rows that the application has made under the erased keys are none that came back, though nothing differs`,
    async () => {
      const { before, after, lines } = await takenBack(await start(), {
        meanwhile: [
          "insert into members values (1, 'ada@example.org', 'Ada')",
          "insert into posts values (2, 1, 'more')",
        ],
      });
      expect(after).toEqual(before);
      expect(staying(lines)).toEqual([`1 members: ${AGAIN}`, `1 posts: ${AGAIN}`]);
    },
  );

  test.skipIf(skipped)(
    `${name}: what was given away between look and act, and left empty by its new owner, gets nothing of the person's`,
    async () => {
      const { before, after, lines } = await takenBack(await start(), {
        onKept: {
          "app.messages": "update messages set sender = 2, body = null where id = 2",
          "app.letters": "update letters set sender = 2, body = null where id = 2",
        },
      });
      expect({ ...after, messages: [], letters: [] }).toEqual({ ...before, messages: [], letters: [] });
      expect(after["messages"]).toEqual([
        ["1", "1", "secret", "home"],
        ["2", "2", null, "home"],
        ["3", "2", "of Bob", "away"],
      ]);
      expect(after["letters"]).toEqual([
        ["1", "1", "secret"],
        ["2", "2", null],
        ["3", "2", "of Bob"],
      ]);
      expect(staying(lines)).toEqual([`1 letters: ${GIVEN}`, `1 messages: ${GIVEN}`]);
    },
  );
}
