/**
 * What of the contract holds for a system that may do a part of what it is asked, or none of it for now (spec/connector.md, "Blocked, and in
 * part"). Call it from a test, beside the suite that its other operations are held to.
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { Answer, Connector, ConnectorFailure } from "./contract.ts";

export interface HoldingSubject {
  readonly name: string;
  /** Lays out `files`, with the key `id` and a `note` each, and `letters`, likewise. */
  prepare(rows: { readonly files: readonly Row[]; readonly letters: readonly Row[] }): Promise<void>;
  open(): Connector;
  /** From now on these keys of `files` can not be changed, until then or until they are let go of. */
  hold(keys: readonly string[], until: Date | null): Promise<void>;
  letGo(): Promise<void>;
  /** By the clock of the system. */
  now(): Date;
}
interface Row {
  readonly id: string;
  readonly note: string;
}

const ANN = "of ann@example.org";
const files = ["1", "2", "3"].map((id) => ({ id, note: ANN }));
const letters = [{ id: "7", note: ANN }];
const about = (collection: string, ids: readonly string[]) =>
  ({ collection, where: { fields: ["id"], tuples: ids.map((id) => [id]) } }) as const;
const ALL = [
  { act: "set", ...about("letters", ["7"]), set: { note: "null" } },
  { act: "delete", ...about("files", ["1", "2", "3"]) },
] as const;
const FILES = [ALL[1]] as const;

function refused(answer: Answer<unknown>): ConnectorFailure {
  if (answer.ok) throw new Error("expected a refusal, got an answer");
  expect(JSON.stringify(answer)).not.toContain("ann@");
  expect(answer.reason).not.toBe("");
  return answer;
}

export function runHoldingSuite(subject: HoldingSubject): void {
  describe(`connector contract, blocked and in part: ${subject.name}`, () => {
    const inAMonth = (): Date => new Date(subject.now().getTime() + 30 * 86_400_000);
    const idsLeft = async (): Promise<unknown[]> => {
      const ids: unknown[] = [];
      for await (const batch of subject.open().read({ collection: "files", fields: ["id"] }))
        if (batch.ok) ids.push(...batch.value.map(([id]) => id));
      return ids.sort();
    };
    beforeEach(() => subject.prepare({ files, letters }));

    test("it says that it may do a part: what must go first is asked for by itself", () => {
      expect(subject.open().inParts).toBe(true);
    });

    test("where nothing is held all of it is done, and asking again finds nothing to do", async () => {
      expect(await subject.open().mutate(ALL)).toEqual({ ok: true, value: [1, 3] });
      expect(await subject.open().mutate(FILES)).toEqual({ ok: true, value: [0] });
    });

    test("a part is never an answer: it says what is left of each mutation, and the rest is done", async () => {
      await subject.hold(["2"], inAMonth());
      const answer = refused(await subject.open().mutate(ALL));
      expect(answer).toMatchObject({ error: "partial", retryable: true, left: [0, 1] });
      expect(answer.until).toBe(inAMonth().toISOString());
      expect(await idsLeft()).toEqual(["2"]);
    });

    test("where nothing at all can be done it is blocked, with the date, and nothing is changed", async () => {
      await subject.hold(["1", "2", "3"], inAMonth());
      const answer = refused(await subject.open().mutate(FILES));
      expect(answer).toMatchObject({ error: "blocked", retryable: true });
      expect(answer.until).toBe(inAMonth().toISOString());
      expect(await idsLeft()).toEqual(["1", "2", "3"]);
    });

    test("what nobody knows the end of has no date", async () => {
      await subject.hold(["1", "2", "3"], null);
      const blocked = refused(await subject.open().mutate(FILES));
      expect(blocked).toMatchObject({ error: "blocked", retryable: false });
      expect(blocked.until).toBeUndefined();
      await subject.letGo();
      await subject.hold(["3"], null);
      expect(refused(await subject.open().mutate(FILES)).until).toBeUndefined();
    });

    test("the same asked again goes on with what was left", async () => {
      await subject.hold(["2", "3"], inAMonth());
      expect(refused(await subject.open().mutate(ALL)).left).toEqual([0, 2]);
      expect(refused(await subject.open().mutate(FILES))).toMatchObject({ error: "blocked" });
      await subject.letGo();
      expect(await subject.open().mutate(FILES)).toEqual({ ok: true, value: [2] });
      expect(await idsLeft()).toEqual([]);
    });
  });
}
