import type { RandomSource } from "./random-source.ts";

/** Mersenne Twister with numpy RandomState's derived draws. Source: Matsumoto and Nishimura 1998; numpy.random.RandomState. */
export function mersenneTwister(seed: number): RandomSource {
  const state = new Uint32Array(624);
  state[0] = seed >>> 0;
  for (let i = 1; i < 624; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = (Math.imul(1812433253, previous) + i) >>> 0;
  }
  let at = 624;
  let spare: number | undefined;

  function nextU32(): number {
    if (at === 624) twist(state);
    at %= 624;
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  function uniform(): number {
    const high = nextU32() >>> 5;
    const low = nextU32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const r2 = x * x + y * y;
      if (r2 >= 1 || r2 === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(r2)) / r2);
      spare = factor * x;
      return factor * y;
    }
  }
  return { uniform, normal };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < 624; i++) {
    const y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
    state[i] = state[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
