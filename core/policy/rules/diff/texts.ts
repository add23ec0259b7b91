/** What is not a commitment: who the controller is, where the policy holds, what its words mean, and its prose. */
import { covers } from "../../../terms/category.ts";
import { listIn } from "../../words/tongue.ts";
import { type Change, differs, fell, rose } from "./change.ts";
import { type Side, without } from "./side.ts";

export const textChanges = (before: Side, after: Side): Change[] => [
  ...controller(before, after),
  ...definitions(before, after),
  ...prose(before, after),
];

function controller(before: Side, after: Side): Change[] {
  const [a, b] = [before.policy, after.policy];
  const changes: Change[] = [];
  if (a.controller.name !== b.controller.name || a.controller.country !== b.controller.country)
    changes.push(
      differs(
        "controller",
        "notice",
        `the controller is ${b.controller.name} (${b.controller.country ?? "no country"}); it was ${a.controller.name} (${a.controller.country ?? "no country"})`,
        {},
      ),
    );
  const [gone, come] = [without(a.jurisdictions, b.jurisdictions), without(b.jurisdictions, a.jurisdictions)];
  if (gone.length > 0)
    changes.push(fell("controller", "notice", `the policy no longer names ${listIn("en", gone)}`, {}));
  if (come.length > 0) changes.push(rose("controller", `the policy now names ${listIn("en", come)} too`, {}));
  return changes;
}

/** A word that means more allows more, whatever the commitments say. */
function definitions(before: Side, after: Side): Change[] {
  const [a, b] = [before.policy, after.policy];
  const wider = (word: string, was: readonly string[], is: readonly string[]): string[] =>
    is.filter((key) => !was.some((old) => covers(old, key)) && word !== "");
  const groups = [
    ["classes", a.classes, b.classes],
    ["purposes", a.purposes, b.purposes],
  ] as const;
  const keyed = groups.flatMap(([, was, is]) =>
    Object.entries(is).flatMap(([word, keys]): Change[] => {
      const old = Object.hasOwn(was, word) ? (was[word] ?? []) : null;
      if (old === null) return [];
      const [more, less] = [wider(word, old, keys), wider(word, keys, old)];
      return [
        ...(more.length > 0
          ? [fell("words", "notice", `\`${word}\` now covers ${listIn("en", more)} too`, {})]
          : []),
        ...(less.length > 0 ? [rose("words", `\`${word}\` no longer covers ${listIn("en", less)}`, {})] : []),
      ];
    }),
  );
  const recipients = Object.entries(b.recipients).flatMap(([word, now]): Change[] => {
    const old = Object.hasOwn(a.recipients, word) ? a.recipients[word] : undefined;
    const shown = now.name ?? word;
    if (old === undefined)
      return now.is.some((wide) => Object.hasOwn(a.recipients, wide))
        ? [fell("words", "notice", `${shown} is new among ${listIn("en", now.is)}`, {})]
        : [];
    return old.country === now.country
      ? []
      : [
          differs(
            "words",
            "notice",
            `${shown} is in ${now.country ?? "no named country"}; it was ${old.country ?? "none"}`,
            {},
          ),
        ];
  });
  return [...keyed, ...recipients];
}

/** Sentences that came, went or changed: said, so that a reader can judge them; what they promise is judged by the commitments. */
function prose(before: Side, after: Side): Change[] {
  const [was, is] = [before.policy.statements, after.policy.statements];
  const [gone, come] = [
    without(
      was.map((s) => s.hash),
      is.map((s) => s.hash),
    ),
    without(
      is.map((s) => s.hash),
      was.map((s) => s.hash),
    ),
  ];
  const text = (side: Side, hash: string): string =>
    side.policy.statements.find((s) => s.hash === hash)?.text ?? "";
  const lost = gone.map((hash) => differs("prose", "nothing", `no longer said: “${text(before, hash)}”`, {}));
  return [
    ...lost,
    ...come.map((hash) => differs("prose", "nothing", `newly said: “${text(after, hash)}”`, {})),
  ];
}
