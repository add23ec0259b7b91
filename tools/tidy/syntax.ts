/** The syntax tree of a file, as plain nodes: whatever rule looks at it narrows by `type`. */
import { parseAst } from "vitest/node";
import type { SourceFile } from "./repo.ts";

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "start" in value
  );
}

const trees = new WeakMap<SourceFile, Node>();

export function treeOf(file: SourceFile): Node {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const tree: unknown = parseAst(file.text, { lang: file.path.endsWith("x") ? "tsx" : "ts" });
  if (!isNode(tree)) throw new Error(`\`${file.path}\` has no tree`);
  trees.set(file, tree);
  return tree;
}

/** Every node, outer ones first; `parents` runs from the root to the node's own parent. */
export function walk(root: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const parents: Node[] = [];
  const enter = (node: Node): void => {
    visit(node, parents);
    parents.push(node);
    for (const child of children(node)) enter(child);
    parents.pop();
  };
  enter(root);
}

function children(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) found.push(one);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

/** `a` of the identifier, `a.b` of a member expression without brackets, else the empty string. */
export function dotted(node: unknown): string {
  if (!isNode(node)) return "";
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "MetaProperty") return `${dotted(node["meta"])}.${dotted(node["property"])}`;
  if (node.type === "ChainExpression" || node.type === "TSNonNullExpression")
    return dotted(node["expression"]);
  if (node.type !== "MemberExpression" || node["computed"] === true) return "";
  const object = dotted(node["object"]);
  return object === "" ? "" : `${object}.${dotted(node["property"])}`;
}

export function literalText(node: unknown): string | null {
  return isNode(node) && node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : null;
}

export interface Import {
  readonly from: string;
  readonly start: number;
  readonly typeOnly: boolean;
  /** The exported names; `*` for a namespace, a dynamic import or a re-export of everything. */
  readonly names: readonly string[];
}

export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  walk(treeOf(file), (node) => {
    if (!/^(ImportDeclaration|Export(All|Named)Declaration|ImportExpression|TSImportType)$/.test(node.type))
      return;
    const from = literalText(node["source"]);
    if (from === null) return;
    const specifiers = Array.isArray(node["specifiers"]) ? node["specifiers"].filter(isNode) : [];
    const inlineTypes = specifiers.length > 0 && specifiers.every((one) => one["importKind"] === "type");
    const typeOnly =
      node["importKind"] === "type" ||
      node["exportKind"] === "type" ||
      node.type === "TSImportType" ||
      inlineTypes;
    const names = specifiers.map((one) =>
      one.type === "ImportNamespaceSpecifier" ? "*" : dotted(one["imported"] ?? one["local"]),
    );
    found.push({ from, start: node.start, typeOnly, names: names.length === 0 ? ["*"] : names });
  });
  return found;
}
