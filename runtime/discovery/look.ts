/**
 * Reads a sample of each collection, one after the other, and keeps what it shows: counts, shares, hashes, and for a short while the values
 * of fields that may be keys, to look for them where they may lead. Nothing of that is printed or written.
 */
import { type Evidence, evidenceOf } from "@avow/core/datamap/classify/evidence";
import { SHARE_MIN } from "@avow/core/datamap/classify/facts";
import { familyOf } from "@avow/core/datamap/classify/name";
import { polymorphicFields } from "@avow/core/datamap/discover/candidates";
import { typeClass } from "@avow/core/datamap/discover/keys";
import type { FoundPart, Looked, SchemaCollection } from "@avow/core/datamap/discover/model";
import { eavParts, eavShape, jsonParts } from "@avow/core/datamap/discover/parts";
import { type Sketch, sketchOf } from "@avow/core/datamap/discover/sketch";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type { Answer, Cell, Connector, ConnectorFailure, Row } from "../connector-kit/contract.ts";
import { isBytes } from "../connector-kit/sampled.ts";
import type { Budget, Spent } from "./budget.ts";
import { sampleWithin } from "./sample.ts";

export interface Seen {
  readonly looked: Looked;
  readonly sketches: ReadonlyMap<string, Sketch>;
  /** Distinct values by field. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Id field → what its type field says → ids. */
  readonly typed: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Why the bytes of its long fields were not looked into, where they were to be. */
  readonly unread: string | null;
}

export const SKETCHED_CHARS_MAX = 200;

export async function lookAt(
  connector: Connector,
  c: SchemaCollection,
  { budget, spent }: { readonly budget: Budget; readonly spent: Spent },
): Promise<Answer<Seen>> {
  // As `read` gives them, nobody can tell their notation.
  const isLeftOut = connector.sample === undefined ? isOfBytes : isLong;
  const fields = c.fields.filter((f) => !isLeftOut(f.type) && !isListOfBytes(f.type)).map((f) => f.name);
  const query = { collection: c.name, fields, rowsMax: budget.rowsMax, charsMax: budget.charsMax };
  const answer = await sampleWithin(connector, query, { budget, spent });
  if (!answer.ok) return answer;
  const { rows, whole } = answer.value;
  spent.rows += rows.length;
  const seen = seenOf(c, { fields, rows, whole, budget });
  const long = await lookAtLong(connector, c, { budget, spent });
  // Of a collection that has nothing else nothing was seen then.
  if (fields.length === 0 && long.refused !== null) return long.refused;
  return { ok: true, value: { ...seen, looked: withLong(seen.looked, long), unread: long.unread } };
}

const isOfBytes = (type: string): boolean => familyOf(type) === "binary";

/** They come as one text of hexadecimal signs, which would be judged as what they are written with. */
const isListOfBytes = (type: string): boolean => isOfBytes(type) && type.endsWith("[]");

/** Bytes without a length of their own: many a store keeps pictures in them, and reads all of one where a part is asked for. */
const isLong = (type: string): boolean =>
  isOfBytes(type) &&
  !isListOfBytes(type) &&
  Number(/\((\d+)\)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY) > BYTES_MAX;
const BYTES_MAX = 4_000;
const LONG_ROWS_MAX = 100;

type Long = Pick<Looked, "evidence" | "parts"> & {
  readonly unread: string | null;
  readonly refused: ConnectorFailure | null;
};

/** By themselves, and of fewer rows: what they cost is not to be at the cost of the others. */
async function lookAtLong(
  connector: Connector,
  c: SchemaCollection,
  { budget, spent }: { readonly budget: Budget; readonly spent: Spent },
): Promise<Long> {
  const long = c.fields.filter((f) => isLong(f.type)).map((f) => f.name);
  const eav = eavShape(c);
  // The name of an attribute has to be of the same row as its value.
  const besides = eav !== null && long.includes(eav.value) && !long.includes(eav.attribute);
  const fields = besides ? [eav.attribute, ...long] : long;
  const none = {
    evidence: new Map<string, Evidence>(),
    parts: new Map<string, readonly FoundPart[]>(),
    refused: null,
  };
  if (fields.length === 0 || connector.sample === undefined) return { ...none, unread: null };
  if (spent.bytes >= budget.bytesMax) return { ...none, unread: "bytes: the byte budget was spent" };
  const rowsMax = Math.min(LONG_ROWS_MAX, budget.rowsMax);
  const query = { collection: c.name, fields, rowsMax, charsMax: budget.charsMax };
  const answer = await sampleWithin(connector, query, { budget, spent });
  if (!answer.ok) return { ...none, unread: `bytes: ${answer.error}: ${answer.reason}`, refused: answer };
  const { rows } = answer.value;
  return { ...seenOf(c, { fields, rows, whole: false, budget }).looked, unread: null, refused: null };
}

/** Of what both have looked at, the first has seen more rows. */
const withLong = (looked: Looked, long: Long): Looked => ({
  ...looked,
  evidence: new Map([...long.evidence, ...looked.evidence]),
  parts: new Map([...long.parts, ...looked.parts]),
});

interface Read {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
  readonly whole: boolean;
  readonly budget: Budget;
}

function seenOf(c: SchemaCollection, { fields, rows, whole, budget }: Read): Seen {
  const evidence = new Map<string, Evidence>();
  const sketches = new Map<string, Sketch>();
  const values = new Map<string, readonly string[]>();
  const parts = new Map<string, readonly FoundPart[]>();
  const unique = new Set<string>();
  for (const [i, name] of fields.entries()) {
    const cells = rows.map((row) => row[i] ?? null);
    const type = c.fields.find((f) => f.name === name)?.type ?? "";
    // What pseudo-people hold says nothing of what the field is for; it does tell rows apart.
    const texts = cells.map((cell) => (cell === null || isPseudoKey(cell) || isBytes(cell) ? null : cell));
    const shown = evidenceOf(texts);
    // Of bytes that are no text nothing was seen.
    if (!isMostlyBytes(cells)) evidence.set(name, shown);
    if (rows.length > 1 && !cells.includes(null) && new Set(cells).size === rows.length) unique.add(name);
    const isDocument = familyOf(type) === "json" || (shown.kinds.json ?? 0) > 0.5;
    if (isDocument) parts.set(name, jsonParts(texts, { collection: c.name, about: "owned" }));
    if (typeClass(type) === null || isDocument) continue;
    const distinct = new Set(
      cells.filter((v): v is string => v !== null && v !== "" && v.length <= SKETCHED_CHARS_MAX),
    );
    if (whole) sketches.set(name, sketchOf(distinct));
    values.set(name, [...distinct].filter((v) => v !== "0").slice(0, budget.probeValuesMax));
  }
  const pair = (a: string, b: string): readonly (readonly [Cell, Cell])[] =>
    rows.map((row) => [textOf(row[fields.indexOf(a)]), textOf(row[fields.indexOf(b)])]);
  // A pair of which only one was asked for says nothing, nor does one of bytes that are no text.
  const asked = (...names: readonly string[]): boolean => names.every((name) => fields.includes(name));
  const eav = eavShape(c);
  if (eav !== null && asked(eav.attribute, eav.value) && evidence.has(eav.value))
    parts.set(eav.value, eavParts(pair(eav.attribute, eav.value), { collection: c.name, about: "owned" }));
  const typed = new Map(
    [...polymorphicFields(c)]
      .filter((names) => asked(...names))
      .map(([id, type]) => [id, byType(pair(type, id), budget)] as const),
  );
  return {
    looked: { rows: rows.length, whole, evidence, unique, parts },
    sketches,
    values,
    typed,
    unread: null,
  };
}

const textOf = (cell: Cell | undefined): Cell =>
  cell === undefined || cell === null || isBytes(cell) ? null : cell;

const isMostlyBytes = (cells: readonly Cell[]): boolean => {
  const filled = cells.filter((cell) => cell !== null && cell !== "");
  return filled.filter((cell) => cell !== null && isBytes(cell)).length > filled.length * (1 - SHARE_MIN);
};

const TYPES_MAX = 30;

function byType(
  pairs: readonly (readonly [Cell, Cell])[],
  budget: Budget,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [type, id] of pairs) {
    if (type === null || id === null || (!found.has(type) && found.size >= TYPES_MAX)) continue;
    const ids = found.get(type) ?? [];
    if (ids.length < budget.probeValuesMax && !ids.includes(id)) ids.push(id);
    found.set(type, ids);
  }
  return found;
}
