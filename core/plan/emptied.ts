/**
 * Whether a field holds what a mask would leave there (spec/connector.md, "mutate"): then there is nothing to plan of it. What is taken for a
 * tombstone here is either what the store would write again, letter by letter, or drawn by lot in a form that nobody writes by hand.
 */
import type { LiveFields } from "./fate.ts";
import { UUID_TOMBSTONE } from "./tombstone.ts";

export interface Emptiable {
  /** As the store calls it. */
  readonly type: string;
  /** What its tombstone is, where the type alone does not say it. */
  readonly label: string | undefined;
  readonly isUnique: boolean;
}

/** As the store declares a field; of one that it does not declare nothing is known but its name. */
export function emptiableOf(live: LiveFields | undefined, name: string): Emptiable {
  const found = live?.fields.find((f) => f.name === name);
  const isUnique = live?.uniques?.some((u) => u.includes(name)) === true;
  return { type: found?.type ?? "", label: found?.label, isUnique };
}

const [ZERO, EMPTY_DOCUMENT] = [/^0(\.0+)?$/, /^\{\}$/];
/**
 * Types by their whole names, as a domain may be called `date_of_entry` and hold any text. Times to the second: a real value may well be of the
 * same day.
 */
const LOOKS: readonly (readonly [type: RegExp, tombstone: RegExp])[] = [
  [/^((tiny|small|medium|big)?int(eger)?|numeric|decimal|real|double( precision)?|float)($|[ (])/, ZERO],
  [/^year\(\d\)$/, /^0000$/],
  [/^bool(ean)?$/, /^(0|f|false)$/],
  [/^(date|datetime|timestamp)($|[ (])/, /^(0|0\.0|1970-01-01([ T]00:00:00(\.0+)?(Z|\+00(:?00)?)?)?)$/],
  // MariaDB's begins a second after the epoch.
  [/^timestamp(\(\d\))?$/, /^1970-01-01 00:00:01(\.0+)?$/],
  [/^(time|interval)($|[ (])/, /^00:00:00(\.0+)?(\+00)?$/],
  [/^uuid$/, UUID_TOMBSTONE],
  [/^money$/, /^[^1-9]*0[^1-9]*$/],
  [/\[\]$/, EMPTY_DOCUMENT],
  [/^(jsonb?|longtext)$/, EMPTY_DOCUMENT],
  [/^bytea$/, /^\\x$/],
  [/^binary\(\d+\)$/, /^0x(00)+$/],
  [/^varbinary\(\d+\)$|^(tiny|medium|long)?blob$/, /^$/],
  [/^(inet4?|cidr)$/, /^0\.0\.0\.0(\/32)?$/],
  [/^inet6$/, /^::$/],
  [/^macaddr$/, /^00:00:00:00:00:00$/],
  [/^(tsvector|xml|hstore|set\(.*\))$/, /^$/],
];

export function isTombstoneOf({ type, label, isUnique }: Emptiable, cell: string): boolean {
  if (label !== undefined) return !isUnique && cell === label;
  const name = type.toLowerCase();
  // Of a type without random tombstones a unique field gets null, or nothing: what is in it is somebody's.
  if ((!isUnique || name === "uuid") && isZeroOf(name, cell)) return true;
  return !NO_TEXT.test(name) && isTextTombstone(name, isUnique, cell.trimEnd());
}

/** Whether a value is the one that every row's field of that type is emptied to. */
export function isZeroOf(type: string, cell: string): boolean {
  const name = type.toLowerCase();
  return LOOKS.some(([of, tombstone]) => of.test(name) && tombstone.test(cell));
}

const NUMBER = /^((tiny|small|medium|big)?int|numeric|decimal|real|double|float|money)/;
/** Top-level names that are set aside for what reaches nobody (RFC 6761). */
const NOWHERE = /^[^\s@]+@([^\s@]+\.)?(invalid|example|test|localhost)\.?$/i;

/** Whether a service that empties a field by itself may have left this, and nobody is behind it: nothing, a zero, an address that reaches nobody. */
export function saysNothing(type: string, cell: string): boolean {
  const [name, text] = [type.toLowerCase(), cell.trim()];
  return /^(\{\}|\[\])?$/.test(text) || NOWHERE.test(text) || (NUMBER.test(name) && isZeroOf(name, text));
}

/** Whether it is words that the field holds: what stands there for many people may stand for none of them. */
export const holdsText = (type: string): boolean => /^$|char|text|clob|string/i.test(type);

const NO_TEXT =
  /^((tiny|small|medium|big)?int|numeric|decimal|real|double|float|money|date|time|bool|uuid)\b/;

/** With less room a unique text is a letter and random digits, as somebody's value may be, too. */
const TAILED_MIN = 15;
const TAIL_MAX = 16;

function isTextTombstone(type: string, isUnique: boolean, cell: string): boolean {
  const room = Number(/char\w*(?: varying)?\s*\((\d+)\)/.exec(type)?.[1] ?? "1000");
  if (!isUnique && cell === "erased".slice(0, room)) return true;
  const tail = Math.min(TAIL_MAX, room - "erased-".length);
  return room >= TAILED_MIN && cell.length === "erased-".length + tail && /^erased-[0-9a-f]+$/.test(cell);
}
