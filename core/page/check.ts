/** What may be in a policy and not on a published page: links that lead astray, and characters that nobody sees. */
import type { Policy } from "../policy/model.ts";
import type { Surface } from "../policy/surface/model.ts";
import { errorAt, type Issue, type Span } from "../terms/issue.ts";
import { hiddenCharacter } from "./hidden.ts";
import { inlineOf } from "./inline.ts";

/** Errors only: a page with one of them is not published. */
export function pageIssues(surface: Surface, policy: Policy): Issue[] {
  const definitions = surface.definitions;
  const anchors = new Set([...surface.sections.map((s) => s.id), ...policy.statements.map((s) => s.id)]);
  const marked = [
    ...policy.statements.map((s) => ({ text: s.text, span: s.span })),
    ...surface.sections.map((s) => ({ text: s.title, span: s.span })),
  ];
  const ofText = marked.flatMap(({ text, span }): Issue[] => {
    const inline = inlineOf(text, { definitions, root: "" });
    const astray = inline.targets.filter((t) => t.startsWith("#") && !anchors.has(decoded(t.slice(1))));
    return [
      ...inline.problems.map((message) => badLink(span, message)),
      ...astray.map((t) => badLink(span, `the link leads to \`${t}\`, which this policy does not have`)),
      ...hiddenIn(`${text} ${inline.text}`, span),
    ];
  });
  const start: Span = { file: policy.file, line: 1, column: 1 };
  const front = [policy.title, policy.controller.name, policy.locale, policy.version];
  return [
    ...ofText,
    ...front.flatMap((text) => hiddenIn(text, start)),
    ...policy.commitments.flatMap((c) => hiddenIn(`${c.says} ${c.origin} ${c.why ?? ""}`, c.span)),
    ...policy.statements.flatMap((s) => (s.fate.fate === "informs" ? hiddenIn(s.fate.why, s.span) : [])),
    ...localeIssue(policy, start),
  ];
}

/** A target that is no proper encoding is compared as it stands. */
function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch (error) {
    if (error instanceof URIError) return target;
    throw error;
  }
}

const badLink = (span: Span, message: string): Issue =>
  errorAt(span, {
    code: "bad-link",
    message,
    fix: "link to `https:`, `mailto:`, `tel:`, a path of the same site, or `#section`",
  });

function hiddenIn(text: string, span: Span): Issue[] {
  const found = hiddenCharacter(text);
  if (found === null) return [];
  const message = `the text holds \`${found}\`, which nobody sees and which can change what is read`;
  return [errorAt(span, { code: "hidden-character", message, fix: "remove it, or write the sentence anew" })];
}

/** The language's grammar is looser than that of BCP 47; a page needs a real one. */
function localeIssue(policy: Policy, span: Span): Issue[] {
  try {
    return new Intl.Locale(policy.locale).language === "" ? [unknownLocale(policy, span)] : [];
  } catch (error) {
    if (error instanceof RangeError) return [unknownLocale(policy, span)];
    throw error;
  }
}

const unknownLocale = ({ locale }: Policy, span: Span): Issue =>
  errorAt(span, {
    code: "bad-locale",
    message: `\`${locale}\` names no language that pages can be marked with`,
    fix: "write `en`, `zh-Hans`",
  });
