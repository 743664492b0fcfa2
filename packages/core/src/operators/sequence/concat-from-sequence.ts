import { normalizeAxis } from "../../kernels/broadcast.ts";
import { concatenate } from "../../kernels/concat.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type Tensor, unsqueezed } from "../../tensors/tensor.ts";
import { type SequenceValue, tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, seqOf } from "../type-sets.ts";
import { elementTypeOf, sampleSequence } from "./sequences.ts";

/** The items one after the other along an axis, or along a new one. ONNX ConcatFromSequence. */
export const concatFromSequence = defineOperator({
  name: "ConcatFromSequence",
  versions: [{ since: 11 }],
  inputs: [required("input_sequence", "S")],
  outputs: [required("concat_result", "T")],
  types: { S: seqOf(ANY_1), T: ANY_1 },
  attributes: { axis: int({ required: true }), new_axis: int({ default: 0 }) },
  infer(context) {
    const element = elementTypeOf(context, 0);
    if (element?.kind !== "tensor") return [undefined];
    const { axis, new_axis } = context.attributes;
    if (element.shape === undefined) return [tensorType(element.dtype)];
    const dims = element.shape.map((dim) => (typeof dim === "number" ? dim : context.fresh()));
    const along = normalizeAxis(axis, dims.length + (new_axis === 0 ? 0 : 1), context);
    return [tensorType(element.dtype, dims.toSpliced(along, new_axis === 0 ? 1 : 0, context.fresh()))];
  },
  reference: function* ([sequence], { axis, new_axis }, context) {
    const items = (sequence as SequenceValue).items as readonly Tensor[];
    if (items.length === 0) context.fail("the sequence must have an item, found none");
    const along = normalizeAxis(axis, items[0].shape.length + (new_axis === 0 ? 0 : 1), context);
    for (const { shape } of items) {
      if (shape.length !== items[0].shape.length) context.fail("the items must have one rank");
    }
    const parts = new_axis === 0 ? items : items.map((item) => unsqueezed(item, along));
    return [yield* concatenate(parts, along, context)];
  },
  accuracy: "exact",
  samples: () => [
    { attributes: { axis: 0 }, inputs: [sampleSequence([1], [2, 3])], outputs: [tensorFrom("f32", [3], [1, 2, 3])] },
    {
      attributes: { axis: -1, new_axis: 1 },
      inputs: [sampleSequence([1, 2], [3, 4])],
      outputs: [tensorFrom("f32", [2, 2], [1, 3, 2, 4])],
    },
  ],
  errors: () => [
    { attributes: { axis: 0 }, inputs: [sampleSequence()], message: /must have an item/ },
    { attributes: { axis: 0, new_axis: 1 }, inputs: [sampleSequence([1], [1, 2])], message: /must be equal/ },
  ],
});
