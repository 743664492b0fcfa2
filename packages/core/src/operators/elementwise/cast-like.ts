import { castTo } from "../../kernels/cast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import type { Node } from "../../snapshot/types.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { castPoints } from "../../lowering/cast-points.ts";
import { int, string } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import {
  TEXT_AND_NUMBERS_13,
  TEXT_AND_NUMBERS_19,
  TEXT_AND_NUMBERS_21,
  TEXT_AND_NUMBERS_23,
  TEXT_AND_NUMBERS_24,
  TEXT_AND_NUMBERS_25,
} from "../type-sets.ts";
import { castOptions, propagateCast } from "./cast-options.ts";
import { vector } from "./samples.ts";

function* castLikeSecond(
  x: Tensor,
  like: Tensor,
  attributes: Parameters<typeof castOptions>[0],
  context: KernelContext,
): Steps<Outputs> {
  return [yield* castTo(x, like.dtype, castOptions(attributes, like.dtype, context), context)];
}

/** X in the dtype of the second input, whose elements do not matter; otherwise as Cast. ONNX CastLike. */
export const castLike = defineOperator({
  name: "CastLike",
  versions: [
    { since: 25 },
    { since: 24, types: { T1: TEXT_AND_NUMBERS_24, T2: TEXT_AND_NUMBERS_24 } },
    {
      since: 23,
      types: { T1: TEXT_AND_NUMBERS_23, T2: TEXT_AND_NUMBERS_23 },
      attributes: { saturate: int({ default: 1 }) },
      changed: "round_mode; infinities saturate in the fnuz types too",
      downgrade: (node: Node) => withoutAttributes(node, "round_mode"),
    },
    { since: 21, types: { T1: TEXT_AND_NUMBERS_21, T2: TEXT_AND_NUMBERS_21 } },
    { since: 19, types: { T1: TEXT_AND_NUMBERS_19, T2: TEXT_AND_NUMBERS_19 } },
    {
      since: 15,
      types: { T1: TEXT_AND_NUMBERS_13, T2: TEXT_AND_NUMBERS_13 },
      attributes: {},
      changed: "saturate",
      downgrade: (node: Node) => withoutAttributes(node, "saturate"),
    },
  ],
  inputs: [required("input", "T1"), required("target_type", "T2")],
  outputs: [required("output", "T2")],
  types: { T1: TEXT_AND_NUMBERS_25, T2: TEXT_AND_NUMBERS_25 },
  attributes: { round_mode: string({ default: "up" }), saturate: int({ default: 1 }) },
  infer: (context) => {
    const to = context.dtype(1);
    if (to === undefined) return [undefined];
    castOptions(context.attributes, to, context);
    return [tensorType(to, context.shape(0))];
  },
  propagate: (context) => propagateCast(context.dtype(1), context),
  reference: ([x, like], attributes, context) => castLikeSecond(x as Tensor, like as Tensor, attributes, context),
  lower: castPoints,
  accuracy: "rounding",
  samples: () => [
    { inputs: [vector("f32", 1.5, -2.5), vector("i64", 0)], outputs: [vector("i64", 1, -2)] },
    { inputs: [vector("i32", 1, 70000), vector("f16")], outputs: [vector("f16", 1, Infinity)] },
    {
      attributes: { saturate: 0 },
      inputs: [vector("f16", 1, -Infinity), vector("f8e4m3fn", 0)],
      outputs: [vector("f8e4m3fn", 1, NaN)],
    },
  ],
  errors: () => [{ inputs: [vector("string", "x"), vector("f32", 1)], message: /is not a number/ }],
});
