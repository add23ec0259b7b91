/** Words that promise. A sentence that has one and is said to promise nothing is shown to the author. */
const PROMISING: readonly RegExp[] = [
  /\bwe (?:will|shall|promise|guarantee|undertake|commit|ensure|make sure)\b/i,
  /\bwe (?:do not|don't|must not|can not|cannot|won't)\b/i,
  /\bnever\b/i,
  /\byou (?:can|may|have the right|have a right|are entitled)\b/i,
  /\byour rights?\b/i,
  /\b(?:must|shall) not\b/i,
  /\b(?:is|are) (?:deleted|erased|anonymi[sz]ed|encrypted)\b/i,
  /我们(?:将|会|承诺|保证|不会|绝不)/,
  /(?:您|你)(?:可以|有权)/,
];

/** The promising words found, or null. */
export function promises(text: string): string | null {
  for (const pattern of PROMISING) {
    const found = pattern.exec(text);
    if (found !== null) return found[0];
  }
  return null;
}
