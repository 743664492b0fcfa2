import type { KernelContext } from "../../kernels/context.ts";
import { reserveCopy } from "../../kernels/read-numbers.ts";
import { isBig } from "../../dtypes/dtypes.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { doubles, stridedNumbers } from "../../tensors/elements.ts";
import { broadcastTo, type NumberData, type Tensor, tensorOf } from "../../tensors/tensor.ts";

/** What each query may attend to, and what is added to its scores. */
export interface BiasOptions {
  /** [batch, heads, queries, keys]. */
  readonly shape: readonly [number, number, number, number];
  readonly mask: Tensor | undefined;
  readonly causal: boolean;
  /** Keys to the left and right of a query's own position that it sees; -1: all. */
  readonly left: number;
  readonly right: number;
  /** For each batch, how many keys stand before the first query, and how many are no padding. */
  readonly offsets: readonly number[];
  readonly valid: readonly number[];
}

/** Writes the biases of one query to `target`; false when all are -Infinity. */
export type WriteBias = (target: Float64Array, batch: number, head: number, query: number) => boolean;

/** Fails unless a mask fits scores of `shape`: it broadcasts to them, and may have fewer keys. */
export function checkMask(mask: readonly Dim[], shape: readonly Dim[], context: { fail(rule: string): never }): void {
  const lead = shape.length - mask.length;
  const fits = mask.every((dim, axis) => {
    const other = shape[lead + axis];
    if (typeof dim !== "number" || typeof other !== "number" || dim === 1) return true;
    return axis === mask.length - 1 ? dim <= other : dim === other;
  });
  if (mask.length >= 1 && lead >= 0 && fits) return;
  context.fail(`attn_mask has shape ${formatShape(mask)}, expected one that broadcasts to ${formatShape(shape)}`);
}

export function biasWriter(options: BiasOptions, context: KernelContext): WriteBias {
  const { shape, causal, left, right, offsets, valid } = options;
  const keys = shape[3];
  const mask = options.mask && readMask(options.mask, shape, context);
  return (target, batch, head, query) => {
    const position = query + offsets[batch];
    const first = left < 0 ? 0 : Math.max(0, position - left);
    const reach = Math.min(causal ? position : Infinity, right < 0 ? Infinity : position + right);
    const end = Math.min(keys, mask?.keys ?? keys, valid[batch], reach + 1);
    target.fill(-Infinity);
    if (first >= end) return false;
    if (mask === undefined) {
      target.fill(0, first, end);
      return true;
    }
    const { data, offset, strides, isBool } = mask;
    let attended = false;
    let at = offset + batch * strides[0] + head * strides[1] + query * strides[2] + first * strides[3];
    for (let key = first; key < end; key++, at += strides[3]) {
      const bias = isBool ? (data[at] === 0 ? -Infinity : 0) : data[at];
      target[key] = bias;
      attended ||= bias !== -Infinity;
    }
    return attended;
  };
}

interface Mask {
  readonly data: NumberData;
  readonly offset: number;
  readonly strides: readonly number[];
  readonly isBool: boolean;
  /** Keys that the mask covers; those after them are masked. */
  readonly keys: number;
}

function readMask(mask: Tensor, shape: readonly [number, number, number, number], context: KernelContext): Mask {
  checkMask(mask.shape, shape, context);
  reserveCopy(mask, context);
  const plain = isBig(mask.dtype) ? tensorOf("f64", mask.shape, doubles(mask)) : mask;
  const { data, offset, strides } = stridedNumbers(plain);
  const keys = mask.shape[mask.shape.length - 1];
  const full = broadcastTo({ ...plain, strides }, [...shape.slice(0, 3), keys]);
  return { data, offset, strides: full.strides, isBool: mask.dtype === "bool", keys };
}
