import { expect } from "vitest";
import type { Answer, Row } from "./contract.ts";
import { answered, type ContractCase, failureIn, readAll, using } from "./contract-subject.ts";

const referral = {
  act: "delete",
  collection: "referrals",
  where: { fields: ["id"], tuples: [["3"]] },
} as const;

const CUTS_TRIED_MAX = 20;

export const outageCases: readonly ContractCase[] = [
  {
    name: "after every connection was cut the next call works",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        await Promise.all(Array.from({ length: 4 }, () => connector.count({ collection: "users" })));
        await subject.killConnections();
        expect(await connector.count({ collection: "users" })).toEqual({ ok: true, value: 4 });
        await subject.killConnections();
        expect(await readAll(connector, { collection: "users", fields: ["id"] })).toHaveLength(4);
      }),
  },
  {
    name: "a stream whose connection is cut ends with a failure, never as if it were whole",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const whole = answered(await connector.count({ collection: "big" }));
        // A fast server may have sent the last row before it is cut: then all of them have to be there.
        for (let tries = 0; tries < CUTS_TRIED_MAX; tries += 1) {
          const answers: Answer<readonly Row[]>[] = [];
          for await (const answer of connector.read({ collection: "big", fields: ["id", "note"] })) {
            if (answers.length === 0) await subject.killConnections();
            answers.push(answer);
          }
          const rows = answers.reduce((n, answer) => n + (answer.ok ? answer.value.length : 0), 0);
          if (rows === whole) continue;
          expect(answers.at(-1)).toMatchObject({ ok: false, error: "unreachable", retryable: true });
          expect(answers.filter((answer) => !answer.ok)).toHaveLength(1);
          expect(await connector.count({ collection: "users" })).toEqual({ ok: true, value: 4 });
          return;
        }
        throw new Error(`the connection was never cut in time, in ${CUTS_TRIED_MAX} tries`);
      }),
  },
  {
    name: "a server that isn't there is unreachable and worth another try",
    run: (subject) =>
      using(subject.openNowhere(), async (connector) => {
        expect(failureIn(await connector.probe())).toMatchObject({ error: "unreachable", retryable: true });
        expect(failureIn(await connector.describe())).toMatchObject({
          error: "unreachable",
          retryable: true,
        });
      }),
  },
  {
    name: "an account without rights is denied, and may still describe",
    run: (subject) =>
      using(subject.openWithoutRights(), async (connector) => {
        expect(answered(await connector.describe()).collections.length).toBeGreaterThan(5);
        expect(failureIn(await connector.count({ collection: "users" }))).toMatchObject({
          error: "denied",
          retryable: false,
        });
        expect(failureIn(await connector.mutate([referral]))).toMatchObject({
          error: "denied",
          retryable: false,
        });
      }),
  },
  {
    name: "a change whose connections were cut before it works too",
    mutates: true,
    run: (subject) =>
      using(subject.open(), async (connector) => {
        await Promise.all(Array.from({ length: 4 }, () => connector.count({ collection: "users" })));
        await subject.killConnections();
        expect(await connector.mutate([referral])).toEqual({ ok: true, value: [1] });
      }),
  },
  {
    name: "a change whose connection is cut under way is unreachable, and nothing is changed",
    mutates: true,
    run: (subject) => {
      const sent = Promise.withResolvers<void>();
      const onStatement = (collection: string): void => void (collection === "referrals" && sent.resolve());
      return using(subject.open({ onStatement }), async (connector) => {
        // Longer than any machine takes to cut it: it ends with its connection.
        await subject.guard("referrals", { delayMs: 20_000 });
        const under = connector.mutate([
          {
            act: "set",
            collection: "users",
            where: { fields: ["id"], tuples: [["1"]] },
            set: { phone: "null" },
          },
          referral,
        ]);
        await Promise.race([sent.promise, under]);
        await new Promise((resolve) => setTimeout(resolve, 700));
        await subject.killConnections();
        expect(failureIn(await under)).toMatchObject({ error: "unreachable", retryable: true });
        expect(await connector.count({ collection: "referrals" })).toEqual({ ok: true, value: 3 });
        const anyOf = [{ fields: ["phone"], tuples: [["+49 30 901820"]] }];
        expect(await connector.count({ collection: "users", anyOf })).toEqual({ ok: true, value: 1 });
      });
    },
  },
  {
    name: "a lock held by another is waited for, then throttled, and nothing is changed",
    mutates: true,
    run: (subject) =>
      using(subject.open({ statementTimeoutMs: 1_000 }), async (connector) => {
        const lock = await subject.lock("referrals");
        const answer = await connector.mutate([referral]);
        await lock.release();
        expect(failureIn(answer)).toMatchObject({ error: "throttled", retryable: true });
        expect(await connector.mutate([referral])).toEqual({ ok: true, value: [1] });
      }),
  },
  {
    name: "a statement that takes too long is throttled, and nothing is changed",
    mutates: true,
    run: (subject) =>
      using(subject.open({ statementTimeoutMs: 500 }), async (connector) => {
        await subject.guard("referrals", { delayMs: 3_000 });
        expect(failureIn(await connector.mutate([referral]))).toMatchObject({
          error: "throttled",
          retryable: true,
        });
        expect(await connector.count({ collection: "referrals" })).toEqual({ ok: true, value: 3 });
      }),
  },
];
