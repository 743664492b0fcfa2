import type { InferContext } from "../../inference/context.ts";
import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import { checkVector, indexVector } from "../../kernels/index-vector.ts";
import { type Dim, dimsEqual, staticShape } from "../../snapshot/dims.ts";
import type { Node } from "../../snapshot/types.ts";
import { bigints, indices, tensorFrom } from "../../tensors/elements.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";
import { slicePoints } from "../../lowering/moved-points.ts";
import { ints } from "../attributes.ts";
import { attributeToInput, intsAttribute } from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/**
 * Every steps-th element from starts to ends (exclusive) of each of the axes; bounds past the ends are cut off. ONNX
 * Slice.
 */
export const slice = defineOperator({
  name: "Slice",
  versions: [
    { since: 13 },
    { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } },
    { since: 10 },
    {
      since: 1,
      inputs: [required("data", "T")],
      types: { T: ANY_1 },
      attributes: { axes: ints(), ends: ints({ required: true }), starts: ints({ required: true }) },
      changed: "starts, ends and axes became inputs, steps came",
      upgrade: (node, rewrite) =>
        ["starts", "ends", "axes"].reduce((next, name, i) => attributeToInput(name, i + 1)(next, rewrite), node),
      downgrade: asAttributes,
    },
  ],
  inputs: [
    required("data", "T"),
    required("starts", "Tind"),
    required("ends", "Tind"),
    optional("axes", "Tind"),
    optional("steps", "Tind"),
  ],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: {},
  infer(context) {
    for (const [i, name] of NAMES.entries()) checkVector(context.shape(i + 1), name, context);
    const shape = context.shape(0);
    if (shape === undefined) return sameDtypeAsFirst(context);
    const cuts = cutsOf(context, shape.length);
    if (cuts === undefined) return sameDtypeAsFirst(context, freshShape(shape.length, context));
    const dims = [...shape];
    for (const { axis, start, end, step } of cuts)
      dims[axis] = lengthOf(shape[axis], start, end, step) ?? context.fresh();
    return sameDtypeAsFirst(context, dims);
  },
  propagate(context) {
    const values = context.values(0);
    const [cut] = cutsOf(context, 1) ?? [];
    if (values === undefined || cut === undefined || typeof cut.start !== "number" || typeof cut.end !== "number") {
      return undefined;
    }
    const { first, count } = rangeOf(values.length, cut.start, cut.end, cut.step);
    return Array.from({ length: count }, (_, i) => values[first + i * cut.step]);
  },
  reference: ([data, starts, ends, axes, steps], _attributes, context) => {
    let view = data as Tensor;
    const [from, to, along, by] = [starts, ends, axes, steps].map(
      (input, i) => input && indexVector(input as Tensor, NAMES[i], context),
    );
    for (const cut of zipCuts(from!, to!, along, by, view.shape.length, context)) {
      const { first, count } = rangeOf(view.shape[cut.axis], cut.start as number, cut.end as number, cut.step);
      view = sliced(view, cut.axis, first, count, cut.step);
    }
    return [view];
  },
  lower: slicePoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    const vector = (...values: number[]): Tensor => tensorFrom("i64", [values.length], values);
    return [
      {
        inputs: [data, vector(1, 0), vector(2, 3), vector(0, 1), vector(1, 2)],
        outputs: [tensorFrom("f32", [1, 2], [5, 7])],
      },
      { inputs: [data, vector(0, 1), vector(-1, 1000)], outputs: [tensorFrom("f32", [1, 3], [2, 3, 4])] },
      {
        inputs: [data, vector(-1), vector(-1000), vector(-1), vector(-2)],
        outputs: [tensorFrom("f32", [2, 2], [4, 2, 8, 6])],
      },
      {
        inputs: [data, tensorFrom("i64", [1], [1]), tensorFrom("i64", [1], [2n ** 63n - 1n]), vector(1)],
        outputs: [tensorFrom("f32", [2, 3], [2, 3, 4, 6, 7, 8])],
      },
    ];
  },
  errors: () => {
    const data = tensorFrom("f32", [2], [1, 2]);
    const vector = (...values: number[]): Tensor => tensorFrom("i64", [values.length], values);
    return [
      { inputs: [data, vector(0), vector(1), vector(0), vector(0)], message: /step 0/ },
      { inputs: [data, vector(0), vector(1), vector(1)], message: /axis 1 must be in -1\.\.0/ },
      { inputs: [data, vector(0, 0), vector(1)], message: /2 starts/ },
    ];
  },
});

const NAMES = ["starts", "ends", "axes", "steps"] as const;

interface Cut {
  readonly axis: number;
  readonly start: Dim;
  readonly end: Dim;
  readonly step: number;
}

/** The cuts of a node, as far as inference knows them. */
function cutsOf(context: InferContext, rank: number): readonly Cut[] | undefined {
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => context.values(i));
  if (starts === undefined || ends === undefined) return undefined;
  if ((context.has(3) && axes === undefined) || (context.has(4) && steps === undefined)) return undefined;
  const [along, by] = [axes, steps].map((dims) => dims && staticShape(dims));
  if ((axes !== undefined && along === undefined) || (steps !== undefined && by === undefined)) return undefined;
  return zipCuts(starts, ends, along, by, rank, context);
}

function zipCuts(
  starts: readonly Dim[],
  ends: readonly Dim[],
  axes: readonly number[] | undefined,
  steps: readonly number[] | undefined,
  rank: number,
  context: { fail(rule: string): never },
): readonly Cut[] {
  const counts = [ends.length, axes?.length ?? starts.length, steps?.length ?? starts.length];
  if (counts.some((count) => count !== starts.length)) {
    context.fail(`found ${starts.length} starts, ${counts.join(", ")} ends, axes and steps, expected as many of each`);
  }
  const along = normalizeAxes(axes ?? starts.map((_, i) => i), rank, context);
  return along.map((axis, i) => {
    const step = steps?.[i] ?? 1;
    if (step === 0) context.fail(`step 0 along axis ${axis} must not be 0`);
    return { axis, start: starts[i], end: ends[i], step };
  });
}

/** The first position and the number of positions that a cut takes of `length`. */
function rangeOf(length: number, start: number, end: number, step: number): { first: number; count: number } {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + length : at, low), high);
  const first = clamp(start);
  const count = Math.max(0, Math.ceil((clamp(end) - first) / step));
  return { first, count };
}

/** From here on, an end stands for "to the end". */
const TO_THE_END = 2 ** 31 - 1;

/** How many elements a cut takes of a dim; undefined when its symbols do not tell. */
function lengthOf(dim: Dim, start: Dim, end: Dim, step: number): Dim | undefined {
  const isWhole = start === 0 && step === 1 && (dimsEqual(end, dim) || (typeof end === "number" && end >= TO_THE_END));
  if (isWhole) return dim;
  if (typeof start !== "number" || typeof end !== "number") return undefined;
  if (typeof dim === "number") return rangeOf(dim, start, end, step).count;
  const isEmpty = step > 0 && start >= end && start >= 0 === end >= 0;
  return isEmpty ? 0 : undefined;
}

/** Says starts, ends and axes as attributes, where they are constants and no element is skipped. */
function asAttributes(node: Node, rewrite: RewriteContext): Node | undefined {
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => rewrite.constantOf(node.inputs[i] ?? ""));
  const given = (i: number): boolean => (node.inputs[i] ?? "") !== "";
  if (starts === undefined || ends === undefined || (given(3) && axes === undefined)) return undefined;
  if (given(4) && !(steps !== undefined && indices(steps).every((step) => step === 1))) return undefined;
  const attributes = [intsAttribute("starts", int64sOf(starts)), intsAttribute("ends", int64sOf(ends))];
  if (axes !== undefined) attributes.push(intsAttribute("axes", int64sOf(axes)));
  return { ...node, inputs: node.inputs.slice(0, 1), attributes };
}

const int64sOf = (tensor: Tensor): bigint[] =>
  tensor.dtype === "i64" ? Array.from(bigints(tensor)) : indices(tensor).map(BigInt);
