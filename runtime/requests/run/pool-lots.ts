/** Questions with so many keys that one statement should not carry them all, in lots. */
import type { Cells, Question } from "@avow/core/plan/capture";

/** A question, and who takes the answer; a row may come twice. */
export interface PoolAsking {
  readonly question: Question;
  readonly take: (rows: readonly Cells[]) => void;
}

/** None of a lot has more keys than this altogether; each lot has one question about a collection at most. */
export function lotsOf(askings: readonly PoolAsking[], keysMax: number): readonly (readonly PoolAsking[])[] {
  const keys = askings.flatMap(({ question }) => question.anyOf.map(({ tuples }) => tuples.length));
  if (keys.reduce((sum, n) => sum + n, 0) <= keysMax) return [askings];
  const lots: PoolAsking[][] = [];
  let [room, lot]: [number, PoolAsking[]] = [0, []];
  for (const asking of askings)
    for (const match of asking.question.anyOf)
      for (let from = 0; from < match.tuples.length; ) {
        if (room === 0) {
          lot = [];
          lots.push(lot);
          room = keysMax;
        }
        const tuples = match.tuples.slice(from, from + room);
        add(lot, asking, { ...match, tuples });
        from += tuples.length;
        room -= tuples.length;
      }
  return lots;
}

function add(lot: PoolAsking[], asking: PoolAsking, match: Question["anyOf"][number]): void {
  const { question, take } = asking;
  const last = lot.at(-1);
  if (last?.question.collection !== question.collection)
    lot.push({ question: { ...question, anyOf: [match] }, take });
  else lot.splice(-1, 1, { question: { ...last.question, anyOf: [...last.question.anyOf, match] }, take });
}
