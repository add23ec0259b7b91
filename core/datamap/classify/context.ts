/** What a plain word means in a collection of a certain kind: the `code` of `login_tokens`, the `keyword` of `searches`. */
import { wordsOf } from "./words.ts";

export interface Meant {
  readonly category: string;
  readonly because: string;
}

const MEANT: readonly (readonly [RegExp, RegExp, string])[] = [
  [
    /^(?:tokens?|otps?|sessions?|resets?|activations?|verifications?|authorizations?|invites?|invitations?|nonces?|passwds?|passwords?)$/,
    /^(?:code|hash|key|value|secret|nonce|challenge)$/,
    "user.authorization.credentials",
  ],
  [/^search(?:es)?$/, /^(?:keywords?|query|q|terms?|phrase|text|words?)$/, "user.behavior.search_history"],
  [
    /^(?:online|visits?|pageviews?|hits?|clicks?|referr?ers?|sources?)$/,
    /^(?:url|uri|request uri|page|path|referer|referrer|http referer|http referrer|landing page)$/,
    "user.behavior.browsing_history",
  ],
  [
    /^(?:mails?|emails?|newsletters?|mailings?)$/,
    /^(?:address|to|from|cc|bcc|tocc|tobcc|recipients?|receiver|sender|reply to)$/,
    "user.contact.email",
  ],
];

/** Null: the collection's name says nothing of that kind. */
export function meantIn(field: string, collection: string): Meant | null {
  const own = wordsOf(collection.split(".").at(-1) ?? collection);
  const word = wordsOf(field).join(" ");
  const found = MEANT.find(([of, name]) => name.test(word) && own.some((w) => of.test(w)));
  return found === undefined
    ? null
    : { category: found[2], because: `\`${word}\` in a collection of that kind` };
}
