/** The words that the front matter declares: each must stand for something, and none may stand for what is built in. */
import { categoryIssue } from "../../terms/category.ts";
import { errorAt, type Issue, type IssueText, type Span } from "../../terms/issue.ts";
import { purposeIssue } from "../../terms/purpose.ts";
import { listed, suggestion } from "../../terms/suggest.ts";
import { entryOf, placeOf, type YamlTree } from "../surface/yaml.ts";
import { isFact } from "../words/facts.ts";
import { ALL, ANYONE, OTHER, type Recipient, type Words } from "../words/model.ts";

/** Words that mean something else elsewhere. */
const RESERVED: Readonly<Record<string, { readonly one: string; readonly words: readonly string[] }>> = {
  classes: { one: "a class", words: [ALL, "system"] },
  purposes: { one: "a purpose", words: [ALL, OTHER] },
  recipients: { one: "a recipient", words: [ANYONE, ALL, "us"] },
};

interface GivenRecipient {
  readonly name?: string | undefined;
  readonly is?: readonly string[] | undefined;
  readonly country?: string | undefined;
}

export const recipientsOf = (given: Readonly<Record<string, GivenRecipient>>): Words["recipients"] =>
  Object.fromEntries(
    Object.entries(given).map(([word, r]) => [
      word,
      { name: r.name ?? null, is: r.is ?? [], country: r.country ?? null },
    ]),
  );

export function wordIssues(words: Words, tree: YamlTree): Issue[] {
  const keyOf = (group: string, word: string): Span => {
    const under = entryOf(tree, group)?.value;
    return (under === undefined ? undefined : entryOf(under, word)?.keySpan) ?? placeOf(tree, [group]);
  };
  const reserved = Object.entries(RESERVED).flatMap(([group, { one, words: taken }]) =>
    taken
      .filter((word) => entryOf(entryOf(tree, group)?.value ?? tree, word) !== undefined)
      .filter(() => entryOf(tree, group) !== undefined)
      .map((word) =>
        errorAt(keyOf(group, word), {
          code: group === "classes" ? "reserved-class" : "reserved-word",
          message: `\`${word}\` can not name ${one}`,
          fix: "choose another word",
        }),
      ),
  );
  const facts = Object.keys(words.conditions)
    .filter(isFact)
    .map((word) =>
      errorAt(keyOf("conditions", word), {
        code: "reserved-word",
        message: `\`${word}\` is a condition that every policy has`,
        fix: "leave it out here, or choose another word",
      }),
    );
  return [
    ...reserved,
    ...facts,
    ...keyed(words.classes, "classes", tree, categoryIssue),
    ...keyed(words.purposes, "purposes", tree, purposeIssue),
    ...recipientIssues(words.recipients, tree),
    ...labelIssues(words, tree),
  ];
}

const keyed = (
  group: Readonly<Record<string, readonly string[]>>,
  name: string,
  tree: YamlTree,
  issueOf: (key: string) => IssueText | null,
): Issue[] =>
  Object.entries(group).flatMap(([word, keys]) =>
    keys.flatMap((key, i): Issue[] => {
      const issue = issueOf(key);
      return issue === null ? [] : [errorAt(placeOf(tree, [name, word, i]), issue)];
    }),
  );

function recipientIssues(recipients: Words["recipients"], tree: YamlTree): Issue[] {
  const known = Object.keys(recipients);
  return Object.entries(recipients).flatMap(([word, { is }]): Issue[] => {
    const unknown = is
      .filter((wider) => !Object.hasOwn(recipients, wider))
      .map((wider) =>
        errorAt(placeOf(tree, ["recipients", word, "is"]), {
          code: "unknown-recipient",
          message: `\`${wider}\` is no recipient of this policy`,
          fix: suggestion(wider, known, `declare it too; known recipients: ${listed(known)}`),
        }),
      );
    if (unknown.length > 0 || !reaches(recipients, word, word)) return unknown;
    const message = `\`${word}\` is a kind of itself`;
    const text = { code: "recipient-cycle", message, fix: "leave one `is` of the circle out" };
    return [errorAt(placeOf(tree, ["recipients", word, "is"]), text)];
  });
}

function reaches(recipients: Readonly<Record<string, Recipient>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(recipients[from]?.is ?? [])];
  for (let word = open.pop(); word !== undefined; word = open.pop()) {
    if (word === to) return true;
    if (seen.has(word)) continue;
    seen.add(word);
    open.push(...(recipients[word]?.is ?? []));
  }
  return false;
}

function labelIssues(words: Words, tree: YamlTree): Issue[] {
  const known = [
    ...Object.keys(words.classes),
    ...Object.keys(words.purposes),
    ...Object.keys(words.recipients),
    ...Object.keys(words.conditions),
  ];
  // A label of another word, such as an anchor's, is no mistake; one that is nearly a declared word is.
  return Object.keys(words.labels).flatMap((word): Issue[] => {
    if (known.includes(word)) return [];
    const near = suggestion(word, known, "");
    if (near === "") return [];
    const span = entryOf(entryOf(tree, "labels")?.value ?? tree, word)?.keySpan ?? placeOf(tree, ["labels"]);
    return [
      errorAt(span, { code: "unknown-label", message: `\`${word}\` is no word of this policy`, fix: near }),
    ];
  });
}
