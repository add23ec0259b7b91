/** The policy of a service folder: the files that avow.yaml names, one per locale, and policy.lock beside the first of them. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Compiled, compilePolicy, type PolicySource } from "@avow/core/policy/compile";
import { driftIssues } from "@avow/core/policy/drift";
import type { KindLanguage } from "@avow/core/policy/kinds";
import { byPlace, errorAt, hasErrors, type Issue } from "@avow/core/terms/issue";
import { type Manifest, readText } from "./manifest.ts";

export interface ServicePolicy {
  /** The first file; null when it, another locale or the lock can not be read: see `issues`. */
  readonly compiled: Compiled | null;
  /** Further locales, in the order of avow.yaml. */
  readonly further: readonly Compiled[];
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
  const [first = "", ...others] = manifest.policy;
  const lockFile = join(dirname(first), "policy.lock");
  const sources = new Map<string, string>();
  const lockText = await readText(join(folder, lockFile));
  const fidelityFile = manifest.fidelity ?? join(dirname(first), "fidelity.yaml");
  const fidelityText = await readText(join(folder, fidelityFile));
  const wanted = [...(lockText === null ? [lockFile] : []), ...(fidelityText === null ? [fidelityFile] : [])];
  const unread = (
    await Promise.all(
      wanted.map(async (f) => (f === manifest.fidelity || (await exists(join(folder, f))) ? [f] : [])),
    )
  ).flat();
  const lock = lockText === null ? null : { file: lockFile, text: lockText };
  const fidelity = fidelityText === null ? null : { file: fidelityFile, text: fidelityText };
  for (const given of [lock, fidelity]) if (given !== null) sources.set(given.file, given.text);
  const read = async (file: string, further: boolean): Promise<Compiled | null> => {
    const text = await readText(join(folder, file));
    if (text === null) {
      unread.push(file);
      return null;
    }
    sources.set(file, text);
    // Its gaps hold in every language; what is wrong with the file is said once.
    return compileOne({ file, text, lock, fidelity, kinds, further }, manifest);
  };
  const compiled = await read(first, false);
  const further = (await Promise.all(others.map((file) => read(file, true)))).filter((c) => c !== null);
  const issues = [
    ...unread.map(noPolicy),
    ...(compiled?.issues ?? []),
    // Lock and fidelity file are the first one's too: what is wrong with them has been said once.
    ...further.flatMap((c) => c.issues.filter((i) => i.file !== lockFile && i.file !== fidelityFile)),
    ...drifts(compiled, further),
  ].sort(byPlace);
  return { compiled: usable(compiled, issues), further, issues, lockFile, sources };
}

/** A policy with an error in any of its files is no policy. */
const usable = (compiled: Compiled | null, issues: readonly Issue[]): Compiled | null =>
  compiled !== null && hasErrors(issues) ? { ...compiled, value: null } : compiled;

function compileOne(source: PolicySource, manifest: Manifest): Compiled {
  const compiled = compilePolicy(source);
  const mismatch = serviceMismatch(compiled, manifest, source.file);
  return { ...compiled, issues: [...compiled.issues, ...mismatch] };
}

function drifts(first: Compiled | null, further: readonly Compiled[]): Issue[] {
  const policy = first?.value ?? null;
  if (policy === null) return [];
  const locales = new Map([[policy.locale, policy.file]]);
  return further.flatMap(({ value }): Issue[] => {
    if (value === null) return [];
    const before = locales.get(value.locale);
    locales.set(value.locale, value.file);
    if (before === undefined) return driftIssues(policy, value, first?.fidelity ?? null);
    const message = `\`${before}\` and \`${value.file}\` are both of the locale \`${value.locale}\``;
    const fix = "give each file its own locale, or name one of them only";
    return [errorAt({ file: value.file, line: 1, column: 1 }, { code: "same-locale", message, fix })];
  });
}

const noPolicy = (file: string): Issue =>
  errorAt(
    { file, line: 1, column: 1 },
    {
      code: "no-policy",
      message: `\`${file}\` can not be read`,
      fix: "see that it exists and may be read",
    },
  );

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
