import { mersenneTwister } from "@hodu/core";

/** The same bytes for the same seed. */
export function randomBytes(length: number, seed: number): Uint8Array {
  const random = mersenneTwister(seed);
  return Uint8Array.from({ length }, () => Math.floor(random.uniform() * 256));
}
