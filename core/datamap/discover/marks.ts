/** What nobody has looked at yet carries a comment in the map that begins with a `?`. */
export const MARK = "?";

export const isMark = (comment: string | null | undefined): boolean =>
  comment?.trimStart().startsWith(MARK) === true;

/** All of them, as they stand in the text of a map. */
export const marksIn = (text: string): readonly string[] =>
  [...text.matchAll(/# \?[^\r\n]*/g)].map(([mark]) => mark);
