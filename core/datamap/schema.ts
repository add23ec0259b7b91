/** The shape of a data map file (spec/data-map.md), before anything is resolved. Unknown keys are errors. */
import { z } from "zod";

const name = z.string().min(1);
/** YAML reads a bare `null` as nothing at all: people write it, and it means the act. */
const act = z.preprocess(
  (v) => (v === null ? "null" : v),
  z.enum(["null", "tombstone", "now", "remove", "keep"]),
);
const mask = z.record(name, act);

const identity = z.union([name, z.strictObject({ field: name, shared: z.boolean().default(false) })]);
const target = z.strictObject({ store: name.optional(), collection: name, fields: z.array(name).min(1) });
/** YAML reads `1` and `true` as what they are; a store has them as text. */
const plain = z.preprocess((v) => (["number", "boolean"].includes(typeof v) ? String(v) : v), z.string());
/** Fields and the values that they must have. */
const values = z.record(name, z.union([plain, z.array(plain).min(1)]));
const BEFORE = "say which condition waits for which fields, such as `{ approved: [approved_at] }`";
const link = z
  .strictObject({
    role: z.enum(["owner", "co_owner", "about", "mention"]),
    from: z.array(name).min(1),
    when: values.optional(),
    to: target.optional(),
    via: target.optional(),
  })
  .refine((l) => (l.to === undefined) !== (l.via === undefined), "say either `to` or `via`");
const origin = z.enum(["given", "derived"]).default("given");
const path = z.union([name, z.strictObject({ category: name, origin })]);
const field = z.union([
  name,
  z.strictObject({ category: name, origin, paths: z.record(name, path).optional() }),
]);

export const collectionSchema = z.strictObject({
  class: name,
  key: z.array(name).min(1).optional(),
  person: z.record(name, z.union([identity, z.array(identity).min(1)])).optional(),
  owner: name.optional(),
  links: z.array(link).optional(),
  fields: z.record(name, field),
  anchors: z.record(name, name).optional(),
  ended: values
    .refine((v) => Object.keys(v).length > 0, { error: "needs a field and its values" })
    .optional(),
  source: name.optional(),
  product: name.optional(),
  staff: z.strictObject({ active: values, unguarded: values }).optional(),
  views: z.strictObject({ reason: name }).optional(),
  notices: z.strictObject({ version: name, at: name, by: name }).optional(),
  acceptances: z.strictObject({ version: name, at: name, by: name }).optional(),
  consents: z.strictObject({ purpose: name, given: name, at: name, by: name }).optional(),
  uses: z.strictObject({ purpose: name, at: name, text: name.optional() }).optional(),
  incidents: z
    .strictObject({ found: name, risk: values, rows_of: name, since: name, until: name })
    .optional(),
  incident_notices: z
    .strictObject({ incident: name, of: name, at: name, contents: z.record(name, name) })
    .optional(),
  disclosures: z
    .strictObject({
      to: name,
      given: name,
      before: z
        .record(name, z.array(name).min(1), { error: BEFORE })
        .refine((b) => Object.keys(b).length > 0, { error: BEFORE })
        .optional(),
      conditions: z.record(name, z.union([z.array(name).min(1), values])),
    })
    .optional(),
  figures: z
    .strictObject({ people: name, day: name.optional(), rows: name.optional(), from: name.optional() })
    .refine((f) => [f.day, f.rows, f.from].every((v) => (v === undefined) === (f.from === undefined)), {
      error: "`day`, `rows` and `from` go together",
    })
    .optional(),
  deidentified: z.strictObject({ of: z.array(name).min(1), for: z.array(name).min(1).optional() }).optional(),
  erase: z
    .union([
      z.literal("delete"),
      z.strictObject({ keep: name, mask: mask.optional() }),
      z.strictObject({ mask }),
      z.strictObject({
        stand_in: z.union([z.literal("each"), z.array(name).min(1)]),
        mask: mask.optional(),
      }),
      z.strictObject({ stays: z.string().min(1) }),
    ])
    .optional(),
  stand_in: z
    .record(
      name,
      z.preprocess((v) => (v === null ? "null" : v), plain),
    )
    .optional(),
  on_leave: z.union([z.literal("delete"), mask]).optional(),
});

export const storeMapSchema = z.strictObject({
  store: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "letters, digits, `-` and `_`, a letter first"),
  connector: name,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "two capital letters, such as `SM`")
    .optional(),
  collections: z.record(name, collectionSchema),
});

export type CollectionShape = z.infer<typeof collectionSchema>;
export type StoreMapShape = z.infer<typeof storeMapSchema>;
