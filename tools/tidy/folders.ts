/** One folder per kind, the same file names inside each; packages; what may stand at the root. */
import { posix } from "node:path";
import type { Finding, SourceFile } from "./repo.ts";

interface Family {
  /** The folder whose folders are the family. */
  readonly under: string;
  readonly required: readonly string[];
  /** Other files of every member may have these names; `null` when each is free inside. Tests and their cases always may. */
  readonly optional: readonly string[] | null;
}

export const FAMILIES: readonly Family[] = [
  {
    under: "core/commitments",
    required: ["kind.ts", "schema.ts", "says.ts", "means.ts"],
    optional: ["prove.ts", "words.ts", "cues.ts"],
  },
  { under: "core/rights", required: ["right.ts"], optional: [] },
  { under: "connectors", required: ["package.json", "connector.ts"], optional: null },
  { under: "apps/cli/commands", required: ["command.ts"], optional: null },
  { under: "runtime/discovery/notations", required: ["notation.ts"], optional: null },
  { under: "services", required: ["package.json", "avow.yaml"], optional: null },
];

const BESIDE = /\.test\.ts$|^cases\.md$|\.golden\.|^(good|bad)\./;

function membersOf(files: readonly SourceFile[], under: string): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const { path } of files) {
    if (!path.startsWith(`${under}/`)) continue;
    const [name = "", ...rest] = path.slice(under.length + 1).split("/");
    if (rest.length > 0) members.set(name, [...(members.get(name) ?? []), rest.join("/")]);
  }
  return members;
}

export function checkFamilies(files: readonly SourceFile[], families = FAMILIES): readonly Finding[] {
  return families.flatMap((family) =>
    [...membersOf(files, family.under)].flatMap(([name, inside]) => {
      const path = `${family.under}/${name}`;
      const missing = family.required.filter((file) => !inside.includes(file));
      const { optional } = family;
      const strange =
        optional === null
          ? []
          : inside.filter(
              (file) => !family.required.includes(file) && !optional.includes(file) && !isBeside(file),
            );
      return [
        ...missing.map((file) => ({
          path,
          line: 1,
          message: `has no \`${file}\`, which its neighbours have`,
        })),
        ...strange.map((file) => ({
          path: `${path}/${file}`,
          line: 1,
          message: "its neighbours have no such file",
        })),
      ];
    }),
  );
}

function isBeside(file: string): boolean {
  return BESIDE.test(posix.basename(file));
}

/** The names of the commitment kinds, the rights and the connectors: what shared code may not branch on. */
export function kindNames(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(
    ["core/commitments", "core/rights", "connectors"].flatMap((under) => [...membersOf(files, under).keys()]),
  );
}

const AT_ROOT = [
  /^(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG|SECURITY)\.md$/,
  /^(LICENSE|action\.yml|package\.json|package-lock\.json|tsconfig\.json|biome\.json|vitest\.config\.ts)$/,
  /^\.(gitignore|gitattributes|npmrc|nvmrc|editorconfig|dockerignore)$/,
  /^(spec|core|runtime|connectors|sdk|apps|services|sim|bench|tools|\.ci|\.github)\//,
];
const REQUIRED_AT_ROOT = [
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "LICENSE",
  ".ci/run",
];
const LEFTOVERS =
  /\.(orig|rej|bak|tmp|swp)$|~$|(^|\/)(TODO|NOTES|REPORT|SUMMARY|scratch|old|backup)(\.|\/|$)/;

export function checkRoot(files: readonly SourceFile[]): readonly Finding[] {
  const paths = files.map((file) => file.path);
  return [
    ...paths
      .filter((path) => !AT_ROOT.some((allowed) => allowed.test(path)))
      .map((path) => ({ path, line: 1, message: "does not belong at the root" })),
    ...paths.filter((path) => LEFTOVERS.test(path)).map((path) => ({ path, line: 1, message: "a leftover" })),
    ...REQUIRED_AT_ROOT.filter((path) => !paths.includes(path)).map((path) => ({
      path,
      line: 1,
      message: "is missing",
    })),
  ];
}

/** Every workspace has a manifest of the same kind, and every dependency one exact version in all of them. */
export function checkPackages(files: readonly SourceFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  const versions = new Map<string, string>();
  for (const { path, text } of files) {
    if (posix.basename(path) !== "package.json") continue;
    const report = (message: string): unknown => findings.push({ path, line: 1, message });
    const manifest: unknown = JSON.parse(text);
    const fields = new Map<string, unknown>(
      Object.entries(typeof manifest === "object" && manifest !== null ? manifest : {}),
    );
    if (fields.get("license") !== "Apache-2.0") report("`license` is not `Apache-2.0`");
    if (fields.get("private") !== true) report("`private` is not true");
    if (fields.get("type") !== "module") report("`type` is not `module`");
    if (path !== "package.json" && typeof fields.get("exports") !== "object") report("has no `exports`");
    for (const [key, value] of fields) {
      if (!/^(d|devD|optionalD)ependencies$/.test(key) || typeof value !== "object" || value === null)
        continue;
      for (const [name, version] of Object.entries(value)) {
        if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) report(`\`${name}\` is not pinned to one version`);
        else if ((versions.get(name) ?? version) !== version)
          report(`\`${name}\` has another version elsewhere`);
        versions.set(name, version);
      }
    }
  }
  return findings;
}
