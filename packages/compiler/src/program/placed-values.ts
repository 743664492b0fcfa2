import type { Lifetime } from "./plan-arena.ts";

/** Looking a value up by when it lives takes as long as passing by so many in the order of their places. */
const LOOKUP_COST = 64;

/** Those of some values that have a place in the arena, found by when they live. */
export class PlacedValues {
  /** Numbers of the values in the order in which they begin, and when they do. */
  readonly #byFirst: Int32Array;
  readonly #firsts: Float64Array;
  readonly #positions: Int32Array;
  /** A tree over that order: the latest end of the placed values below a node; leaves from #leaves on. */
  readonly #latest: Float64Array;
  readonly #leaves: number;
  /** Numbers of the placed values by offset, and of each value its offset, begin and end. */
  readonly #byOffset: Int32Array;
  readonly #offsets: Float64Array;
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  readonly #found: Int32Array;
  #count = 0;

  constructor(lifetimes: readonly Lifetime[]) {
    const count = lifetimes.length;
    this.#begins = Float64Array.from(lifetimes, ({ first }) => first);
    this.#ends = Float64Array.from(lifetimes, ({ last }) => last);
    this.#byFirst = Int32Array.from(lifetimes.keys()).sort((a, b) => this.#begins[a] - this.#begins[b]);
    this.#firsts = Float64Array.from(this.#byFirst, (id) => this.#begins[id]);
    this.#positions = new Int32Array(count);
    this.#byFirst.forEach((id, position) => (this.#positions[id] = position));
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
    this.#latest = new Float64Array(2 * this.#leaves).fill(-1);
    this.#byOffset = new Int32Array(count);
    this.#found = new Int32Array(count);
    this.#offsets = new Float64Array(count);
  }

  /** Forgets all places. */
  clear(): void {
    this.#count = 0;
    this.#latest.fill(-1);
  }

  place(id: number, offset: number): void {
    this.#offsets[id] = offset;
    const at = lowerBound(this.#count, (i) => this.#offsets[this.#byOffset[i]] > offset);
    this.#byOffset.copyWithin(at + 1, at, this.#count++);
    this.#byOffset[at] = id;
    for (let node = this.#leaves + this.#positions[id]; node > 0; node >>= 1)
      this.#latest[node] = Math.max(this.#latest[node], this.#ends[id]);
  }

  offsetOf(id: number): number {
    return this.#offsets[id];
  }

  /** Numbers of the placed values that live in some step from `first` to `last`, by offset; valid until the next call. */
  livingIn(first: number, last: number): Int32Array {
    const most = this.#count / LOOKUP_COST;
    const end = lowerBound(this.#firsts.length, (i) => this.#firsts[i] > last);
    let found = 0;
    for (let at = this.#next(0, first); at < end; at = this.#next(at + 1, first)) {
      if (found >= most) return this.#passBy(first, last);
      this.#found[found++] = this.#byFirst[at];
    }
    return this.#found.subarray(0, found).sort((a, b) => this.#offsets[a] - this.#offsets[b]);
  }

  #passBy(first: number, last: number): Int32Array {
    let found = 0;
    for (let i = 0; i < this.#count; i++) {
      const id = this.#byOffset[i];
      if (this.#ends[id] >= first && this.#begins[id] <= last) this.#found[found++] = id;
    }
    return this.#found.subarray(0, found);
  }

  /** The first position from `at` on of a placed value that lives in step `first` or later; past all others where there is none. */
  #next(at: number, first: number): number {
    if (at >= this.#leaves) return at;
    let node = this.#leaves + at;
    while (this.#latest[node] < first) {
      // up from right children, then to the neighbour
      while (node & 1) node >>= 1;
      if (node === 0) return this.#leaves;
      node++;
    }
    while (node < this.#leaves) {
      node *= 2;
      if (this.#latest[node] < first) node++;
    }
    return node - this.#leaves;
  }
}

/** The least number below `count` of which `isPast` holds, as it does of all after it; `count` where it holds of none. */
function lowerBound(count: number, isPast: (i: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isPast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
