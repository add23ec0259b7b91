/** Nobody's data is sold. Who refuses it all the same, in the settings or by a signal of the browser, is on record as having done so. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { holdPerson, last, writeAnswer } from "./consents.ts";
import type { Deps } from "./deps.ts";

/** Of a row `u` of users. */
export const REFUSED = `coalesce(not ${last("sale")}, false)`;

export async function noteSale(
  deps: Deps,
  user: string,
  { given, how }: { readonly given: boolean; readonly how: "settings" | "signal" },
): Promise<void> {
  await deps.db.transaction(async (db) => {
    if ((await holdPerson(db, user)) === 0) return;
    await writeAnswer(db, { user, purpose: "sale", given, how, now: deps.now() });
  });
}

const refusedSchema = z.object({ refused: z.boolean() });

/** Global Privacy Control: the browser says with each page what its person wants. */
export async function heedSignal(deps: Deps, { headers, viewer }: FastifyRequest): Promise<void> {
  if (viewer === null || headers["sec-gpc"] !== "1") return;
  const known = await deps.db.one(
    refusedSchema,
    `select ${REFUSED} as refused from users u where u.id = $1`,
    [viewer.id],
  );
  if (known?.refused === false) await noteSale(deps, viewer.id, { given: false, how: "signal" });
}
