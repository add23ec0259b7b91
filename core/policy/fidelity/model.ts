/** fidelity.yaml: what became of every statement of the policy that ours was written from (spec/fidelity.md). */
import type { Span } from "../../terms/issue.ts";

export const FATES = ["enforced", "attested", "informs", "contradicts", "gap"] as const;
export type FateName = (typeof FATES)[number];

/** What a missing list would have named. */
export const REFUSABLE = [
  "data",
  "sources",
  "occasions",
  "purposes",
  "bases",
  "recipients",
  "transfers",
  "disclosures",
  "exceptions",
  "conditions",
  "mechanisms",
  "rights",
  "refusals",
  "notices",
  "certifications",
  "contacts",
] as const;
export type Refusable = (typeof REFUSABLE)[number];

export interface Refusal {
  readonly of: Refusable;
  /** Just these words of the policy; null: whatever the policy's own commitments do not name. */
  readonly only: readonly string[] | null;
}

export type Fate =
  | { readonly fate: "enforced" | "attested"; readonly by: readonly string[] }
  | { readonly fate: "informs"; readonly why: string }
  | {
      readonly fate: "contradicts";
      /** `section/ordinal` of the source. */
      readonly with: readonly string[];
      readonly how: string;
      readonly by: readonly string[];
    }
  | {
      readonly fate: "gap";
      readonly what: string;
      readonly refuses: readonly Refusal[];
      readonly by: readonly string[];
    };

export interface FidelityRow {
  /** Of which source, by its place in `sources`. */
  readonly source: number;
  readonly section: string;
  readonly ordinal: number;
  readonly hash: string;
  readonly fate: Fate;
  readonly span: Span;
}

export interface FidelitySource {
  readonly name: string;
  readonly locale: string;
  readonly sha256: string;
  readonly statements: number;
  readonly span: Span;
}

/** Why the text of one locale may lack, or say otherwise, what another has. */
export interface LocaleTwin {
  readonly locale: string;
  readonly missing: readonly LocaleNote[];
  readonly different: readonly (LocaleNote & { readonly twins: readonly string[] })[];
}

export interface LocaleNote {
  /** `section/ordinal`. */
  readonly statements: readonly string[];
  readonly why: string;
  /** The commitments whose drift it explains. */
  readonly commitments: readonly string[];
}

export interface Fidelity {
  readonly file: string;
  readonly sources: readonly FidelitySource[];
  readonly rows: readonly FidelityRow[];
  readonly locales: readonly LocaleTwin[];
}

/** A place where the source breaks off; what it would have allowed is refused. */
export interface Gap {
  readonly section: string;
  readonly what: string;
  readonly refuses: readonly Refusal[];
}

export const gapsOf = ({ rows }: Fidelity): Gap[] =>
  rows.flatMap(({ section, fate }) =>
    fate.fate === "gap" ? [{ section, what: fate.what, refuses: fate.refuses }] : [],
  );

/** Does the file explain that this commitment is missing or different in that locale? The reason, or null. */
export function explained(fidelity: Fidelity, locale: string, commitment: string): string | null {
  const twin = fidelity.locales.find((l) => l.locale === locale);
  const notes = [...(twin?.missing ?? []), ...(twin?.different ?? [])];
  return notes.find((n) => n.commitments.includes(commitment))?.why ?? null;
}

/** The commitments that a fate names. */
export const namedBy = (fate: Fate): readonly string[] => ("by" in fate ? fate.by : []);
