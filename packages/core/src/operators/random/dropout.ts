import { numbersOf } from "../../kernels/read-numbers.ts";
import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { keepAllPoints } from "../../lowering/made-points.ts";
import type { NamedAttribute, Node } from "../../snapshot/types.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { float, int, ints } from "../attributes.ts";
import { dropConsumedInputs, floatAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";
import { DRAWS, seedOf } from "./draw.ts";

/**
 * The input itself, or in training mode the input where a uniform draw is at least `ratio`, scaled by 1 / (1 - ratio),
 * and 0 elsewhere. The mask says which elements were kept. A seed gives numpy RandomState's draws. ONNX Dropout.
 */
export const dropout = defineOperator({
  name: "Dropout",
  versions: [
    { since: 22 },
    { since: 13, types: { T: types("f16 bf16 f32 f64"), T1: types("f16 f32 f64"), T2: types("bool") } },
    { since: 12, types: { T: types("f16 f32 f64"), T1: types("f16 f32 f64"), T2: types("bool") } },
    {
      since: 10,
      inputs: [required("data", "T")],
      outputs: [required("output", "T"), optional("mask", "T1")],
      types: { T: types("f16 f32 f64"), T1: types("bool") },
      attributes: { ratio: float({ default: 0.5 }) },
      changed: "attribute ratio became an input; input training_mode, attribute seed",
      // Without training_mode nothing is dropped, whatever the ratio is.
      upgrade: (node) => withoutAttributes(node, "ratio"),
      downgrade: toRatioAttribute,
    },
    {
      since: 7,
      outputs: [required("output", "T"), optional("mask", "T")],
      types: { T: types("f16 f32 f64") },
      changed: "the mask became bool",
      upgrade: maskOfOnes,
      downgrade: (node) => (wantsMask(node) ? undefined : node),
    },
    {
      since: 6,
      attributes: { is_test: int({ default: 0 }), ratio: float({ default: 0.5 }) },
      changed: "attribute is_test is gone: nothing is dropped when a model is run",
      upgrade: dropIsTest,
      downgrade: (node) => withAttributes(node, { name: "is_test", value: { kind: "int", value: 1n } }),
    },
    {
      since: 1,
      attributes: { consumed_inputs: ints(), is_test: int({ default: 0 }), ratio: float({ default: 0.5 }) },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("data", "T"), optional("ratio", "T1"), optional("training_mode", "T2")],
  outputs: [required("output", "T"), optional("mask", "T2")],
  types: { T: FLOATS_20, T1: FLOATS_20, T2: types("bool") },
  attributes: { seed: int() },
  infer: (context): readonly Inferred[] => [context.type(0), tensorType("bool", context.shape(0))],
  reference: drop,
  lower: keepAllPoints,
  accuracy: "rounding",
  samples: () => [
    { inputs: [tensorFrom("f32", [3], [-1, 0, 1])], outputs: [tensorFrom("f32", [3], [-1, 0, 1])] },
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("f32", [], [0]), tensorFrom("bool", [], [true])],
      outputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("bool", [2], [true, true])],
    },
    {
      attributes: { seed: 0 },
      inputs: [tensorFrom("f32", [4], [1, 2, 3, 4]), tensorFrom("f32", [], [0.6]), tensorFrom("bool", [], [true])],
      outputs: [tensorFrom("f32", [4], [0, 5, 7.5, 0]), tensorFrom("bool", [4], [false, true, true, false])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [], [1]), tensorFrom("bool", [], [true])],
      message: /ratio 1 must be in \[0, 1\)/,
    },
  ],
});

const wantsMask = (node: Node): boolean => (node.outputs[1] ?? "") !== "";

/** Nothing is dropped, so a mask of the dtype of the data holds ones. Old models list the mask and seldom read it. */
function maskOfOnes(node: Node, rewrite: RewriteContext): Node {
  const [data] = node.inputs;
  const [output, mask = ""] = node.outputs;
  if (mask !== "" && rewrite.isRead(mask)) {
    const type = rewrite.typeOf(data);
    if (type?.kind !== "tensor") rewrite.fail("the dtype of its mask is not known");
    const one = tensorFrom(type.dtype, [1], [1]);
    const value: NamedAttribute = { name: "value", value: { kind: "tensor", value: one } };
    rewrite.emit("ConstantOfShape", [rewrite.emit("Shape", [data])], [value], mask);
  }
  return { ...node, outputs: [output] };
}

/** Version 6 without is_test is in training mode; frameworks run it at inference all the same, as version 7 says. */
function dropIsTest(node: Node): Node {
  return withoutAttributes(node, "is_test");
}

/** Where nothing was dropped, version 10 left the mask open. */
function toRatioAttribute(node: Node, rewrite: RewriteContext): Node | undefined {
  if (wantsMask(node) && rewrite.isRead(node.outputs[1])) return undefined;
  const [data, ratioName = "", mode = ""] = node.inputs;
  if (mode !== "") {
    const training = rewrite.constantOf(mode);
    if (training === undefined || scalar(training) !== 0) return undefined;
  }
  const ratio = ratioName === "" ? undefined : rewrite.constantOf(ratioName);
  const plain = { ...withoutAttributes(node, "seed"), inputs: [data] };
  return ratio === undefined ? plain : withAttributes(plain, floatAttribute("ratio", scalar(ratio)));
}

function drop(
  [data, ratioInput, mode]: readonly (Value | undefined)[],
  attributes: { readonly seed: number | undefined },
  context: KernelContext,
): Outputs | Steps<Outputs> {
  const x = data as Tensor;
  const ratio = ratioInput === undefined ? 0.5 : scalar(ratioInput as Tensor);
  const training = mode !== undefined && scalar(mode as Tensor) !== 0;
  if (training && ratio !== 0) return dropRandomly(x, ratio, attributes.seed, context);
  return [x, context.wants(1) ? ones(x.shape, context) : undefined];
}

function ones(shape: readonly number[], context: KernelContext): Tensor {
  const mask = context.output("bool", shape);
  mask.data.fill(1);
  return mask.tensor();
}

function* dropRandomly(x: Tensor, ratio: number, seed: number | undefined, context: KernelContext): Steps<Outputs> {
  if (!(ratio >= 0 && ratio < 1)) context.fail(`ratio ${ratio} must be in [0, 1)`);
  const out = context.output(x.dtype, x.shape);
  const mask = context.output("bool", x.shape);
  const data = yield* numbersOf(x, context);
  const source = context.random(seedOf(seed));
  const scale = 1 / (1 - ratio);
  for (let start = 0; start < data.length; start += DRAWS) {
    const end = Math.min(data.length, start + DRAWS);
    for (let i = start; i < end; i++) {
      const kept = source.uniform() >= ratio;
      mask.data[i] = kept ? 1 : 0;
      out.data[i] = kept ? data[i] * scale : 0;
    }
    yield undefined;
  }
  return [yield* out.rounded(), mask.tensor()];
}
