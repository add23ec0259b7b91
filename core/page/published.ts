/**
 * `policy.json`: what a published page says, for machines (spec/publication.md). The resolved policy without places in the source, and
 * with the headings. Its JSON Schema, `spec/policy.schema.json`, is made from the schema here and those of the kinds.
 */
import { z } from "zod";
import type { Kind } from "../commitments/kind.ts";
import type { PolicyDocument } from "./document.ts";
import { inlineOf } from "./inline.ts";

export const SCHEMA_FILE = "policy.schema.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const texts = z.array(z.string());

const fate = z.union([
  z.strictObject({ fate: z.literal("bound"), commitments: texts }),
  z.strictObject({ fate: z.literal("informs"), why: z.string() }),
  z.strictObject({ fate: z.literal("unbound"), reason: z.string() }),
]);

const origin = z
  .union([z.literal("policy"), z.literal("ours"), z.templateLiteral(["law: ", z.string()])])
  .describe("where the commitment comes from: the policy's own words, a law, or the company beyond both");

const condition = z.strictObject({ if: texts, unless: texts });

const frame = {
  id: z.string(),
  promises: texts.describe("what people rely on; several commitments may make up one promise"),
  origin,
  why: z.string().nullable(),
  condition,
  places: texts.describe("jurisdictions whose people it is for; empty: everybody"),
  section: z.string(),
  statements: texts.describe("ids of the statements that it stands under"),
  unbound: z.string().nullable().describe("null: confirmed; else why it is not"),
  says: z.string().describe("its meaning in one sentence, in the page's language or in English"),
  hash,
};

const anyCommitment = z.strictObject({ ...frame, kind: z.string(), spec: z.unknown() });

const published = <C extends z.ZodType>(commitment: C) =>
  z.strictObject({
    $schema: z.string(),
    service: z.string(),
    version: z.string(),
    effective: z.string().describe("ISO date, or `unknown`"),
    locale: z.string(),
    title: z.string(),
    controller: z.strictObject({
      name: z.string(),
      country: z.string().nullable(),
      contact: z.record(z.string(), z.string()),
    }),
    jurisdictions: texts,
    classes: z.record(z.string(), texts).describe("the policy's words for data, each with its categories"),
    purposes: z.record(z.string(), texts),
    recipients: z.record(
      z.string(),
      z.strictObject({ name: z.string().nullable(), is: texts, country: z.string().nullable() }),
    ),
    conditions: z.record(z.string(), z.string()),
    labels: z.record(z.string(), z.string()),
    sections: z.array(z.strictObject({ id: z.string(), title: z.string(), level: z.int().min(1).max(6) })),
    statements: z.array(
      z.strictObject({ id: z.string(), section: z.string(), text: z.string(), hash, fate }),
    ),
    commitments: z.array(commitment),
    informs: z
      .array(z.strictObject({ why: z.string(), promises: texts, section: z.string(), statements: texts }))
      .describe("statements that promise nothing, and the ids by which people know them"),
    gaps: z
      .array(
        z.strictObject({
          section: z.string(),
          what: z.string(),
          refuses: z.array(z.strictObject({ of: z.string(), only: texts.nullable() })),
        }),
      )
      .describe(
        "where the text that it was written from breaks off; what that would have allowed is refused",
      ),
    links: z.record(z.string(), z.string()).describe("where links written `[words][label]` lead, by label"),
    hash: hash.describe("of the policy's meaning and wording"),
    content: hash.describe("of all that the page shows"),
  });

const readable = published(anyCommitment);
export type PublishedPolicy = z.infer<typeof readable>;

export function publishedPolicy(document: PolicyDocument): PublishedPolicy {
  const { policy, headings, definitions, content } = document;
  const { service, version, effective, locale, title, controller, jurisdictions, hash: own } = policy;
  const { classes, purposes, recipients, conditions, labels } = policy;
  const plain = (text: string): string => inlineOf(text, { definitions, root: "" }).text;
  return readable.parse({
    $schema: SCHEMA_FILE,
    ...{ service, version, effective, locale, title, controller, jurisdictions },
    ...{ classes, purposes, recipients, conditions, labels },
    sections: headings.map((h) => ({ id: h.id, title: plain(h.title), level: h.level })),
    statements: policy.statements.map(({ span, ...s }) => s),
    commitments: policy.commitments.map(({ span, means, ...c }) => c),
    informs: policy.informs.map(({ span, ...i }) => i),
    gaps: policy.gaps,
    links: Object.fromEntries(definitions),
    hash: own,
    content,
  });
}

/** What a comparison needs. Kept policies are of all times, so nothing more is asked of them than this. */
const comparable = z.object({
  version: z.string(),
  effective: z.string(),
  locale: z.string(),
  title: z.string(),
  controller: z.object({ name: z.string() }),
  sections: z.array(z.object({ id: z.string(), title: z.string() })),
  statements: z.array(z.object({ section: z.string(), text: z.string() })),
  commitments: z.array(z.object({ id: z.string(), says: z.string(), hash: z.string() })),
  links: z.record(z.string(), z.string()),
});
export type ComparablePolicy = z.infer<typeof comparable>;

/** A kept `policy.json`; null when it is none. */
export function readPublished(value: unknown): ComparablePolicy | null {
  const read = comparable.safeParse(value);
  return read.success ? read.data : null;
}

/** Draft 2020-12. */
export function publishedSchema(kinds: readonly Pick<Kind, "name" | "schema">[]): unknown {
  const commitments = kinds.map((kind) =>
    z.strictObject({ ...frame, kind: z.literal(kind.name), spec: kind.schema }),
  );
  const schema = z.toJSONSchema(published(z.union(commitments)), { io: "output", unrepresentable: "any" });
  return { ...schema, title: "A published policy of Avow" };
}
