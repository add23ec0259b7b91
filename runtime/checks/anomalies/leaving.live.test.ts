/** People whose erasure is under way are no anomaly, whichever way their rows are looked at. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { POLICY } from "@avow/provision/club";
import { expect, onTestFinished, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import { BUDGET } from "../budget/model.ts";
import { findAnomalies } from "./find.ts";

const policy = must(
  compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds }).value,
  "the policy compiles",
);

async function* refuses(): ReturnType<Connector["read"]> {
  yield { ok: false, error: "denied", retryable: false, reason: "not allowed" };
}

const TABLES = `create table users (id integer primary key, email text);
  create table orders (id integer primary key, user_id integer, receipt_to text);
  create table files (id integer primary key, of_kind text, of_id integer, sent_to text);
  create table gifts (id integer primary key, sender integer, recipient integer, sent_to text);
  insert into gifts values (1, 1, 4, 'ANN@example.org'), (2, 1, 9, 'somebody@example.org'), (3, 1, null, 'other@example.org'),
    (4, 2, 3, null), (5, 1, 4, 'old@example.org');
  insert into users values (1, 'ann@example.org'), (4, 'dee@example.org');
  insert into orders values (1, 1, 'ann@example.org'), (2, 2, null), (3, 3, null), (4, 4, 'old@example.org');
  insert into files values (1, 'user', 1, null), (2, 'user', 2, null), (3, 'user', 3, null), (4, 'user', 4, 'old@example.org')`;
const MAP = `store: app
connector: sqlite
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  orders:
    class: payment
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, receipt_to: user.contact.email }
  files:
    class: payment
    links: [{ role: owner, from: [of_id], to: { collection: users, fields: [id] }, when: { of_kind: user } }]
    fields: { id: system, of_kind: system, of_id: user.unique_id, sent_to: user.contact.email }
  gifts:
    class: payment
    links:
      - { role: owner, from: [sender], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [recipient], to: { collection: users, fields: [id] } }
    fields: { id: system, sender: user.unique_id, recipient: user.unique_id, sent_to: user.contact.email }
`;

test("who is just leaving is no missing person, and what is left of them contradicts nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-leaving-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "leaving.db");
  const store = new DatabaseSync(file);
  store.exec(TABLES);
  store.close();
  const app = sqlite.open({ url: `sqlite:${file}`, access: "read", statementTimeoutMs: 30_000 });
  onTestFinished(() => app.close());
  const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
  const found = async (gone: readonly string[] | null) => {
    const report = await findAnomalies({
      ...{ policy, map, readers: { app }, budget: BUDGET, now: new Date() },
      leaving: async () =>
        gone === null ? null : (ids) => ids.some((i) => i.namespace === "user_id" && gone.includes(i.value)),
    });
    expect(report.notLooked).toEqual([]);
    const asked = report.anomalies.filter((a) => a.count !== null);
    return asked.map((a) => `${a.anomaly} ${a.collection} ${a.count} of ${a.examined}`).sort();
  };
  const all = [
    "contradictory files 1 of 1",
    // Of two people a copy may be either's; of one who is named and not there, nobody knows.
    "contradictory gifts 2 of 3",
    "contradictory orders 1 of 2",
    "missing person files 2 of 4",
    "missing person gifts 1 of 5",
    "missing person orders 2 of 4",
  ];
  expect(await found(null)).toEqual(all);
  expect(await found(["9"])).toEqual(all);
  // One who leaves excuses neither the other who is missing nor what is nobody's of both.
  expect(await found(["2", "4"])).toEqual([
    "contradictory gifts 1 of 2",
    "missing person files 1 of 4",
    "missing person gifts 1 of 5",
    "missing person orders 1 of 4",
  ]);
  expect(await found(["2", "3", "4"])).toEqual(["contradictory gifts 1 of 2"]);
  // What can not be read whole leaves nobody out of what the store has counted.
  const failing: Connector = {
    ...app,
    read: (query) => (query.collection === "orders" ? refuses() : app.read(query)),
  };
  const { anomalies } = await findAnomalies({
    ...{ policy, map, readers: { app: failing }, budget: BUDGET, now: new Date() },
    leaving: async () => (ids) => ids.some((i) => i.value === "2"),
  });
  expect(anomalies).toContainEqual(
    expect.objectContaining({ anomaly: "missing person", collection: "orders", count: 2, partial: false }),
  );
});
