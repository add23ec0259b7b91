/** Holds by which nobody is found any more (spec/holds.md): what they were to keep may be another's by name, or gone. */
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { openSealed } from "./sealed.ts";

interface Book {
  readonly db: Database;
  readonly sealer: Pick<Sealer, "open">;
}

/** As the last look has found. */
export async function countLostHolds({ db, sealer }: Book, service: string): Promise<number> {
  const rows = await db
    .selectFrom("holds")
    .select(["id", "sealed"])
    .where("service", "=", service)
    .where("lifted_at", "is", null)
    .execute();
  return rows.filter(({ id, sealed }) => openSealed({ sealer }, id, sealed).lostSince !== undefined).length;
}

export const lostInWords = (holds: number): string =>
  `${holds} legal hold${holds === 1 ? " finds" : "s find"} nobody any more, neither the account nor an address: \`avow hold list\``;
