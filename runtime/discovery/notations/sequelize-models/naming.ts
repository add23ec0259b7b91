/** How Sequelize calls what nobody named: tables in the plural, keys after the model that they lead to; with `_` where it is told so. */

const SAME: ReadonlySet<string> = new Set(
  "equipment information money species series fish sheep news data metadata media feedback criteria".split(
    " ",
  ),
);
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ["person", "people"],
  ["child", "children"],
  ["man", "men"],
  ["woman", "women"],
  ["tooth", "teeth"],
  ["foot", "feet"],
  ["mouse", "mice"],
  ["quiz", "quizzes"],
  ["movie", "movies"],
  ["cookie", "cookies"],
]);
const REGULAR: ReadonlyMap<string, string> = new Map([...IRREGULAR].map(([one, many]) => [many, one]));

type Rules = readonly (readonly [RegExp, string])[];
const PLURAL: Rules = [
  [/([^aeiou])y$/i, "$1ies"],
  [/(analy|ba|cri|the|diagno)sis$/i, "$1ses"],
  [/(ss|us|is|x|z|ch|sh)$/i, "$1es"],
  [/(lea|kni|wi|wol|loa|hal|shel|sel|cal|li|thie)fe?$/i, "$1ves"],
  [/$/, "s"],
];
const SINGULAR: Rules = [
  [/([^aeiou])ies$/i, "$1y"],
  [/(analy|ba|cri|the|diagno)ses$/i, "$1sis"],
  [/(ss|us|is|x|z|ch|sh)es$/i, "$1"],
  [/([^su])s$/i, "$1"],
];

/** `SalesPerson`: only its last word changes. */
function byWord(name: string, words: ReadonlyMap<string, string>): string | null {
  const last = /(?:[A-Z]?[a-z]+|[A-Z]+)$/.exec(name)?.[0] ?? "";
  const other = words.get(last.toLowerCase());
  if (other === undefined) return null;
  const isCapital = /^[A-Z]/.test(last);
  return `${name.slice(0, name.length - last.length)}${isCapital ? other.replace(/^./, (c) => c.toUpperCase()) : other}`;
}

const lastWord = (name: string): string => (/(?:[A-Z]?[a-z]+|[A-Z]+)$/.exec(name)?.[0] ?? "").toLowerCase();

function byRule(name: string, rules: Rules): string {
  const rule = rules.find(([pattern]) => pattern.test(name));
  return rule === undefined ? name : name.replace(rule[0], rule[1]);
}

/** What is in the plural stays so. */
export function plural(name: string): string {
  const isPlural = byWord(name, REGULAR) !== null || /[^sui]s$/i.test(name);
  if (SAME.has(lastWord(name)) || isPlural) return name;
  return byWord(name, IRREGULAR) ?? byRule(name, PLURAL);
}

export const singular = (name: string): string =>
  SAME.has(lastWord(name)) ? name : (byWord(name, REGULAR) ?? byRule(name, SINGULAR));

export const underscored = (name: string): string =>
  name
    .replaceAll(/([A-Z\d]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();

/** `user` and `id` → `userId`; `User` and `id` → `UserId`. */
export const keyName = (model: string, key: string): string =>
  `${model}_${key}`.replaceAll(/[-_\s]+(.)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase());
