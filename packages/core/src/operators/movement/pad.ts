import { type Steps } from "../../kernels/context.ts";
import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import { checkVector, indexVector } from "../../kernels/index-vector.ts";
import { inPrecision, move, pick } from "../../kernels/move.ts";
import { addDims, type Dim, formatShape, staticShape } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { padPoints } from "../../lowering/pad-points.ts";
import { float, ints, string } from "../attributes.ts";
import {
  attributeToInput,
  floatAttribute,
  inputToAttribute,
  isSingle,
  withAttributes,
  withInput,
  withoutAttributes,
} from "../edit-node.ts";
import { defineOperator, optional, required, type RewriteContext } from "../operator.ts";
import { ANY_13, ANY_21, ANY_23, ANY_24, ANY_25, REAL_1B, types } from "../type-sets.ts";
import { moveOverlap } from "./move-overlap.ts";

/**
 * The data with elements added (or, where pads are negative, removed) at both ends of axes: a constant, or what the
 * mode takes from the data. ONNX Pad.
 */
export const pad = defineOperator({
  name: "Pad",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24, Tind: types("i32 i64") } },
    { since: 23, types: { T: ANY_23, Tind: types("i32 i64") } },
    { since: 21, types: { T: ANY_21, Tind: types("i32 i64") } },
    { since: 19, types: { T: ANY_13, Tind: types("i32 i64") } },
    {
      since: 18,
      changed: "mode wrap",
      downgrade: (node) => (attributeOf(node, "mode")?.value === "wrap" ? undefined : node),
    },
    {
      since: 13,
      inputs: [required("data", "T"), required("pads", "i64"), optional("constant_value", "T")],
      types: { T: ANY_13 },
      changed: "axes",
      downgrade: (node) => ((node.inputs[3] ?? "") === "" ? withInput(node, 3, "") : undefined),
    },
    { since: 11, types: { T: REAL_1B } },
    {
      since: 2,
      inputs: [required("data", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: {
        mode: string({ default: "constant" }),
        pads: ints({ required: true }),
        value: float({ default: 0 }),
      },
      changed: "pads and value became inputs",
      upgrade: asInputs,
      downgrade: asAttributes,
    },
    {
      since: 1,
      attributes: {
        mode: string({ default: "constant" }),
        paddings: ints({ required: true }),
        value: float({ default: 0 }),
      },
      changed: "paddings became pads",
      upgrade: (node) => renamed(node, "paddings", "pads"),
      downgrade: (node) => renamed(node, "pads", "paddings"),
    },
  ],
  inputs: [required("data", "T"), required("pads", "i64"), optional("constant_value", "T"), optional("axes", "Tind")],
  outputs: [required("output", "T")],
  types: { T: ANY_25, Tind: types("i32 i64") },
  attributes: { mode: string({ default: "constant" }) },
  infer(context) {
    checkVector(context.shape(1), "pads", context);
    checkVector(context.shape(3), "axes", context);
    const shape = context.shape(0);
    checkMode(context.attributes.mode, context);
    if (shape === undefined) return sameDtypeAsFirst(context);
    const axes = context.values(3) === undefined ? undefined : staticShape(context.values(3)!);
    const pads = context.values(1);
    if (pads === undefined || (context.has(3) && axes === undefined)) {
      return sameDtypeAsFirst(context, freshShape(shape.length, context));
    }
    const { begins, ends } = padsOf(pads, axes, shape.length, context);
    const dims = shape.map((dim, axis) => addDims(addDims(begins[axis], dim), ends[axis]));
    if (dims.some((dim) => typeof dim === "number" && dim < 0))
      context.fail(`the result would have shape ${formatShape(dims)}`);
    return sameDtypeAsFirst(context, dims);
  },
  reference: function* ([input, pads, value, axes], { mode }, context) {
    const data = input as Tensor;
    checkMode(mode, context);
    const along = axes && indexVector(axes as Tensor, "axes", context);
    const { begins, ends } = padsOf(
      indexVector(pads as Tensor, "pads", context),
      along,
      data.shape.length,
      context,
    ) as Widths<number>;
    const out = context.allocate(
      data.dtype,
      data.shape.map((dim, axis) => begins[axis] + dim + ends[axis]),
    );
    if (out.shape.includes(0)) return [out];
    if (mode !== "constant") {
      context.reserve(8 * out.shape.reduce((total, dim) => total + dim, 0));
      const tables: Float64Array[] = [];
      for (const [axis, dim] of data.shape.entries()) {
        tables.push(yield* sources(mode, dim, begins[axis], ends[axis], context));
      }
      yield* pick(out, data, tables);
      return [out];
    }
    if (value !== undefined) {
      if (elementCount((value as Tensor).shape) !== 1) context.fail("constant_value must have one element");
      yield* move(out, broadcastTo(reshaped(inPrecision(value as Tensor, context.wide), []), out.shape));
    }
    yield* moveOverlap(out, data, begins);
    return [out];
  },
  lower: padPoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [3, 2], [1, 1.2, 2.3, 3.4, 4.5, 5.7]);
    const pads = tensorFrom("i64", [4], [0, 2, 0, 0]);
    return [
      {
        inputs: [data, pads, tensorFrom("f32", [], [0])],
        outputs: [tensorFrom("f32", [3, 4], [0, 0, 1, 1.2, 0, 0, 2.3, 3.4, 0, 0, 4.5, 5.7])],
      },
      {
        attributes: { mode: "reflect" },
        inputs: [data, pads],
        outputs: [tensorFrom("f32", [3, 4], [1, 1.2, 1, 1.2, 2.3, 3.4, 2.3, 3.4, 4.5, 5.7, 4.5, 5.7])],
      },
      {
        attributes: { mode: "edge" },
        inputs: [data, pads],
        outputs: [tensorFrom("f32", [3, 4], [1, 1, 1, 1.2, 2.3, 2.3, 2.3, 3.4, 4.5, 4.5, 4.5, 5.7])],
      },
      {
        attributes: { mode: "wrap" },
        inputs: [data, tensorFrom("i64", [2], [-1, 2]), undefined, tensorFrom("i32", [1], [0])],
        outputs: [tensorFrom("f32", [4, 2], [2.3, 3.4, 4.5, 5.7, 2.3, 3.4, 4.5, 5.7])],
      },
    ];
  },
  errors: () => {
    const data = tensorFrom("f32", [2], [1, 2]);
    return [
      { attributes: { mode: "mirror" }, inputs: [data, tensorFrom("i64", [2], [1, 1])], message: /mode "mirror"/ },
      { inputs: [data, tensorFrom("i64", [3], [1, 1, 1])], message: /3 pads, expected 2/ },
      { inputs: [data, tensorFrom("i64", [2], [-2, -1])], message: /shape \[-1\]/ },
    ];
  },
});

const MODES: readonly string[] = ["constant", "reflect", "edge", "wrap"];

function checkMode(mode: string, context: { fail(rule: string): never }): void {
  if (!MODES.includes(mode)) context.fail(`mode ${JSON.stringify(mode)} must be ${MODES.join(", ")}`);
}

/** Elements to add before and after each axis. */
interface Widths<Size> {
  readonly begins: readonly Size[];
  readonly ends: readonly Size[];
}

function padsOf(
  pads: readonly Dim[],
  axes: readonly number[] | undefined,
  rank: number,
  context: { fail(rule: string): never },
): Widths<Dim> {
  const along =
    axes === undefined ? Array.from({ length: rank }, (_, axis) => axis) : normalizeAxes(axes, rank, context);
  if (pads.length !== 2 * along.length) context.fail(`found ${pads.length} pads, expected ${2 * along.length}`);
  const begins = new Array<Dim>(rank).fill(0);
  const ends = new Array<Dim>(rank).fill(0);
  along.forEach((axis, i) => {
    begins[axis] = pads[i];
    ends[axis] = pads[along.length + i];
  });
  return { begins, ends };
}

/**
 * For each position of a padded axis the one of the data that it repeats; what negative pads cut off is not repeated.
 */
function* sources(
  mode: string,
  dim: number,
  begin: number,
  end: number,
  context: { fail(rule: string): never },
): Steps<Float64Array> {
  const first = Math.max(0, -begin);
  const length = dim - first - Math.max(0, -end);
  if (length <= 0) context.fail(`mode ${mode} must have elements to repeat, found an axis without`);
  const table = new Float64Array(begin + dim + end);
  const period = mode === "reflect" ? Math.max(1, 2 * (length - 1)) : length;
  for (let i = 0; i < table.length; i++) {
    const at = i - begin - first;
    const phase = ((at % period) + period) % period;
    const inside = mode === "edge" ? Math.min(Math.max(at, 0), length - 1) : phase < length ? phase : period - phase;
    table[i] = first + inside;
    if ((i & 0xffff) === 0xffff) yield undefined;
  }
  return table;
}

/** Says pads and value as inputs; the value gets the dtype of the data. */
function asInputs(node: Node, rewrite: RewriteContext): Node {
  const value = attributeOf(node, "value");
  const padded = attributeToInput("pads", 1)(withoutAttributes(node, "value"), rewrite);
  if (value?.kind !== "float" || value.value === 0) return padded;
  const type = rewrite.typeOf(node.inputs[0]);
  if (type?.kind !== "tensor") rewrite.fail("the dtype of its data is not known");
  return withInput(padded, 2, rewrite.constant(tensorFrom(type.dtype, [], [value.value])));
}

function asAttributes(node: Node, rewrite: RewriteContext): Node | undefined {
  const given = (node.inputs[2] ?? "") !== "";
  const value = given ? rewrite.constantOf(node.inputs[2]) : undefined;
  if (given && (value === undefined || !isSingle(scalar(value)))) return undefined;
  const named = value === undefined ? node : withAttributes(node, floatAttribute("value", scalar(value)));
  return inputToAttribute("pads", 1)(withInput(named, 2, ""), rewrite);
}

function renamed(node: Node, from: string, to: string): Node {
  return {
    ...node,
    attributes: node.attributes.map(({ name, value }) => ({ name: name === from ? to : name, value })),
  };
}
