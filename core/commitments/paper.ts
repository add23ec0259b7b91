/**
 * A paper: what somebody vouches for, or by which mechanism data goes to a recipient, with an owner and an end (spec/documents.md). One
 * Markdown file each; the front matter says what it is, the text below is for people.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { RecipientStatus } from "../law/index.ts";
import { readBySchema } from "../policy/resolved/schema.ts";
import { readYaml } from "../policy/surface/yaml.ts";
import { type Checked, errorAt, type IssueText } from "../terms/issue.ts";
import { date, name, oneOrMany, text } from "./keys.ts";

const STATUSES = [
  "dpf-certified",
  "subject-to-pipeda",
  "subject-to-appi",
  "subject-to-pipa",
] as const satisfies readonly RecipientStatus[];

const schema = z
  .strictObject({
    /** The name by which the policy calls it. */
    document: text,
    what: text,
    owner: text,
    date,
    expires: date,
    /** Commitments that rest on it. */
    covers: oneOrMany(name).optional(),
    /** A recipient or a store, and the mechanism by which data goes there. */
    recipient: name.optional(),
    mechanism: name.optional(),
    /** What the recipient can show: `dpf-certified`. */
    status: oneOrMany(z.enum(STATUSES)).optional(),
    /** Since this day it no longer holds, whatever `expires` says. */
    withdrawn: date.optional(),
    /** What lies beside it, such as a signed PDF, and its SHA-256. */
    file: z
      .string()
      .regex(/^[\w][\w.-]*$/, { error: "is no name of a file in the same folder" })
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: "is no SHA-256: 64 digits and letters from a to f" })
      .optional(),
  })
  .refine((p) => (p.file === undefined) === (p.sha256 === undefined), {
    error: "is no file by itself: give its `sha256` too",
    path: ["file"],
  })
  .refine((p) => (p.recipient === undefined) === (p.mechanism === undefined), {
    error: "is no transfer by itself: give its `mechanism` too",
    path: ["recipient"],
  });

export interface Paper extends Readonly<z.infer<typeof schema>> {
  /** Where the record itself stands. */
  readonly path: string;
  /** Of the record and, through it, of the file beside it. */
  readonly hash: string;
}

const FRONT = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/;

export function readPaper(path: string, source: string): Checked<Paper> {
  const start = { file: path, line: 1, column: 1 };
  const wrong = (issue: IssueText): Checked<Paper> => ({ value: null, issues: [errorAt(start, issue)] });
  const front = FRONT.exec(source)?.[1];
  if (front === undefined)
    return wrong({
      code: "no-front-matter",
      message: `\`${path}\` does not begin with \`---\` and its front matter`,
      fix: "see spec/documents.md",
    });
  // One empty line stands for the `---`, so that places are those of the file.
  const { tree, issues } = readYaml(path, `\n${front}`);
  if (tree === null) return issues.length > 0 ? { value: null, issues } : wrong(EMPTY);
  const read = readBySchema(schema, tree);
  if (!read.ok) return { value: null, issues: read.issues };
  const hash = createHash("sha256").update(source).digest("hex");
  return { value: { ...read.value, path, hash }, issues };
}

const EMPTY: IssueText = {
  code: "empty-paper",
  message: "the front matter says nothing",
  fix: "see spec/documents.md",
};

/** Why a paper does not hold on a day; null when it does. */
export function whyNotHolding(paper: Paper, day: string): string | null {
  if (paper.withdrawn !== undefined && paper.withdrawn <= day)
    return `\`${paper.document}\` was withdrawn on ${paper.withdrawn}`;
  if (paper.expires < day) return `\`${paper.document}\` ran out on ${paper.expires}`;
  return paper.date > day ? `\`${paper.document}\` is of ${paper.date}, which is still to come` : null;
}

export const isWithdrawn = (paper: Paper, day: string): boolean =>
  paper.withdrawn !== undefined && paper.withdrawn <= day;
