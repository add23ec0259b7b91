/** Audits a log from what is served of it: every tile is computed anew from the entries, up to the root that was signed. */
import { hex, sameBytes, textOf } from "@avow/core/evidence/bytes";
import { type OpenedCheckpoint, openCheckpoint, type Trust } from "@avow/core/evidence/checkpoint";
import { decodeEntry } from "@avow/core/evidence/entry";
import { EMPTY_EDGE, grow, type Tile } from "@avow/core/evidence/growth";
import {
  hashesAt,
  TILE_WIDTH,
  type TileName,
  tilePath,
  unpackBundle,
  widthIn,
} from "@avow/core/evidence/layout";
import type { Primitives } from "@avow/core/evidence/primitives";

export interface AuditInput {
  readonly primitives: Primitives;
  /** The signed checkpoint. */
  readonly checkpoint: Uint8Array | null;
  readonly trust: Trust;
  /** Null: it is not there. */
  readonly read: (name: TileName) => Promise<Uint8Array | null>;
  /** Called after each bundle, so that a caller may look things up in portions. */
  readonly onBundle?: (from: number, entries: readonly Uint8Array[]) => Promise<readonly string[]>;
}

export interface Audit {
  readonly ok: boolean;
  readonly origin: string | null;
  readonly size: number;
  /** Hex. */
  readonly root: string | null;
  readonly witnesses: number;
  /** Entries of a version that is not known here: proven, not understood. */
  readonly unknown: number;
  /** What is wrong, in words; at most a hundred. */
  readonly findings: readonly string[];
}

const FINDINGS_MAX = 100;
/** Beyond that many entries an id that comes twice is not looked for any more: they would fill the memory. */
const IDS_HELD_MAX = 10_000_000;

export async function audit(input: AuditInput): Promise<Audit> {
  const nothing = { ok: false, origin: null, size: 0, root: null, witnesses: 0, unknown: 0 };
  if (input.checkpoint === null) return { ...nothing, findings: ["there is no checkpoint"] };
  const opened = openCheckpoint(input.primitives, input.checkpoint, input.trust);
  if (!opened.ok) return { ...nothing, findings: [`checkpoint: ${opened.reason}`] };
  const walked = await walk(input, opened.value);
  const { origin, size, root, witnesses } = opened.value;
  return {
    ...{ ok: walked.findings.length === 0, origin, size, root: hex(root), witnesses: witnesses.length },
    ...{ unknown: walked.unknown, findings: walked.findings.slice(0, FINDINGS_MAX) },
  };
}

async function walk(input: AuditInput, { size, root }: OpenedCheckpoint) {
  const findings: string[] = [];
  const ids = new Set<string>();
  let unknown = 0;
  let grown = grow(input.primitives, EMPTY_EDGE, []);
  for (let index = 0; index * TILE_WIDTH < hashesAt(size, null); index += 1) {
    const name = { level: null, index, width: widthIn(size, { level: null, index }) };
    const entries = await bundleAt(input, name);
    if (entries === null) {
      // The tree can not be built over a gap; what comes after it says nothing.
      findings.push(`\`${tilePath(name)}\` is not there or can not be read`);
      return { findings, unknown };
    }
    for (const entry of entries) {
      const id = decodeEntry(entry)?.id;
      if (id === undefined) unknown += 1;
      else if (ids.has(id)) findings.push(`the entry \`${id}\` is there twice`);
      else if (ids.size < IDS_HELD_MAX) ids.add(id);
    }
    findings.push(...((await input.onBundle?.(index * TILE_WIDTH, entries)) ?? []));
    grown = grow(input.primitives, grown.edge, entries);
    findings.push(...(await compare(input, grown.full)));
  }
  findings.push(...(await compare(input, grown.partial)));
  if (!sameBytes(grown.root, root)) findings.push("the entries do not give the root that was signed");
  return { findings, unknown };
}

async function bundleAt(input: AuditInput, name: TileName): Promise<Uint8Array[] | null> {
  const bytes = await input.read(name);
  return bytes === null ? null : unpackBundle(bytes, name.width);
}

async function compare(input: AuditInput, tiles: readonly Tile[]): Promise<string[]> {
  const findings: string[] = [];
  for (const tile of tiles) {
    const served = await input.read(tile);
    if (served === null) findings.push(`\`${tilePath(tile)}\` is not there`);
    else if (!sameBytes(served, tile.bytes))
      findings.push(`\`${tilePath(tile)}\` is not what its entries give`);
  }
  return findings;
}

/** The verifier keys that lie beside an exported log, one a line. */
export const keyLines = (bytes: Uint8Array | null): string[] =>
  (bytes === null ? "" : (textOf(bytes) ?? "")).split("\n").filter((line) => line.trim() !== "");
