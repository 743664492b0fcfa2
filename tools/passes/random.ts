import { mersenneTwister } from "@hodu/core";

/** Draws that a seed settles. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** One of the items; there must be one. */
  pick<Item>(items: readonly Item[]): Item;
  /** True in one of `times`. */
  oneIn(times: number): boolean;
}

/** The draws of a seed. */
export function randomOf(seed: number): Random {
  const source = mersenneTwister(seed);
  const uniform = (): number => source.uniform();
  const whole = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));
  return {
    uniform,
    whole,
    pick: (items) => items[whole(0, items.length - 1)],
    oneIn: (times) => whole(1, times) === 1,
  };
}
