/** The policy of a service folder: the files that avow.yaml names, and policy.lock beside the first of them. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Compiled, compilePolicy } from "@avow/core/policy/compile";
import type { KindLanguage } from "@avow/core/policy/kinds";
import { byPlace, errorAt, type Issue, infoAt } from "@avow/core/terms/issue";
import { type Manifest, readText } from "./manifest.ts";

export interface ServicePolicy {
  /** Null when the policy or its lock can not be read: see `issues`. */
  readonly compiled: Compiled | null;
  readonly issues: readonly Issue[];
  /** Relative to the folder, whether it exists or not. */
  readonly lockFile: string;
  /** File → text, for printing issues with their lines. */
  readonly sources: ReadonlyMap<string, string>;
}

export async function readPolicy(
  folder: string,
  manifest: Manifest,
  kinds: readonly KindLanguage[],
): Promise<ServicePolicy> {
  const [file = "", ...others] = manifest.policy;
  const lockFile = join(dirname(file), "policy.lock");
  const notes = others.map((other) =>
    infoAt(
      { file: other, line: 1, column: 1 },
      { code: "locale-skipped", message: `only \`${file}\` is read: further locales are not compared yet` },
    ),
  );
  const unread = (path: string): ServicePolicy => {
    const text = {
      code: "no-policy",
      message: `\`${path}\` can not be read`,
      fix: "see that it exists and may be read",
    };
    return {
      compiled: null,
      issues: [errorAt({ file: path, line: 1, column: 1 }, text), ...notes],
      lockFile,
      sources: new Map(),
    };
  };
  const text = await readText(join(folder, file));
  if (text === null) return unread(file);
  const lockText = await readText(join(folder, lockFile));
  if (lockText === null && (await exists(join(folder, lockFile)))) return unread(lockFile);
  const fidelityFile = manifest.fidelity ?? join(dirname(file), "fidelity.yaml");
  const fidelityText = await readText(join(folder, fidelityFile));
  const wanted = manifest.fidelity !== null || (await exists(join(folder, fidelityFile)));
  if (fidelityText === null && wanted) return unread(fidelityFile);
  const sources = new Map([[file, text]]);
  if (fidelityText !== null) sources.set(fidelityFile, fidelityText);
  if (lockText !== null) sources.set(lockFile, lockText);
  const lock = lockText === null ? null : { file: lockFile, text: lockText };
  const fidelity = fidelityText === null ? null : { file: fidelityFile, text: fidelityText };
  const compiled = compilePolicy({ file, text, lock, fidelity, kinds });
  const mismatch = serviceMismatch(compiled, manifest, file);
  const issues = [...compiled.issues, ...mismatch, ...notes].sort(byPlace);
  return {
    compiled: mismatch.length > 0 ? { ...compiled, value: null } : compiled,
    issues,
    lockFile,
    sources,
  };
}

function serviceMismatch({ draft }: Compiled, manifest: Manifest, file: string): Issue[] {
  if (draft === null || draft.service === manifest.service) return [];
  const message = `the policy is of \`${draft.service}\`, and avow.yaml is of \`${manifest.service}\``;
  return [
    errorAt(
      { file, line: 1, column: 1 },
      { code: "service-mismatch", message, fix: "give both the same name" },
    ),
  ];
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
