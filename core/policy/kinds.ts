/**
 * What the language needs to know of a commitment kind. The kinds themselves live in core/commitments, one folder each, and are
 * handed in: the language never asks which kind it has.
 */
import type { z } from "zod";
import type { IssueText } from "../terms/issue.ts";
import type { Found, Heard } from "./import/heard.ts";
import type { Meaning } from "./meaning.ts";
import type { Words } from "./words/model.ts";
import type { Tongue } from "./words/tongue.ts";

export interface KindContext extends Words {
  /** Ids of all commitments of the policy. */
  readonly commitments: ReadonlySet<string>;
}

/** An issue at one of the commitment's keys; `key` null means the commitment as a whole. */
export interface KeyedIssue extends IssueText {
  readonly key: string | null;
  readonly severity: "error" | "warning";
}

export interface KindLanguage {
  /** The key that makes an entry this kind: `retain`, `collect` … */
  readonly name: string;
  /** Strict object over the kind's own keys, `name` included. */
  readonly schema: z.ZodType;
  /** What the schema can not see: unknown classes, periods that make no sense. Given what the schema read. */
  check(spec: unknown, context: KindContext): readonly KeyedIssue[];
  /** The commitment in one plain sentence, in the reader's language. */
  says(spec: unknown, tongue: Tongue): string;
  /** What it means, whatever kind it is; conditions of the entry are added by whoever asks. */
  means(spec: unknown): Meaning;
  /** A person vouches for it; nothing is enforced on data. */
  readonly attests?: boolean;
  /** What it would be for a statement of plain prose; empty where it is not heard in it. */
  propose?(heard: Heard): readonly Found[];
}
