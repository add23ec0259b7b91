/** A clinic that may be sued: what its policy lets it hold, where its data lies, its patients, and what its staff do there. */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import type { IdentityValue } from "@avow/core/terms/person";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { openDesk } from "@avow/runtime/service/desk";
import { CONNECTORS } from "../../../connectors.ts";
import { runningCli } from "../../../testing/run.ts";
import { type ServiceGiven, startService } from "../../../testing/service.ts";

export const POLICY = `---
service: clinic
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Clinic Ltd, country: DE, contact: { rights: privacy@clinic.example } }
jurisdictions: [EU]
classes:
  account: [user]
  payment: [user]
  diary: [user]
---
# Privacy

You can have your data deleted.

\`\`\`commit
- id: rights
  right: [access, erase]
  ways: [email]
  within: P14D
  except: kept-for-claims
\`\`\`

We keep accounts and payments where a legal claim needs them.

\`\`\`commit
- id: kept-for-claims
  retain: [account, payment]
  for: needed
  keeps: { why: hold, reason: legal claims }
\`\`\`
`;

export const MAP = `store: app
connector: postgres
collections:
  patients:
    class: account
    person: { patient: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, street: user.contact, joined: system }
    anchors: { creation: joined }
  payments:
    class: payment
    owner: patient -> patients.id
    fields: { id: system, patient: user.unique_id, amount: user.financial, made_at: system }
    anchors: { creation: made_at }
  pages:
    class: diary
    owner: patient -> patients.id
    fields: { id: system, patient: user.unique_id, body: user.content }
  shared_bills:
    class: payment
    links:
      - { role: owner, from: [payer], to: { collection: patients, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: patients, fields: [id] } }
    fields: { id: system, payer: user.unique_id, other: user.unique_id, text: user.content }
    on_leave: delete
  letters:
    class: payment
    links:
      - { role: owner, from: [author], to: { collection: patients, fields: [id] } }
      - { role: about, from: [on], to: { collection: patients, fields: [id] } }
    fields: { id: system, author: user.unique_id, on: user.unique_id, text: user.content }
`;

export const RESET = `
  drop table if exists letters, shared_bills, pages, payments, patients;
  create table patients (id int primary key, email text unique, name text, street text, joined date);
  create table payments (id int primary key, patient int not null references patients, amount int, made_at date);
  create table pages (id int primary key, patient int not null references patients, body text);
  create table shared_bills (id int primary key, payer int references patients, other int references patients, text text);
  create table letters (id int primary key, author int references patients, "on" int references patients, text text);
  insert into patients values (1, 'ada@example.org', 'Ada', 'Elm 1', '2024-01-01'), (2, 'bob@example.org', 'Bob', 'Oak 2', '2024-01-01'), (3, 'cy@example.org', 'Cy', null, '2024-01-01');
  insert into payments values (1, 1, 10, '2025-01-01'), (2, 1, 20, '2025-01-02'), (3, 2, 30, '2025-01-03'), (4, 3, 40, '2025-01-04');
  insert into pages values (1, 1, 'about Ada'), (2, 2, 'about Bob'), (3, 3, 'about Cy');
  insert into shared_bills values (1, 1, 2, 'of both');
`;

export const who = (name: string) => [{ namespace: "email", value: `${name}@example.org` }];
export const REVIEW = new Date(Date.now() + 30 * 86_400_000);
export const MATTER = { reason: "case 12/2026", owner: "legal", by: "test" };
export const GROUNDS = [{ commitment: "kept-for-claims", classes: ["payment"] }];

interface Given extends Pick<ServiceGiven, "server" | "settings"> {
  /** Other than the clinic's. */
  readonly policy?: string;
  readonly map?: string;
  /** What such a map needs beside the clinic's tables. */
  readonly also?: string;
  readonly now?: () => Date;
}

export async function startClinic({
  policy = POLICY,
  map = MAP,
  also = "",
  now = () => new Date(),
  ...given
}: Given) {
  const service = await startService({ ...given, name: "clinic", policy, map });
  const { folder, env, store, own } = service;
  await store.query(RESET + also);
  const bound = await runningCli(service, ["bind", "--yes"]);
  if (bound.code !== 0) throw new Error(bound.out + bound.err);
  const made = await openDesk(folder, { env, now, onLog: () => {}, connectors: CONNECTORS });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  const opened = made.value;
  const { desk } = opened;
  return {
    ...{ service, store, opened, desk },
    async placed(name: string): Promise<string> {
      const held = { identities: who(name), grounds: GROUNDS, review: REVIEW };
      const done = await placeHold(desk, { ...held, ...MATTER });
      if (typeof done === "string") throw new Error(done);
      return done.hold;
    },
    async asking(name: string, asked = NOTHING_MORE, also: readonly IdentityValue[] = []): Promise<string> {
      const identities = [...who(name), ...also];
      const erasure = { right: "erase", identities, via: "cli", approvedBy: "cli", asked };
      return (await openRequest(desk, erasure)).id;
    },
    async working(at: Desk, id: string) {
      const ran = await workOn(at, id, { approver: "test", approve: async () => true });
      if (ran.busy) throw new Error("busy");
      return ran.outcome;
    },
    idsOf: async (table: string): Promise<number[]> =>
      (await store.query(`select id from ${table} order by id`)).rows.map((r) => r.id),
    /** The patients as they were at first, and nothing asked or held. */
    async reset(): Promise<void> {
      await own.query(
        "truncate requests, holds, suppression_lots, suppression_ends, suppression_runs cascade",
      );
      await store.query(RESET);
    },
    async close(): Promise<void> {
      await opened.service.close();
      await service.close();
    },
  };
}

export type Clinic = Awaited<ReturnType<typeof startClinic>>;
