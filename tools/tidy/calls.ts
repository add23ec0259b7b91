/** What may be called where: core's purity, and the few places for environment, network, ciphers and the console. */
import { type Finding, isCode, isTest, lineAt, type SourceFile } from "./repo.ts";
import { dotted, importsOf, type Node, treeOf, walk } from "./syntax.ts";

interface Use {
  /** `Date.now`, `process.env`, `fetch`; or `node:http#request` for a name that is imported. */
  readonly name: string;
  readonly start: number;
}

interface Rule {
  readonly what: RegExp;
  readonly where: (path: string) => boolean;
  readonly message: string;
}

const inCore = (path: string): boolean => path.startsWith("core/") && !isTest(path);
const isMain = (path: string): boolean => /^(apps|services)\/[^/]+\/(testing\/)?main\.ts$/.test(path);
/** Services stand for programs of others; tests and tools are not shipped. */
const isShipped = (path: string): boolean => !isTest(path) && !/^(services|tools|sim|bench)\//.test(path);

const RULES: readonly Rule[] = [
  {
    what: /^(Date\.now|Date\(\)|new Date\(\)|performance\.|Math\.random|crypto\.|globalThis|process$|process\.|import\.meta\.)/,
    where: inCore,
    message: "core has no clock, no randomness and no environment: take it as an argument",
  },
  {
    what: /^(fetch|console\.|set(Timeout|Interval|Immediate)|queueMicrotask|WebSocket|EventSource|XMLHttpRequest|import\(\))/,
    where: inCore,
    message: "core does no io",
  },
  {
    what: /^node:(?!crypto#(createHash|createHmac|type)$)/,
    where: inCore,
    message: "of node, core uses only the hashes of `node:crypto`",
  },
  {
    what: /^process\.env/,
    where: (path) => !isMain(path) && !isTest(path),
    message: "the environment is read in `apps/*/main.ts` only: pass the value on from there",
  },
  {
    what: /^(fetch|WebSocket|EventSource|XMLHttpRequest)$|^node:https?#(request|get|Agent|default|\*)$|^node:http2#|^(undici|axios|got|node-fetch|ky)#/,
    where: (path) => isShipped(path) && !path.startsWith("runtime/egress/"),
    message: "the way out is `runtime/egress`",
  },
  {
    what: /^node:crypto#(create(De)?[Cc]ipheriv|\*|default)$|\.create(De)?[Cc]ipheriv$/,
    where: (path) => isShipped(path) && !path.startsWith("runtime/vault/"),
    message: "ciphers belong to `runtime/vault`",
  },
  {
    what: /^console\./,
    where: (path) => isShipped(path) && !path.startsWith("apps/"),
    message: "only apps print; log through what the caller passes, so that personal data has no way out",
  },
];

export function checkCalls(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isCode(file.path))
    .flatMap((file) => {
      const rules = RULES.filter((rule) => rule.where(file.path));
      if (rules.length === 0) return [];
      return usesOf(file).flatMap((use) =>
        rules
          .filter((rule) => rule.what.test(use.name))
          .map((rule) => ({
            path: file.path,
            line: lineAt(file.text, use.start),
            message: `\`${use.name}\`: ${rule.message}`,
          })),
      );
    });
}

function usesOf(file: SourceFile): readonly Use[] {
  const uses: Use[] = [];
  for (const one of importsOf(file)) {
    if (one.from.startsWith(".")) continue;
    for (const name of one.typeOnly ? ["type"] : one.names)
      uses.push({ name: `${one.from}#${name}`, start: one.start });
  }
  const own = declaredNames(treeOf(file));
  walk(treeOf(file), (node, parents) => {
    const name = useName(node, parents.at(-1));
    if (name !== "" && !own.has(name.split(/[.(]/)[0] ?? "")) uses.push({ name, start: node.start });
  });
  return uses;
}

function useName(node: Node, parent: Node | undefined): string {
  if (node.type === "ImportExpression") return "import()";
  if (node.type === "NewExpression" && dotted(node["callee"]) === "Date") {
    return Array.isArray(node["arguments"]) && node["arguments"].length === 0 ? "new Date()" : "";
  }
  if (node.type === "CallExpression" && dotted(node["callee"]) === "Date") return "Date()";
  if (node.type === "MemberExpression")
    return parent?.type === "MemberExpression" && parent["object"] === node ? "" : dotted(node);
  if (node.type !== "Identifier" || parent === undefined) return "";
  // A name that stands for itself: not the key of an object, the property of a member, or a part of a type.
  const isKey = parent["key"] === node && parent["shorthand"] !== true && parent["computed"] !== true;
  const isProperty = parent.type === "MemberExpression" && parent["computed"] !== true;
  return isKey || isProperty || parent.type.startsWith("TS") ? "" : dotted(node);
}

/** Parameters, variables, functions and imports of the file: they hide a global of the same name. */
function declaredNames(tree: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(tree, (node, parents) => {
    if (node.type !== "Identifier") return;
    const parent = parents.at(-1);
    if (parent === undefined) return;
    const params = parent["params"];
    const declares =
      (/^(VariableDeclarator|Function|Import\w*Specifier|ClassDeclaration)/.test(parent.type) &&
        (parent["id"] === node || parent["local"] === node)) ||
      (Array.isArray(params) && params.includes(node));
    if (declares) names.add(String(node["name"]));
  });
  return names;
}
