/** avow.yaml and the policy of the folder that a command works on. */

import { join } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import type { Compiled } from "@avow/core/policy/compile";
import type { Explanation } from "@avow/core/policy/rules/lint/explain";
import type { Issue } from "@avow/core/terms/issue";
import { MANIFEST, readManifest, readText } from "@avow/runtime/service/manifest";
import { readPolicy } from "@avow/runtime/service/policy";

export interface Loaded {
  readonly compiled: Compiled | null;
  /** Further locales. */
  readonly further: readonly Compiled[];
  /** Lint findings that avow.yaml explains. */
  readonly explanations: readonly Explanation[];
  readonly issues: readonly Issue[];
  readonly sources: ReadonlyMap<string, string>;
  readonly lockFile: string | null;
}

export async function loadPolicy(serviceFolder: string): Promise<Loaded> {
  const manifest = await readManifest(serviceFolder);
  if (manifest.value === null) {
    const text = await readText(join(serviceFolder, MANIFEST));
    return {
      compiled: null,
      explanations: [],
      further: [],
      issues: manifest.issues,
      sources: new Map(text === null ? [] : [[MANIFEST, text]]),
      lockFile: null,
    };
  }
  const policy = await readPolicy(serviceFolder, manifest.value, kinds);
  return { ...policy, explanations: manifest.value.lint, issues: [...manifest.issues, ...policy.issues] };
}
