import { isBig } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { mapElements, type Unary } from "../../kernels/elementwise.ts";
import { formatShape, staticShape } from "../../snapshot/dims.ts";
import { attributeOf, type NamedAttribute, type Node } from "../../snapshot/types.ts";
import { bigints, scalar, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { clipPoints } from "../../lowering/clip-points.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs, floatAttribute, isSingle, withAttributes } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";
import { unarySamples, vector } from "./samples.ts";

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly bigMin: bigint | undefined;
  readonly bigMax: bigint | undefined;
}

const CLIP: Unary<Bounds> = {
  float: (x, { min, max }) => Math.min(max, Math.max(x, min)),
  big: (x, { bigMin, bigMax }) => {
    const raised = bigMin !== undefined && x < bigMin ? bigMin : x;
    return bigMax !== undefined && raised > bigMax ? bigMax : raised;
  },
};

function* clipElements(
  x: Tensor,
  min: Tensor | undefined,
  max: Tensor | undefined,
  context: KernelContext,
): Steps<Outputs> {
  for (const bound of [min, max]) if (bound !== undefined) checkScalar(bound.shape, context);
  const big = isBig(x.dtype);
  const bounds: Bounds = {
    min: min === undefined ? -Infinity : scalar(min),
    max: max === undefined ? Infinity : scalar(max),
    bigMin: big && min !== undefined ? bigints(min)[0] : undefined,
    bigMax: big && max !== undefined ? bigints(max)[0] : undefined,
  };
  return [yield* mapElements(x, CLIP, bounds, context)];
}

function checkScalar(shape: readonly number[] | undefined, context: Pick<InferContext, "fail">): void {
  if (shape !== undefined && elementCount(shape) !== 1)
    context.fail(`a bound of shape ${formatShape(shape)} must be a scalar`);
}

/** The largest f32, which bounded what opset 6 to 10 gave no bound. */
const LARGEST = 3.4028234663852886e38;

function withMissing(node: Node, max: number): Node {
  const missing = [floatAttribute("max", max), floatAttribute("min", -max)];
  return withAttributes(node, ...missing.filter(({ name }) => attributeOf(node, name) === undefined));
}

/** Version 1 had no bounds by default. */
const stateInfinities = (node: Node): Node => withMissing(dropConsumedInputs(node), Infinity);

const stateBounds = (node: Node): Node => withMissing(node, LARGEST);

/** Before opset 11 the bounds were attributes; left out, they were the ends of f32's range. */
function boundsToInputs(node: Node, rewrite: RewriteContext): Node {
  const [min, max] = [boundInput(node, "min", -LARGEST, rewrite), boundInput(node, "max", LARGEST, rewrite)];
  const inputs = max !== "" ? [node.inputs[0], min, max] : min !== "" ? [node.inputs[0], min] : [node.inputs[0]];
  return { ...node, inputs, attributes: [] };
}

/** A bound as an input; "" for one that limits nothing. */
function boundInput(node: Node, name: string, missing: number, rewrite: RewriteContext): string {
  const bound = attributeOf(node, name);
  const value = bound?.kind === "float" ? bound.value : missing;
  if (value === Math.sign(missing) * Infinity) return "";
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor") return rewrite.fail("the dtype of its input is not known");
  return rewrite.constant(tensorFrom(type.dtype, [], [value]));
}

function boundsToAttributes(node: Node, rewrite: RewriteContext): Node | undefined {
  const attributes: NamedAttribute[] = [];
  for (const [i, name] of [
    [1, "min"],
    [2, "max"],
  ] as const) {
    const input = node.inputs[i] ?? "";
    if (input === "") {
      attributes.push(floatAttribute(name, name === "max" ? Infinity : -Infinity));
      continue;
    }
    const value = rewrite.constantOf(input);
    if (value === undefined || elementCount(value.shape) !== 1 || !isSingle(scalar(value))) return undefined;
    attributes.push(floatAttribute(name, scalar(value)));
  }
  return { ...node, inputs: [node.inputs[0]], attributes };
}

/** min(max, max(min, x)), elementwise; a bound that is left out does not limit. ONNX Clip. */
export const clip = defineOperator({
  name: "Clip",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    { since: 11, types: { T: types("f16 f32 f64") } },
    {
      since: 6,
      inputs: [required("input", "T")],
      attributes: { max: float({ default: 3.4028235e38 }), min: float({ default: -3.4028235e38 }) },
      changed: "min and max are inputs",
      upgrade: boundsToInputs,
      downgrade: boundsToAttributes,
    },
    {
      since: 1,
      attributes: { consumed_inputs: ints(), max: float(), min: float() },
      changed: "min and max have defaults",
      upgrade: stateInfinities,
      downgrade: stateBounds,
    },
  ],
  inputs: [required("input", "T"), optional("min", "T"), optional("max", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: (context) => {
    for (const i of [1, 2]) checkScalar(staticShape(context.shape(i)), context);
    return [context.type(0)];
  },
  reference: ([x, min, max], _attributes, context) =>
    clipElements(x as Tensor, min as Tensor | undefined, max as Tensor | undefined, context),
  lower: clipPoints,
  accuracy: "exact",
  samples: () => [
    ...unarySamples([-Infinity, 2], [-Infinity, 2]),
    ...(["f32", "f16", "i32", "i64", "i8"] as const).map((dtype) => ({
      inputs: [vector(dtype, -2, 0, 6), tensorFrom(dtype, [], [-1]), tensorFrom(dtype, [], [1])],
      outputs: [vector(dtype, -1, 0, 1)],
    })),
    {
      inputs: [vector("f32", -2, NaN, 6), tensorFrom("f32", [], [2]), tensorFrom("f32", [], [1])],
      outputs: [vector("f32", 1, NaN, 1)],
    },
    { inputs: [vector("f32", -2, 6), undefined, tensorFrom("f32", [], [1])], outputs: [vector("f32", -2, 1)] },
  ],
  errors: () => [{ inputs: [vector("f32", 1), vector("f32", 1, 2)], message: /must be a scalar/ }],
});
