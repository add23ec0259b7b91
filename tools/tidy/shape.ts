/** The shape of the code: sizes, names, escapes from the type checker, and branches that belong into a folder of their own. */
import { posix } from "node:path";
import { type Finding, isCode, isTest, lineAt, lineCount, type SourceFile } from "./repo.ts";
import { dotted, literalText, type Node, treeOf, walk } from "./syntax.ts";

const FILE_LINES_MAX = 600;
const FILE_LINES_WITHOUT_REASON_MAX = 400;
const FILE_LINES_MEDIAN_MAX = 120;
const FUNCTION_LINES_MAX = 70;

/** Generated files, tables and locales are read by machines, or line by line. */
const SIZE_EXEMPT = /(^|\/)(generated|locales|vectors)\/|\.table\.ts$|\.golden\./;
const SIZED = /\.(tsx?|mts|mjs|sql|css)$/;

/** `reasons`: why a file may have more than 400 lines, by its path. */
export function checkFileSizes(
  files: readonly SourceFile[],
  reasons: Readonly<Record<string, string>>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const sized = files.filter((file) => SIZED.test(file.path) && !SIZE_EXEMPT.test(file.path));
  for (const { path, text } of sized) {
    const lines = lineCount(text);
    const hasReason = reasons[path] !== undefined;
    if (lines > FILE_LINES_MAX)
      findings.push({ path, line: 1, message: `${lines} lines, more than ${FILE_LINES_MAX}` });
    else if (lines > FILE_LINES_WITHOUT_REASON_MAX && !hasReason) {
      findings.push({ path, line: 1, message: `${lines} lines want a reason (tools/tidy/shape.test.ts)` });
    } else if (lines <= FILE_LINES_WITHOUT_REASON_MAX && hasReason) {
      findings.push({
        path,
        line: 1,
        message: `${lines} lines need no reason any more: take it off the list`,
      });
    }
  }
  const median =
    sized.map((file) => lineCount(file.text)).sort((a, b) => a - b)[Math.floor(sized.length / 2)] ?? 0;
  if (median > FILE_LINES_MEDIAN_MAX)
    findings.push({ path: ".", line: 1, message: `the median file has ${median} lines` });
  return findings;
}

/** The callback of a `describe` holds tests, not steps. */
export function checkFunctionSizes(files: readonly SourceFile[]): readonly Finding[] {
  return inCode(files, (file, report) => {
    walk(treeOf(file), (node, parents) => {
      if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
      const parent = parents.at(-1);
      if (parent?.type === "CallExpression" && dotted(parent["callee"]).startsWith("describe")) return;
      const lines = lineCount(file.text.slice(node.start, node.end));
      if (lines > FUNCTION_LINES_MAX)
        report(node, `a function of ${lines} lines, more than ${FUNCTION_LINES_MAX}`);
    });
  });
}

const BANNED_WORDS = /(^|[^a-z])(utils?|helpers?|common|general|misc|managers?)([^a-z]|$)/i;

export function checkNames(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap(({ path }) => {
    const word = BANNED_WORDS.exec(path.replaceAll(/([a-z])([A-Z])/g, "$1-$2"))?.[2];
    return word === undefined
      ? []
      : [{ path, line: 1, message: `\`${word}\` says nothing: name it after what it does` }];
  });
}

/** `any`, casts, `!` and switched-off checks; one `unsafe.ts` per package may hold what cannot be said otherwise. */
export function checkEscapes(files: readonly SourceFile[]): readonly Finding[] {
  const sources = files.filter((file) => posix.basename(file.path) !== "unsafe.ts");
  const switches = new RegExp(
    ["@ts-(ignore|expect-error|nocheck)", "biome-ignore(-all)? lint\\b(?!.*: \\S)"].join("|"),
  );
  return inCode(sources, (file, report) => {
    walk(treeOf(file), (node) => {
      if (node.type === "TSAnyKeyword") report(node, "`any`: use `unknown` and look");
      if (node.type === "TSNonNullExpression") report(node, "`!`: use `must` with the reason");
      if (node.type !== "TSAsExpression" && node.type !== "TSTypeAssertion") return;
      const target = node["typeAnnotation"];
      const isConst = file.text.slice(node.start, node.end).endsWith("as const");
      if (!isConst && target !== undefined) report(node, "a cast: let a schema or a guard tell the type");
    });
    const at = file.text.search(switches);
    if (at !== -1) report({ start: at }, "a check that is switched off");
  });
}

/** A `catch` with nothing in it, not even the reason why nothing is to be done. */
export function checkEmptyCatch(files: readonly SourceFile[]): readonly Finding[] {
  return inCode(files, (file, report) => {
    walk(treeOf(file), (node) => {
      if (node.type !== "CatchClause") return;
      if (/\{\s*\}$/.test(file.text.slice(node.start, node.end)))
        report(node, "goes on as if nothing had happened: say why");
    });
  });
}

const KIND_FOLDERS =
  /^(core\/commitments|core\/rights|connectors|runtime\/requests\/rights)\/[^/]+\/|^(services|sim|tools)\//;
const KIND_MEMBERS = /(^|\.)(kind|right|connector|system)$/;

/** `names`: the kinds, rights and systems that have a folder. */
export function checkBranches(files: readonly SourceFile[], names: ReadonlySet<string>): readonly Finding[] {
  const shared = files.filter((file) => !KIND_FOLDERS.test(file.path) && !isTest(file.path));
  return inCode(shared, (file, report) => {
    walk(treeOf(file), (node, parents) => {
      const name = branchName(node, parents.at(-1));
      if (name !== null && names.has(name))
        report(node, `shared code branches on \`${name}\`: let its folder declare the answer`);
    });
  });
}

function branchName(node: Node, parent: Node | undefined): string | null {
  if (node.type === "BinaryExpression" && /^[!=]==?$/.test(String(node["operator"]))) {
    const named = (side: unknown, other: unknown) =>
      KIND_MEMBERS.test(dotted(side)) ? literalText(other) : null;
    return named(node["left"], node["right"]) ?? named(node["right"], node["left"]);
  }
  if (
    node.type === "SwitchCase" &&
    parent !== undefined &&
    KIND_MEMBERS.test(dotted(parent["discriminant"]))
  ) {
    return literalText(node["test"]);
  }
  return null;
}

type Report = (node: { readonly start: number }, message: string) => void;

function inCode(
  files: readonly SourceFile[],
  look: (file: SourceFile, report: Report) => void,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!isCode(file.path)) continue;
    look(file, (node, message) =>
      findings.push({ path: file.path, line: lineAt(file.text, node.start), message }),
    );
  }
  return findings;
}
