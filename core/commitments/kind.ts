/**
 * A commitment kind: its language (schema, checks, wording) and what would prove it. One folder per kind, the same file names
 * inside each: `schema.ts`, `says.ts`, `means.ts`, `cues.ts` for imports, `prove.ts` where something measures it, `kind.ts` that puts them together.
 */
import type { z } from "zod";
import type { DataMap } from "../datamap/model.ts";
import type { KeepRule } from "../plan/keep.ts";
import type { Cues } from "../policy/import/heard.ts";
import type { KeyedIssue, KindContext, KindLanguage } from "../policy/kinds.ts";
import { type Meaning, NOTHING_MEANT } from "../policy/meaning.ts";
import type { Commitment, Policy } from "../policy/model.ts";
import type { Language } from "../policy/words/facts.ts";
import type { Tongue } from "../policy/words/tongue.ts";
import type { Judgement, Measure, Reading } from "./proof.ts";

export interface View {
  readonly policy: Policy;
  readonly map: DataMap;
  readonly now: Date;
}

/** How a published page sets the sentences of a kind apart: what people may do is to be found at a glance. */
export type Mark = "right";

export interface Kind extends KindLanguage {
  readonly marks: Mark | null;
  /** What to look at. Empty: nothing measures it yet. */
  examine(commitment: Commitment, view: View): readonly Measure[];
  /** Readings come in the order of the measures. */
  judge(commitment: Commitment, view: View, readings: readonly Reading[]): Judgement;
  /** Why data of this commitment may outlast an erasure, if it allows that. */
  keepRule(commitment: Commitment): KeepRule | null;
  /** How soon a right must be carried out under this commitment (ISO 8601), where it says so. */
  deadline(commitment: Commitment, right: string): string | null;
}

/** One plain sentence per language. */
export type Says<S> = Readonly<Record<Language, (spec: S, tongue: Tongue) => string>>;

/** The facets that a kind touches; the others mean nothing. */
export type Means<S> = (spec: S) => Partial<Meaning>;

export interface KindDefinition<S> {
  readonly name: string;
  readonly schema: z.ZodType<S>;
  check?(spec: S, context: KindContext): readonly KeyedIssue[];
  readonly says: Says<S>;
  readonly means: Means<S>;
  /** How it is heard in plain prose, for an import. */
  readonly cues?: Cues;
  /** A person vouches for it; nothing is enforced on data. Default false. */
  readonly attests?: boolean;
  /** Left out: its sentences look like all others. */
  readonly marks?: Mark;
  /** Why a promise of this kind is unproven where nothing measures it, as exactly as can be said. */
  readonly unmeasured?: string;
  /** Left out: nothing measures this kind yet, and its promises are unproven for that reason. */
  readonly proof?: {
    examine(spec: S, commitment: Commitment, view: View): readonly Measure[];
    judge(spec: S, commitment: Commitment, view: View, readings: readonly Reading[]): Judgement;
  };
  keepRule?(spec: S, commitment: Commitment): KeepRule | null;
  deadline?(spec: S, right: string): string | null;
}

export const NOT_MEASURED: Judgement = {
  verdict: "unproven",
  basis: null,
  examined: null,
  population: null,
  reason: "not measured yet: nothing in this version looks at it",
  evidence: [],
  freshForMs: null,
};

export const unmeasured = (reason: string = NOT_MEASURED.reason): Judgement => ({ ...NOT_MEASURED, reason });

/** Ties a kind's parts together; specs are read again by the kind's own schema, so nothing is cast. */
export function defineKind<S>(definition: KindDefinition<S>): Kind {
  const read = (spec: unknown): S => definition.schema.parse(spec);
  const { proof } = definition;
  return {
    name: definition.name,
    schema: definition.schema,
    marks: definition.marks ?? null,
    check: (spec, context) => definition.check?.(read(spec), context) ?? [],
    says: (spec, tongue) => definition.says[tongue.language](read(spec), tongue),
    means: (spec) => ({ ...NOTHING_MEANT, ...definition.means(read(spec)) }),
    attests: definition.attests ?? false,
    propose: (heard) => {
      const found = definition.cues?.(heard) ?? [];
      return "spec" in found ? [found] : found;
    },
    examine: (c, view) => proof?.examine(read(c.spec), c, view) ?? [],
    judge: (c, view, readings) =>
      proof?.judge(read(c.spec), c, view, readings) ?? unmeasured(definition.unmeasured),
    keepRule: (c) => definition.keepRule?.(read(c.spec), c) ?? null,
    deadline: (c, right) => definition.deadline?.(read(c.spec), right) ?? null,
  };
}
