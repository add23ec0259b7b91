/** The lines of an undo bundle (spec/undo-bundle.md): a head for each change, and a line for each of its rows. */
import type { MaskAct } from "@avow/core/datamap/model";
import type { Cells } from "@avow/core/plan/capture";
import type { KeptRow } from "@avow/core/plan/restore";
import { z } from "zod";
import type { CollectionDescription } from "../../connector-kit/contract.ts";

export interface Head {
  readonly store: string;
  /** The store's own name. */
  readonly collection: string;
  readonly act: "delete" | "set";
  /** `store`: a link that the store empties by itself; what it leaves is not looked at. */
  readonly by: "step" | "store";
  /** What a set did to each of its fields. */
  readonly set: Readonly<Record<string, MaskAct>>;
  readonly key: readonly string[];
  /** Read as text: keys, and whatever unique values and references are told by. */
  readonly plain: readonly string[];
  /** The very values. */
  readonly exact: readonly string[];
  /** Links of the map of which each row says whether they led nowhere. Bundles of earlier versions say it of none. */
  readonly links?: readonly string[];
}

export type Line = { readonly head: Head } | { readonly row: Pick<KeptRow, "plain" | "exact" | "astray"> };

const cells = z.array(z.string().nullable());
const lineSchema = z.union([
  z.strictObject({
    store: z.string(),
    collection: z.string(),
    act: z.enum(["delete", "set"]),
    by: z.enum(["step", "store"]),
    set: z.record(z.string(), z.enum(["null", "tombstone", "now", "remove", "keep"])),
    key: z.array(z.string()),
    plain: z.array(z.string()),
    exact: z.array(z.string()),
    links: z.array(z.string()).exactOptional(),
  }),
  z.tuple([cells, cells]),
  z.tuple([cells, cells, z.array(z.string())]),
]);

export const headLine = (head: Head): string => JSON.stringify(head);
export const rowLine = (plain: Cells, exact: Cells, astray: readonly string[] = []): string =>
  JSON.stringify(astray.length === 0 ? [plain, exact] : [plain, exact, astray]);

export function readLine(line: string): Line {
  const read = lineSchema.parse(JSON.parse(line));
  if ("store" in read) return { head: read };
  const [plain, exact, astray] = read;
  return { row: { plain, exact, ...(astray === undefined ? {} : { astray }) } };
}

/** Fields that a row which is put back brings along. */
export const givenFields = ({ fields }: CollectionDescription): readonly string[] =>
  fields.filter((f) => !f.generated || f.identity === true).map((f) => f.name);

/** What tells whether a row may come back, or some of its fields: its key, unique values, and references. */
export function tellingFields(
  live: CollectionDescription,
  key: readonly string[],
  links: readonly (readonly string[])[],
  only: ReadonlySet<string> | null,
): readonly string[] {
  const groups = [...live.uniques, ...live.foreignKeys.map((fk) => fk.from), ...links].filter(
    (fields) => only === null || fields.some((f) => only.has(f)),
  );
  return [...new Set([...key, ...groups.flat()])];
}
