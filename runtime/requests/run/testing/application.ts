/** An application at work on the store while a request runs: connections of its own, and a record of what it has written of others. */
import { setTimeout as sleep } from "node:timers/promises";

/** One connection. `exec` gives the rows, or how many were changed. */
export interface Hand {
  exec(sql: string): Promise<readonly (readonly unknown[])[]>;
  changed(sql: string): Promise<number>;
  end(): Promise<void>;
}

export interface Deed {
  readonly id: number;
  readonly owner: number | null;
  readonly text: string;
}

/** What the application knows to have committed: of rows of others, and of messages that others share with the person. */
export interface Record {
  readonly notes: Map<number, Deed>;
  readonly messages: Map<number, { readonly from: number; readonly to: number; readonly body: string }>;
  done: number;
  /** Transactions of its own that the store broke: victims of deadlocks, waits that were too long, keys that were gone. */
  broken: number;
  nextId: number;
}

export const PERSON = 1;
export const OTHERS = [2, 3, 4];

export interface App {
  readonly hand: Hand;
  readonly record: Record;
  readonly stopped: () => boolean;
  /** The first step is about to be taken, or there is none. */
  readonly intended: Promise<void>;
}

/** Whether it went well. What the store breaks is tried no second time, as many an application does. */
async function kept({ hand, record }: App, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    record.broken += 1;
    await hand.exec("ROLLBACK").catch(() => []);
    return false;
  }
}

/** All or nothing; whether it was committed. */
const together = (app: App, sqls: readonly string[]): Promise<boolean> =>
  kept(app, async () => {
    await app.hand.exec("BEGIN");
    for (const sql of sqls) await app.hand.changed(sql);
    await app.hand.exec("COMMIT");
    app.record.done += 1;
  });

const hold = (app: App, sql: string): Promise<boolean> =>
  kept(app, async () => {
    await app.hand.exec("BEGIN");
    await app.hand.changed(sql);
  });

/** Ends what `hold` has begun, when whoever erases has long been waiting for it. */
async function letGo(app: App, waitMs: number, last: readonly string[]): Promise<void> {
  await app.intended;
  await sleep(waitMs);
  await kept(app, async () => {
    for (const sql of last) await app.hand.changed(sql);
    await app.hand.exec("COMMIT");
    app.record.done += 1;
  });
}

const PAUSE_MS = 4;
async function times(app: App, n: number, act: (i: number) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < n && !app.stopped(); i += 1) {
    await act(i);
    await sleep(PAUSE_MS);
  }
}
const newId = ({ record }: App): number => {
  record.nextId += 1;
  return record.nextId;
};
const other = (i: number): number => OTHERS[i % OTHERS.length] ?? 2;

/** `before`: what it has begun when the run begins. `during`: beside the run, as fast as it can. `afterStep`: in the moment between a step and the look that follows it. */
export interface Habit {
  readonly before?: (app: App) => Promise<unknown>;
  readonly during?: (app: App) => Promise<void>;
  readonly afterStep?: (app: App) => Promise<unknown>;
}

/** What applications do to rows while somebody is erased, by the words that the matrix uses. */
export const HABITS: Readonly<{ [name: string]: Habit }> = {
  "adds rows of the person": {
    during: (app) =>
      times(app, 40, () =>
        together(app, [`insert into notes (id, owner, body) values (${newId(app)}, ${PERSON}, 'new')`]),
      ),
  },
  "changes and deletes rows of the person": {
    during: (app) =>
      times(app, 40, (i) =>
        i % 2 === 0
          ? together(app, [`update notes set body = 'changed ${i}' where owner = ${PERSON}`])
          : together(app, [`delete from notes where owner = ${PERSON} and id % 7 = ${i % 7}`]),
      ),
  },
  // It has loaded the row before, and saves it as it knows it.
  "saves a kept row again, as it was": {
    afterStep: (app) =>
      app.record.done < 2
        ? together(app, [`update payments set note = 'Ada again ${app.record.done}' where id = 1`])
        : Promise.resolve(),
  },
  "adds, changes and deletes rows of neighbours": {
    during: (app) => times(app, 40, (i) => neighbour(app, i)),
  },
  "shares rows with the person": { during: (app) => times(app, 30, (i) => share(app, i)) },
  // The last of the notes first, and then the first: whoever erases takes them the other way round.
  "runs into deadlocks": {
    before: (app) => hold(app, "update notes set body = 'x' where id = 160"),
    during: (app) => letGo(app, 150, ["update notes set body = 'x' where id = 101"]),
  },
  "holds locks for too long": {
    before: (app) => hold(app, `update payments set note = 'held' where owner = ${PERSON}`),
    during: (app) => letGo(app, 1_300, []),
  },
};

/** Rows of the person become others', by their keys, each with a text of its own. */
export const GIVES_AWAY: Habit = {
  during: (app) =>
    times(app, 50, async (i) => {
      const deed = { id: 101 + i, owner: other(i), text: `given ${i}` };
      const sql = `update notes set owner = ${deed.owner}, body = '${deed.text}' where id = ${deed.id}`;
      if (await together(app, [sql])) app.record.notes.set(deed.id, deed);
    }),
};

async function neighbour(app: App, i: number): Promise<void> {
  const { notes } = app.record;
  const owner = other(i);
  const own = [...notes.values()].filter((n) => n.owner === owner);
  const one = own[i % Math.max(1, own.length)];
  if (i % 3 === 0 || one === undefined) {
    const deed = { id: newId(app), owner, text: `of ${owner}, ${i}` };
    if (
      await together(app, [
        `insert into notes (id, owner, body) values (${deed.id}, ${owner}, '${deed.text}')`,
      ])
    )
      notes.set(deed.id, deed);
  } else if (i % 3 === 1) {
    const text = `again ${i}`;
    if (await together(app, [`update notes set body = '${text}' where id = ${one.id}`]))
      notes.set(one.id, { ...one, text });
  } else if (await together(app, [`delete from notes where id = ${one.id}`])) notes.delete(one.id);
}

async function share(app: App, i: number): Promise<void> {
  const { messages } = app.record;
  const [from, to] = i % 2 === 0 ? [PERSON, other(i)] : [other(i), PERSON];
  const [id, body] = [newId(app), `shared ${i}`];
  if (
    await together(app, [
      `insert into messages (id, sender, recipient, body) values (${id}, ${from}, ${to}, '${body}')`,
    ])
  )
    messages.set(id, { from, to, body });
  const first = [...messages][0];
  if (first === undefined) return;
  const changed = `changed ${i}`;
  if (await together(app, [`update messages set body = '${changed}' where id = ${first[0]}`]))
    messages.set(first[0], { ...first[1], body: changed });
}
