import { lanesOf } from "../dtypes/dtypes.ts";
import type { Tensor } from "../tensors/tensor.ts";

type Slots = { [index: number]: unknown };

/**
 * Copies every element of `source` to the element of `target` at the same index. Both are strided views of one shape and dtype;
 * `target` must be storage that the caller allocated and nobody else has seen. Works for every dtype, strings too.
 */
export function assign(target: Tensor, source: Tensor): void {
  const { shape } = target;
  const rank = shape.length;
  const lanes = lanesOf(target.dtype);
  const to = target.data as unknown as Slots;
  const from = source.data as unknown as Slots;
  if (shape.includes(0)) return;
  const inner = rank === 0 ? 1 : shape[rank - 1];
  const toStep = rank === 0 ? 0 : target.strides[rank - 1];
  const fromStep = rank === 0 ? 0 : source.strides[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let toBase = target.offset;
  let fromBase = source.offset;
  for (;;) {
    for (let i = 0, t = toBase, s = fromBase; i < inner; i++, t += toStep, s += fromStep) {
      if (lanes === 1) to[t] = from[s];
      else for (let lane = 0; lane < lanes; lane++) to[t * lanes + lane] = from[s * lanes + lane];
    }
    let axis = rank - 2;
    for (; axis >= 0; axis--) {
      toBase += target.strides[axis];
      fromBase += source.strides[axis];
      if (++index[axis] < shape[axis]) break;
      toBase -= target.strides[axis] * shape[axis];
      fromBase -= source.strides[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Copies element `from` of dense `source` to element `to` of dense `target` (flat positions, same dtype). */
export function copyElement(target: Tensor, to: number, source: Tensor, from: number): void {
  const lanes = lanesOf(target.dtype);
  const targetSlots = target.data as unknown as Slots;
  const sourceSlots = source.data as unknown as Slots;
  for (let lane = 0; lane < lanes; lane++) {
    targetSlots[(target.offset + to) * lanes + lane] = sourceSlots[(source.offset + from) * lanes + lane];
  }
}
