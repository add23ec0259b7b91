/** Names of tables, and which of them says the same in words (`user` and `app_users` do not, `UserAddress` and `user_addresses` do). */
import { formsOf, sameWords, wordsOf } from "@avow/core/datamap/classify/words";

export class TableNames {
  readonly #names = new Set<string>();
  /** By what their last word may be: prefixes are many tables' own, ends are few's. */
  readonly #byEnd = new Map<string, Set<string>>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const form of endsOf(wordsOf(name))) {
      const own = this.#byEnd.get(form) ?? new Set();
      this.#byEnd.set(form, own.add(name));
    }
  }

  delete(name: string): void {
    this.#names.delete(name);
    for (const form of endsOf(wordsOf(name))) this.#byEnd.get(form)?.delete(name);
  }

  named(words: readonly string[]): string | undefined {
    for (const form of endsOf(words))
      for (const name of this.#byEnd.get(form) ?? []) if (sameWords(wordsOf(name), words)) return name;
    return undefined;
  }
}

function endsOf(words: readonly string[]): ReadonlySet<string> {
  const last = words.at(-1);
  return last === undefined ? new Set() : formsOf(last);
}
