/** What is to be published, and where. */
import type { Mark } from "@avow/core/commitments/kind";
import type { PolicyDocument } from "@avow/core/page/document";
import type { Verdicts } from "@avow/core/page/twins";

export interface Publication {
  /** The site's folder; made when it is not there. */
  readonly site: string;
  /** One per language, the main one first. */
  readonly documents: readonly PolicyDocument[];
  readonly markOf: (kind: string) => Mark | null;
  /** The JSON Schema that is put beside `policy.json`. */
  readonly schema: unknown;
  readonly verdicts: Verdicts | null;
  /** ISO date. */
  readonly today: string;
  /** Written under `draft/`, and neither in force nor kept. */
  readonly draft: boolean;
  readonly dryRun: boolean;
}
