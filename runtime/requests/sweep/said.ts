/** Texts that many requests have in common: they travel once, and are read once. */

export class Said {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  /** Counted from 1, as the server counts. */
  place(text: string): number;
  place(text: string | null): number | null;
  place(text: string | null): number | null {
    if (text === null) return null;
    const place = this.#places.get(text) ?? this.texts.push(text);
    this.#places.set(text, place);
    return place;
  }
}
