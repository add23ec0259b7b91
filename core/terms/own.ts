/** What a record holds under a word that comes from data; `constructor` and the like, which every object has, are none of its words. */
export const own = <T>(record: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(record, word) ? record[word] : undefined;
