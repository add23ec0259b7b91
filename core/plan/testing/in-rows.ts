/** A person captured from rows that a test writes down, as stores would answer. */
import { buildGraph, type Graph } from "../../datamap/graph.ts";
import { readDataMap } from "../../datamap/read.ts";
import { must } from "../../terms/assert.ts";
import type { Capture, CapturedRow, Cells, Keys, Question } from "../capture.ts";
import { Climb } from "../ownership.ts";

/** By `store.collection`. */
export type Rows = Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;

/** Of a map whose collections all have the key `id`. */
export function groundOf(map: string): { readonly graph: Graph; readonly keys: Keys } {
  const graph = buildGraph(must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"));
  return { graph, keys: new Map([...graph.collections.keys()].map((c) => [c, ["id"]])) };
}

export const answerFrom =
  (rows: Rows) =>
  ({ collection, fields, anyOf }: Question): Cells[] =>
    (rows[collection] ?? [])
      .filter((r) => anyOf.some((m) => m.tuples.some((t) => m.fields.every((f, i) => holds(r[f], f, t[i])))))
      .map((r) => fields.map((f) => r[f] ?? null));

/** A list is its JSON. */
function holds(cell: string | null | undefined, field: string, value: string | undefined): boolean {
  if (!field.includes("[*]")) return cell === value;
  const list: unknown = JSON.parse(cell ?? "[]");
  return Array.isArray(list) && list.includes(value);
}

/** To the end. */
export function ask(capture: Capture, rows: Rows): Capture {
  const answer = answerFrom(rows);
  for (let q = capture.next(); q !== null; q = capture.next()) capture.take(q.collection, answer(q));
  return capture;
}

/** Rows of the capture that somebody else owns too. */
export function sharedIn(graph: Graph, capture: Capture, rows: Rows): ReadonlySet<CapturedRow> {
  const [climb, answer] = [new Climb(graph, capture), answerFrom(rows)];
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, answer(q));
  return climb.sharedRows(capture);
}
