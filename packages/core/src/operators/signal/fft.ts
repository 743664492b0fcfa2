import type { Steps } from "../../kernels/context.ts";

/** Primes above this are left to the chirp transform: a butterfly of radix p costs p^2. */
const LARGEST_RADIX = 13;
/** Complex products between two yields. */
const YIELD_AFTER = 1 << 20;

/**
 * A discrete Fourier transform of one length n: y[k] = sum of x[i] e^(sign 2 pi j i k / n), not scaled, in O(n log n).
 * `run` replaces re and im (n values each); it may be called again and again.
 */
export interface Fft {
  run(re: Float64Array, im: Float64Array): Steps<void>;
}

/** Bytes that a transform of length n may take while it lives. */
export function fftBytes(n: number): number {
  return isSmooth(n) ? 40 * n : 16 * 14 * n;
}

/** sign -1 is the forward transform, 1 the inverse one without its 1 / n. */
export function* makeFft(n: number, sign: 1 | -1): Steps<Fft> {
  return isSmooth(n) ? mixedRadix(n, yield* rootsOfUnity(n, sign)) : yield* chirp(n, sign);
}

function isSmooth(n: number): boolean {
  return radicesOf(n).every((radix) => radix <= LARGEST_RADIX);
}

/** The factors of n, fours first. */
export function radicesOf(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  for (let p = 2; p * p <= rest; p += p === 2 ? 1 : 2) {
    for (; rest % p === 0; rest /= p) radices.push(p);
  }
  if (rest > 1) radices.push(rest);
  return radices;
}

/** Angles whose sine and cosine are taken between two yields. */
const ANGLES = 1 << 15;

/**
 * e^(sign 2 pi j k / n) for k in 0..n-1, each from its own angle below a quarter turn, so that errors do not add up.
 */
function* rootsOfUnity(n: number, sign: number): Steps<Complex> {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const quarter = Math.floor((4 * k) / n);
    const angle = (Math.PI * (4 * k - quarter * n)) / (2 * n);
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    // A quarter turn takes (c, s) to (-s, c), half a turn both to their opposites.
    const half = quarter < 2 ? 1 : -1;
    re[k] = half * (quarter % 2 === 0 ? c : -s);
    im[k] = sign * half * (quarter % 2 === 0 ? s : c);
    if (k % ANGLES === ANGLES - 1) yield undefined;
  }
  return { re, im };
}

/**
 * Stockham's self-sorting algorithm: after the factors r1..ri are done, the array holds n / (r1...ri) interleaved
 * transforms. Source: Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992.
 */
function mixedRadix(n: number, roots: Complex): Fft {
  const radices = radicesOf(n);
  const scratch = { re: new Float64Array(n), im: new Float64Array(n) };
  return {
    *run(re, im): Steps<void> {
      let from: Complex = { re, im };
      let to: Complex = scratch;
      let done = 1;
      for (const radix of radices) {
        yield* stage(n, radix, done, from, to, roots);
        [from, to] = [to, from];
        done *= radix;
      }
      if (from.re !== re) {
        re.set(from.re);
        im.set(from.im);
      }
    },
  };
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Joins `radix` transforms of length `done` to one of length radix * done, for each of the n / (radix * done) groups.
 */
function* stage(n: number, radix: number, done: number, from: Complex, to: Complex, roots: Complex): Steps<void> {
  const groups = n / (radix * done);
  const butterflies = radix === 2 ? butterflies2 : radix === 4 ? butterflies4 : butterfliesOf(radix);
  let work = 0;
  for (let k = 0; k < done; k++) {
    for (let start = 0; start < groups; start += YIELD_AFTER) {
      const count = Math.min(groups - start, YIELD_AFTER);
      butterflies(
        from,
        k * groups * radix + start,
        groups,
        to,
        k * groups + start,
        n / radix,
        roots,
        k * groups,
        count,
      );
      work += count * radix * radix;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}

/**
 * `count` neighbouring butterflies: `radix` inputs `step` apart, input i turned by roots[i * turn], become `radix`
 * outputs `stride` apart; stride times the radix is n.
 */
type Butterflies = (
  from: Complex,
  at: number,
  step: number,
  to: Complex,
  out: number,
  stride: number,
  roots: Complex,
  turn: number,
  count: number,
) => void;

const butterflies2: Butterflies = (from, at, step, to, out, stride, roots, turn, count) => {
  const { re, im } = from;
  const c = roots.re[turn];
  const s = roots.im[turn];
  for (let i = at, o = out; i < at + count; i++, o++) {
    const x = re[i + step] * c - im[i + step] * s;
    const y = re[i + step] * s + im[i + step] * c;
    to.re[o] = re[i] + x;
    to.im[o] = im[i] + y;
    to.re[o + stride] = re[i] - x;
    to.im[o + stride] = im[i] - y;
  }
};

const butterflies4: Butterflies = (from, at, step, to, out, stride, roots, turn, count) => {
  const { re, im } = from;
  const { re: toRe, im: toIm } = to;
  /** 1 or -1: the fourth root of unity is this times j. */
  const quarter = roots.im[stride];
  const c1 = roots.re[turn];
  const s1 = roots.im[turn];
  const c2 = roots.re[2 * turn];
  const s2 = roots.im[2 * turn];
  const c3 = roots.re[3 * turn];
  const s3 = roots.im[3 * turn];
  for (let i = at, o = out; i < at + count; i++, o++) {
    const i1 = i + step;
    const i2 = i1 + step;
    const i3 = i2 + step;
    const aRe = re[i1] * c1 - im[i1] * s1;
    const aIm = re[i1] * s1 + im[i1] * c1;
    const bRe = re[i2] * c2 - im[i2] * s2;
    const bIm = re[i2] * s2 + im[i2] * c2;
    const dRe = re[i3] * c3 - im[i3] * s3;
    const dIm = re[i3] * s3 + im[i3] * c3;
    const evenRe = re[i] + bRe;
    const evenIm = im[i] + bIm;
    const oddRe = re[i] - bRe;
    const oddIm = im[i] - bIm;
    const turnedRe = -quarter * (aIm - dIm);
    const turnedIm = quarter * (aRe - dRe);
    toRe[o] = evenRe + (aRe + dRe);
    toIm[o] = evenIm + (aIm + dIm);
    toRe[o + stride] = oddRe + turnedRe;
    toIm[o + stride] = oddIm + turnedIm;
    toRe[o + 2 * stride] = evenRe - (aRe + dRe);
    toIm[o + 2 * stride] = evenIm - (aIm + dIm);
    toRe[o + 3 * stride] = oddRe - turnedRe;
    toIm[o + 3 * stride] = oddIm - turnedIm;
  }
};

function butterfliesOf(radix: number): Butterflies {
  const xs = new Float64Array(radix);
  const ys = new Float64Array(radix);
  return (from, at, step, to, out, stride, roots, turn, count) => {
    for (let g = 0; g < count; g++) {
      for (let i = 0; i < radix; i++) {
        const x = from.re[at + g + i * step];
        const y = from.im[at + g + i * step];
        xs[i] = x * roots.re[i * turn] - y * roots.im[i * turn];
        ys[i] = x * roots.im[i * turn] + y * roots.re[i * turn];
      }
      for (let k = 0; k < radix; k++) {
        let re = xs[0];
        let im = ys[0];
        for (let i = 1, root = 0; i < radix; i++) {
          root += k * stride;
          if (root >= radix * stride) root -= radix * stride;
          re += xs[i] * roots.re[root] - ys[i] * roots.im[root];
          im += xs[i] * roots.im[root] + ys[i] * roots.re[root];
        }
        to.re[out + g + k * stride] = re;
        to.im[out + g + k * stride] = im;
      }
    }
  };
}

/**
 * The transform of any length as a convolution with a chirp, done by transforms of a power of two. Source: Bluestein
 * 1970.
 */
function* chirp(n: number, sign: number): Steps<Fft> {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const wave = yield* chirpWave(n, sign);
  const forward = mixedRadix(size, yield* rootsOfUnity(size, -1));
  const backward = mixedRadix(size, yield* rootsOfUnity(size, 1));
  const filter = yield* chirpFilter(wave, size, forward);
  const a: Complex = { re: new Float64Array(size), im: new Float64Array(size) };
  return {
    *run(re, im): Steps<void> {
      a.re.fill(0);
      a.im.fill(0);
      yield* multiply(a, { re, im }, wave, n, 1);
      yield* forward.run(a.re, a.im);
      yield* multiply(a, a, filter, size, 1);
      yield* backward.run(a.re, a.im);
      yield* multiply({ re, im }, a, wave, n, 1 / size);
      yield undefined;
    },
  };
}

/** Products in a row between two yields, less one: a mask. */
const PRODUCTS = (1 << 18) - 1;

/** to = scale x y, for the first `count` elements. */
function* multiply(to: Complex, x: Complex, y: Complex, count: number, scale: number): Steps<void> {
  for (let i = 0; i < count; i++) {
    const re = x.re[i] * y.re[i] - x.im[i] * y.im[i];
    const im = x.re[i] * y.im[i] + x.im[i] * y.re[i];
    to.re[i] = scale * re;
    to.im[i] = scale * im;
    if ((i & PRODUCTS) === PRODUCTS) yield undefined;
  }
}

/** e^(sign pi j i^2 / n); i^2 is kept below 2 n, so that the angles stay exact. */
function* chirpWave(n: number, sign: number): Steps<Complex> {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0, square = 0; i < n; i++) {
    re[i] = Math.cos((Math.PI * square) / n);
    im[i] = sign * Math.sin((Math.PI * square) / n);
    square = (square + 2 * i + 1) % (2 * n);
    if (i % ANGLES === ANGLES - 1) yield undefined;
  }
  return { re, im };
}

/** The transform of the conjugate wave, laid around the origin. */
function* chirpFilter(wave: Complex, size: number, forward: Fft): Steps<Complex> {
  const n = wave.re.length;
  const filter: Complex = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let i = 0; i < n; i++) {
    const mirrored = (size - i) % size;
    filter.re[i] = filter.re[mirrored] = wave.re[i];
    filter.im[i] = filter.im[mirrored] = -wave.im[i];
    if ((i & PRODUCTS) === PRODUCTS) yield undefined;
  }
  yield* forward.run(filter.re, filter.im);
  return filter;
}
