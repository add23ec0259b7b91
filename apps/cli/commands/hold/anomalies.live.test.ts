/** A legal hold excuses what it keeps, and nothing that an erasure left behind beside it. */
import { expect, inject, onTestFinished, test } from "vitest";
import { runningCli } from "../../testing/run.ts";
import { MAP, startClinic } from "./testing/clinic.ts";

const WIDER = MAP.replace(
  "body: user.content }",
  "body: user.content, sent_to: user.contact.email }",
).replace(
  "  shared_bills:",
  `  contacts:
    class: account
    person: { patient: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  notes:
    class: diary
    owner: contact -> contacts.id
    fields: { id: system, contact: user.unique_id, text: user.content }
  shared_bills:`,
);

const TABLES = `
  alter table pages add column sent_to text;
  create table contacts (id int primary key, email text);
  create table notes (id int primary key, contact int, text text);
  insert into contacts values (1, 'ada@example.org'), (2, 'bob@example.org');
  insert into notes values (1, 1, 'a'), (2, 2, 'b')`;

test("what names somebody whom an erasure left under a hold is an anomaly where the hold keeps nothing", async () => {
  const clinic = await startClinic({ server: inject("postgresUrl"), map: WIDER, also: TABLES });
  onTestFinished(() => clinic.close());
  const { store, service, desk } = clinic;
  const found = async (): Promise<string[]> => {
    const { code, out, err } = await runningCli(service, ["verify", "--anomalies", "--json"]);
    expect([code, err]).toEqual([0, ""]);
    const { anomalies }: { anomalies: { anomaly: string; collection: string; count: number | null }[] } =
      JSON.parse(out);
    return anomalies
      .filter((a) => a.anomaly === "missing person" || a.anomaly === "contradictory")
      .map((a) => `${a.anomaly} ${a.collection} ${a.count}`)
      .sort();
  };
  expect(await found()).toEqual([]);
  await clinic.placed("ada");
  expect(await clinic.working(desk, await clinic.asking("ada"))).toMatchObject({ state: "closed" });
  expect([
    await clinic.idsOf("patients"),
    await clinic.idsOf("contacts"),
    await clinic.idsOf("notes"),
  ]).toEqual([[1, 2, 3], [2], [2]]);
  expect(await found()).toEqual([]);

  await store.query(`insert into notes values (3, 1, 'written after she had gone');
    insert into pages values (9, 1, 'and this', 'elsewhere@example.org')`);
  expect(await found()).toEqual(["contradictory pages 1", "missing person notes 1"]);
});
