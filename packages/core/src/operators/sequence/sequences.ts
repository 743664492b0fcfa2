import type { DType } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import { formatShape } from "../../snapshot/dims.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { type SequenceValue, tensorType, type Value, type ValueType } from "../../tensors/values.ts";

type Failing = { fail(rule: string): never };

/** A sequence of tensors of one dtype. */
export function sequenceOf(dtype: DType, items: readonly Value[]): SequenceValue {
  return { kind: "sequence", element: tensorType(dtype), items };
}

/** The dtype of a sequence's tensors. */
export function elementDtype(sequence: SequenceValue, context: Failing): DType {
  if (sequence.element.kind !== "tensor")
    context.fail(`found a sequence of ${sequence.element.kind}s, expected tensors`);
  return sequence.element.dtype;
}

/** The element type of sequence input i; undefined when not known. */
export function elementTypeOf(context: InferContext, i: number): ValueType | undefined {
  const type = context.type(i);
  return type?.kind === "sequence" ? type.element : undefined;
}

/** A scalar position in a sequence, from -length to last, made non-negative. */
export function positionIn(position: Tensor, length: number, last: number, context: Failing): number {
  if (elementCount(position.shape) !== 1) context.fail(`position ${formatShape(position.shape)} must be a scalar`);
  const at = scalar(position);
  if (at < -length || at > last) context.fail(`position ${at} must be in ${-length}..${last} (${length} items)`);
  return at < 0 ? at + length : at;
}

/** Fails unless a tensor may stand in a sequence. */
export function checkItem(sequence: ValueType | undefined, item: ValueType | undefined, context: Failing): void {
  if (sequence?.kind !== "tensor" || item?.kind !== "tensor" || sequence.dtype === item.dtype) return;
  context.fail(`a ${item.dtype} tensor must not stand in a sequence of ${sequence.dtype}`);
}

/** Sequences of f32 vectors, for samples. */
export function sampleSequence(...items: readonly (readonly number[])[]): SequenceValue {
  return sequenceOf(
    "f32",
    items.map((item) => tensorFrom("f32", [item.length], item)),
  );
}
