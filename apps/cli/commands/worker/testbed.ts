/** A small service with its stores and Avow's own database, and workers on it as processes, for the tests of this folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type NewRequest, openRequest } from "@avow/runtime/requests/desk/intake";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { openedDesk } from "../../testing/opened-desk.ts";
import { type Service, startService } from "../../testing/service.ts";

export const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CRASHING = new URL("../../testing/main.ts", import.meta.url).pathname;

const POLICY = `---
service: cards
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Cards Ltd, country: DE, contact: { rights: privacy@cards.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name, user.unique_id]
  payment: [user.financial, user.payment, user.unique_id]
---
# Privacy

We delete your data when you ask us to.

\`\`\`commit
- id: erased-on-request
  right: erase
  ways: [email]
  within: P14D
\`\`\`
`;

const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { customer_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  cards:
    class: payment
    owner: customer_id -> customers.id
    fields: { id: system, customer_id: user.unique_id, number: user.financial }
`;

export const PEOPLE = 60;
const RESET = `
  drop table if exists cards, customers;
  create table customers (id int primary key, email text unique, name text);
  create table cards (id int primary key, customer_id int not null references customers, number text);
  insert into customers select n, 'c' || n || '@example.org', 'Customer Nr ' || n from generate_series(1, ${PEOPLE}) n;
  insert into cards select n, 1 + n % ${PEOPLE}, 'number ' || n from generate_series(1, ${PEOPLE * 5}) n;
  create or replace function protect() returns trigger language plpgsql as $$ begin raise exception 'protected'; end $$;
`;

export interface Worker {
  readonly log: () => string;
  readonly process: ChildProcess;
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

export interface Cards extends Service {
  readonly opened: OpenDesk;
  readonly questions: Questions;
  reset(): Promise<void>;
  /** `killedAt`: at that moment. */
  startWorker(killedAt?: string): Promise<Worker>;
}

/** `server`: URL of a superuser of the server that the databases are made on. */
export async function openCards(server: string): Promise<Cards> {
  const service = await startService({ server, name: "cards", policy: POLICY, map: MAP });
  const { folder, env, store, own } = service;
  await store.query(RESET);
  const opened = await openedDesk({ folder, env });
  return {
    ...service,
    opened,
    questions: questionsTo({ own, store, opened }),
    startWorker: (killedAt) =>
      startWorker(folder, env, killedAt === undefined ? [MAIN] : [CRASHING, killedAt]),
    async reset() {
      await store.query(RESET);
    },
    async close() {
      await opened.service.close();
      await service.close();
    },
  };
}

/** On a machine that has much else to do. */
const START_MS_MAX = 110_000;

async function startWorker(
  folder: string,
  env: Readonly<Record<string, string>>,
  program: readonly string[],
): Promise<Worker> {
  const child = spawn(process.execPath, [...program, "worker", "--service", folder], { env, cwd: folder });
  let log = "";
  child.stderr.on("data", (d) => {
    log += d;
  });
  const ended: Worker["ended"] = new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })),
  );
  try {
    await until(
      () => log.includes("running") || child.exitCode !== null || child.signalCode !== null,
      START_MS_MAX,
    );
  } catch (error) {
    // Nobody else knows of it: left alone it would carry out the requests of the tests that follow.
    child.kill("SIGKILL");
    throw error;
  }
  return {
    log: () => log,
    process: child,
    ended,
    async end(signal) {
      child.kill(signal);
      return (await ended).code;
    },
  };
}

/** How long it took. */
export async function until(what: () => boolean | Promise<boolean>, msMax = 60_000): Promise<number> {
  const began = performance.now();
  while (!(await what())) {
    if (performance.now() > began + msMax) throw new Error(`not after ${msMax} ms`);
    await sleep(20);
  }
  return performance.now() - began;
}

export interface Questions {
  /** Asks for the person's right as the API does. */
  ask(person: number, more?: { readonly right?: string }): Promise<string>;
  askWithoutJob(person: number, via: string): Promise<string>;
  stateOf(request: string): Promise<string>;
  closed(request: string): () => Promise<boolean>;
  /** State, rows and collections; of a failed one also why. */
  stepsOf(request: string): Promise<string[]>;
  /** Of the service's store. */
  count(from: string): Promise<number>;
}

function questionsTo({ own, store, opened }: Pick<Cards, "own" | "store" | "opened">): Questions {
  const asked = (n: number, via: string): NewRequest => ({
    right: "erase",
    identities: [{ namespace: "email", value: `c${n}@example.org` }],
    via,
  });
  const stateOf = async (id: string): Promise<string> =>
    (await own.query("select state from requests where id = $1", [id])).rows[0]?.state ?? "gone";
  return {
    async ask(n, more = {}) {
      const enqueue = enqueueWith(await opened.service.jobs());
      return (await openRequest(opened.desk, { ...asked(n, "app"), ...more, enqueue })).id;
    },
    askWithoutJob: async (n, via) => (await openRequest(opened.desk, asked(n, via))).id,
    stateOf,
    closed: (id) => async () => (await stateOf(id)) === "closed",
    stepsOf: async (id) =>
      (
        await own.query(
          `select state || ' ' || coalesce(rows::text, '?') || ' ' || string_agg(c->>'collection', ',')
                  || case state when 'failed' then ': ' || coalesce(reason, '?') else '' end as step
             from request_steps, jsonb_array_elements(changes) c
            where request = $1 group by request_steps.id order by request_steps.id`,
          [id],
        )
      ).rows.map((r) => r.step),
    count: async (from) => Number((await store.query(`select count(*) as n from ${from}`)).rows[0].n),
  };
}
