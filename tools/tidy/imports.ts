/** Import direction and cycles, type imports counted. */
import { posix } from "node:path";
import { type Finding, isCode, isTest, lineAt, type SourceFile } from "./repo.ts";
import { roomOf, whyNot, whyNotInTest } from "./rooms.ts";
import { type Import, importsOf } from "./syntax.ts";

interface Edge extends Import {
  readonly file: SourceFile;
  /** The path of the imported file, when it is one of ours. */
  readonly to: string;
}

/** The folder of each workspace package, by its name. */
export function packageFolders(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const file of files) {
    if (!file.path.endsWith("/package.json")) continue;
    const parsed: unknown = JSON.parse(file.text);
    if (
      typeof parsed === "object" &&
      parsed !== null &&
      "name" in parsed &&
      typeof parsed.name === "string"
    ) {
      folders.set(parsed.name, posix.dirname(file.path));
    }
  }
  return folders;
}

function resolveImport(
  from: string,
  specifier: string,
  packages: ReadonlyMap<string, string>,
): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  const parts = specifier.split("/");
  const nameLength = specifier.startsWith("@") ? 2 : 1;
  const folder = packages.get(parts.slice(0, nameLength).join("/"));
  return folder === undefined ? null : `${folder}/${parts.slice(nameLength).join("/")}.ts`;
}

export function edgesOf(files: readonly SourceFile[]): readonly Edge[] {
  const packages = packageFolders(files);
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) =>
      importsOf(file).flatMap((one) => {
        const to = resolveImport(file.path, one.from, packages);
        return to === null ? [] : [{ ...one, file, to }];
      }),
    );
}

export function checkDirection(files: readonly SourceFile[]): readonly Finding[] {
  return edgesOf(files).flatMap((edge) => {
    const from = roomOf(edge.file.path);
    const to = roomOf(edge.to);
    const reason = isTest(edge.file.path) ? whyNotInTest(from, to) : whyNot(from, to, edge.typeOnly);
    if (reason === null) return [];
    return [
      {
        path: edge.file.path,
        line: lineAt(edge.file.text, edge.start),
        message: `${reason} (\`${edge.from}\`)`,
      },
    ];
  });
}

/** Each cycle once, as the ring of its files. */
export function checkCycles(files: readonly SourceFile[]): readonly Finding[] {
  const targets = new Map<string, string[]>();
  for (const edge of edgesOf(files))
    targets.set(edge.file.path, [...(targets.get(edge.file.path) ?? []), edge.to]);
  const done = new Set<string>();
  const onPath: string[] = [];
  const findings: Finding[] = [];
  const visit = (path: string): void => {
    const at = onPath.indexOf(path);
    if (at !== -1) {
      findings.push({
        path,
        line: 1,
        message: `imports itself: ${[...onPath.slice(at), path].join(" -> ")}`,
      });
      return;
    }
    if (done.has(path)) return;
    onPath.push(path);
    for (const target of targets.get(path) ?? []) visit(target);
    onPath.pop();
    done.add(path);
  };
  for (const path of targets.keys()) visit(path);
  return findings;
}

/** An npm package that no package.json of ours names is one that may vanish with the next update of another. */
export function checkDeclared(files: readonly SourceFile[]): readonly Finding[] {
  const ours = packageFolders(files);
  const declared = new Set<string>();
  for (const file of files) {
    if (posix.basename(file.path) !== "package.json") continue;
    for (const name of dependencyNames(JSON.parse(file.text))) declared.add(name);
  }
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) =>
      importsOf(file).flatMap((one) => {
        if (one.from.startsWith(".") || one.from.startsWith("node:")) return [];
        const name = one.from.split("/", one.from.startsWith("@") ? 2 : 1).join("/");
        if (ours.has(name) || declared.has(name) || (one.typeOnly && declared.has(`@types/${name}`)))
          return [];
        return [
          {
            path: file.path,
            line: lineAt(file.text, one.start),
            message: `\`${name}\` is in no package.json`,
          },
        ];
      }),
    );
}

function dependencyNames(manifest: unknown): readonly string[] {
  if (typeof manifest !== "object" || manifest === null) return [];
  return Object.entries(manifest).flatMap(([key, value]: [string, unknown]) =>
    /ependencies$/.test(key) && typeof value === "object" && value !== null ? Object.keys(value) : [],
  );
}
