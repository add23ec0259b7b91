/** A test that cannot fail is worse than none: each asserts something, and none is left out in silence. */
import { type Finding, isCode, lineAt, type SourceFile } from "./repo.ts";
import { dotted, isNode, type Node, treeOf, walk } from "./syntax.ts";

const RUNS_A_TEST = /^(test|it)(\.(each|for|concurrent|sequential|runIf|skipIf|fails))*$/;
const LEFT_OUT = /^(test|it|describe)(\.\w+)*\.(only|skip|todo)(\.|$)/;
const ASSERTS = /^(expect|expectTypeOf|assertType)(\.|$)|^assert(\.|$)/;

export function checkAssertions(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isCode(file.path) && file.path.includes(".test."))
    .flatMap((file) => faultsOf(file));
}

function faultsOf(file: SourceFile): readonly Finding[] {
  const tree = treeOf(file);
  const asserting = assertingFunctions(tree);
  const faults: Finding[] = [];
  let tests = 0;
  walk(tree, (node) => {
    if (node.type !== "CallExpression") return;
    const report = (message: string) =>
      faults.push({ path: file.path, line: lineAt(file.text, node.start), message });
    const name = calleeName(node);
    if (LEFT_OUT.test(name)) report(`\`${name}\` leaves tests out: give a condition (\`skipIf\`)`);
    const body = callback(node);
    if (RUNS_A_TEST.test(name) && body !== null) {
      tests += 1;
      if (!assertsIn(body, asserting)) report("asserts nothing");
    }
    const [subject]: readonly unknown[] = Array.isArray(node["arguments"]) ? node["arguments"] : [];
    const isLiteral = isNode(subject) && subject.type === "Literal";
    if (isLiteral && dotted(node["callee"]) === "expect") report("expects something of a literal");
  });
  if (tests === 0 && faults.length === 0 && !runsSuite(tree)) {
    return [{ path: file.path, line: 1, message: "holds no test" }];
  }
  return faults;
}

/** A contract suite brings the tests; the file brings the system that they run on. */
function runsSuite(tree: Node): boolean {
  let runs = false;
  walk(tree, (node) => {
    if (node.type === "CallExpression" && /^run\w*Suite$/.test(dotted(node["callee"]))) runs = true;
  });
  return runs;
}

/** `test.each(rows)("…", fn)` and `test.runIf(x)("…", fn)` are called through a call, and `` test.each`…` `` through a template. */
function calleeName(call: Node): string {
  let callee = call["callee"];
  if (isNode(callee) && callee.type === "CallExpression") callee = callee["callee"];
  else if (isNode(callee) && callee.type === "TaggedTemplateExpression") callee = callee["tag"];
  return dotted(callee);
}

function callback(call: Node): Node | null {
  const args = Array.isArray(call["arguments"]) ? call["arguments"].filter(isNode) : [];
  return args.findLast((arg) => /Function/.test(arg.type)) ?? null;
}

function assertsIn(body: Node, asserting: ReadonlySet<string>): boolean {
  let asserts = false;
  walk(body, (node) => {
    if (node.type !== "CallExpression") return;
    const name = dotted(node["callee"]);
    if (ASSERTS.test(name) || asserting.has(name)) asserts = true;
  });
  return asserts;
}

/** The functions of the file that assert, directly or through another; and imported ones that say so by their name. */
function assertingFunctions(tree: Node): ReadonlySet<string> {
  const bodies = new Map<string, Node>();
  const names = new Set<string>();
  walk(tree, (node) => {
    if (node.type === "FunctionDeclaration") bodies.set(dotted(node["id"]), node);
    if (node.type === "VariableDeclarator" && isNode(node["init"]) && /Function/.test(node["init"].type)) {
      bodies.set(dotted(node["id"]), node["init"]);
    }
    const local = node.type === "ImportSpecifier" ? dotted(node["local"]) : "";
    if (/^(expect|assert|must)[A-Z]/.test(local)) names.add(local);
  });
  for (let known = -1; known !== names.size; ) {
    known = names.size;
    for (const [name, body] of bodies) if (assertsIn(body, names)) names.add(name);
  }
  return names;
}
