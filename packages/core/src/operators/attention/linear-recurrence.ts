import type { Steps } from "../../kernels/context.ts";
import type { NumberData } from "../../tensors/tensor.ts";

/** A recurrence of linear attention: dense operands [batch, token, head, ...], states [batch, head, key size, value size]. */
export interface Recurrence {
  readonly batches: number;
  readonly tokens: number;
  readonly heads: number;
  /** Query heads of each head. */
  readonly group: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly scale: number;
  readonly query: NumberData;
  readonly key: NumberData;
  readonly value: NumberData;
  readonly past: NumberData | undefined;
  /** `perHead` logarithms of factors for each token and head: 1, or the key size. */
  readonly decay: { readonly data: NumberData; readonly perHead: number } | undefined;
  /** `perToken` rates: 1, or the number of heads. */
  readonly beta: { readonly data: NumberData; readonly perToken: number } | undefined;
  readonly out: NumberData;
  readonly present: NumberData;
}

/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 20;

export function* recur(recurrence: Recurrence): Steps<void> {
  const { batches, tokens, heads, group, keySize, valueSize, past, present } = recurrence;
  const state = new Float64Array(keySize * valueSize);
  const added = new Float64Array(valueSize);
  let work = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let head = 0; head < heads; head++) {
      const at = (batch * heads + head) * state.length;
      if (past === undefined) state.fill(0);
      else state.set(past.subarray(at, at + state.length));
      for (let token = batch * tokens; token < (batch + 1) * tokens; token++) {
        step(recurrence, token, head, state, added);
        work += state.length * (group + 3) + 16;
        if (work < YIELD_AFTER) continue;
        work = 0;
        yield undefined;
      }
      present.set(state, at);
    }
  }
}

/** One token of one head: updates the state and writes the outputs of the head's queries. */
function step(recurrence: Recurrence, token: number, head: number, state: Float64Array, added: Float64Array): void {
  const { heads, group, keySize, valueSize, key, value, query, decay, beta } = recurrence;
  const place = token * heads + head;
  const keys = key.subarray(place * keySize, (place + 1) * keySize);
  added.set(value.subarray(place * valueSize, (place + 1) * valueSize));
  if (decay !== undefined)
    fade(state, valueSize, decay.data.subarray(place * decay.perHead, (place + 1) * decay.perHead));
  if (beta !== undefined) correct(added, state, keys, beta.data[beta.perToken === 1 ? token : place]);
  addOuter(state, keys, added);
  for (let i = place * group; i < (place + 1) * group; i++) {
    const out = recurrence.out.subarray(i * valueSize, (i + 1) * valueSize);
    readState(state, query.subarray(i * keySize, (i + 1) * keySize), recurrence.scale, added, out);
  }
}

/** Multiplies each row of the state by exp(its decay), or all rows by that of the only one. */
function fade(state: Float64Array, columns: number, decays: NumberData): void {
  for (let row = 0, at = 0; at < state.length; row++) {
    const factor = Math.exp(decays[decays.length === 1 ? 0 : row]);
    for (const end = at + columns; at < end; at++) state[at] *= factor;
  }
}

/** added = rate * (added - keys x state). */
function correct(added: Float64Array, state: Float64Array, keys: NumberData, rate: number): void {
  for (let row = 0, at = 0; row < keys.length; row++) {
    for (let column = 0; column < added.length; column++, at++) added[column] -= keys[row] * state[at];
  }
  for (let column = 0; column < added.length; column++) added[column] *= rate;
}

/** state += keys (x) added. */
function addOuter(state: Float64Array, keys: NumberData, added: Float64Array): void {
  for (let row = 0, at = 0; row < keys.length; row++) {
    for (let column = 0; column < added.length; column++, at++) state[at] += keys[row] * added[column];
  }
}

/** out = scale * (queries x state), summed in `sums`. */
function readState(state: Float64Array, queries: NumberData, scale: number, sums: Float64Array, out: NumberData): void {
  sums.fill(0);
  for (let row = 0, at = 0; row < queries.length; row++) {
    for (let column = 0; column < sums.length; column++, at++) sums[column] += queries[row] * state[at];
  }
  for (let column = 0; column < sums.length; column++) out[column] = scale * sums[column];
}
