/** Seeded randomness: one independent stream per seed, purpose and index, so that any person can be made again without the others. */

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Long-tailed: at least `least`, heavier the smaller `shape`, never above `most`. */
  pareto(least: number, shape: number, most: number): number;
  uuid(): string;
}

const mix = (value: number): number => {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
};

/** `purpose` is any small number that names the use. The generator is sfc32. */
export function random(seed: number, purpose: number, index: number): Random {
  let a = mix(seed ^ 0x9e3779b9);
  let b = mix(purpose + 0x85ebca6b);
  let c = mix(index ^ 0xc2b2ae35);
  let counter = mix(a ^ Math.imul(b, 31) ^ c) | 1;
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) word();
  const next = (): number => word() / 4_294_967_296;
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
    pareto: (least, shape, most) => Math.min(most, Math.floor(least / (1 - next()) ** (1 / shape))),
    uuid: () => uuidFrom(word(), word(), word(), word()),
  };
}

const hex = (value: number, digits: number): string =>
  value
    .toString(16)
    .padStart(8, "0")
    .slice(8 - digits);

/**
 * A version 4 uuid with a letter in its second, fourth and last group: such an id never holds the thirteen digits in a row that a
 * scanner would take for a card number.
 */
export function uuidFrom(w0: number, w1: number, w2: number, w3: number): string {
  const tail = hex(w3, 8);
  return `${hex(w0, 8)}-c${hex(w1, 3)}-4${hex(w1 >>> 12, 3)}-b${hex(w2, 3)}-${hex(w2 >>> 16, 4)}d${tail.slice(0, 3)}e${tail.slice(3, 6)}`;
}
