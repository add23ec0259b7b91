/**
 * For a terminal: what a store or a file calls something moves no cursor and turns no line around. Colours stay; what is piped goes on letter
 * by letter, since statements of `avow grants` are meant to be run.
 */
export const harmless = (text: string): string =>
  text.replace(MOVES, (one: string, colour?: string) => (colour?.startsWith("\u001b") ? one : "\ufffd"));

/** Control characters (lines and tabs apart), and what changes the direction of a text. */
const MOVES = /(\p{Cc}\[[\d;]*m)|[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;

/** Wherever it goes: what is to stand within a line begins no other, and moves nothing. */
export const inOneLine = (text: string): string => text.replace(/\p{Cc}/gu, "\ufffd");
