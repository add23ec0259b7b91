/** For tests: a policy's text, everything in it confirmed, as a document. */
import { kinds } from "../../commitments/index.ts";
import { compilePolicy } from "../../policy/compile.ts";
import { printLock } from "../../policy/lock/print.ts";
import { proposeLock } from "../../policy/lock/propose.ts";
import { readSurface } from "../../policy/surface/read.ts";
import { must } from "../../terms/assert.ts";
import { byPlace } from "../../terms/issue.ts";
import { pageIssues } from "../check.ts";
import { documentOf } from "../document.ts";

export const markOf = (name: string) => kinds.find((k) => k.name === name)?.marks ?? null;

export function made(text: string) {
  const surface = must(readSurface("policy.md", text).value, "the text has a surface");
  const draft = compilePolicy({ file: "policy.md", text, lock: null, kinds });
  const proposed = must(draft.draft, "the text has front matter");
  const lock = { file: "policy.lock", text: printLock(proposeLock(proposed, draft.proposals)) };
  const compiled = compilePolicy({ file: "policy.md", text, lock, kinds });
  const policy = must(compiled.draft, "the text has front matter");
  const issues = [...compiled.issues, ...pageIssues(surface, policy)].sort(byPlace);
  return { surface, issues, document: documentOf(surface, policy) };
}
