import { describe, expect, it } from "vitest";
import type { DType } from "../dtypes/dtypes.ts";
import { Evaluator } from "../evaluate/evaluate.ts";
import { mersenneTwister } from "../random/mt19937.ts";
import type { Graph, NamedAttribute, Node } from "../snapshot/types.ts";
import { compareValues } from "../tensors/compare.ts";
import { tensorFrom } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { toleranceOf } from "../tensors/tolerance.ts";
import { tensorType, typeOfValue, type Value } from "../tensors/values.ts";
import type { AttributeDefs } from "./attributes.ts";
import { checkInputTypes, checkNodeForm } from "./check-node.ts";
import { operatorOf, schemaOf, versionIndex } from "./lookup.ts";
import { makeAttributes, type PlainAttribute } from "./make-attributes.ts";
import type { OperatorDef, RewriteContext, Sample } from "./operator.ts";
import { sampleGraph, sampleNode } from "./sample-graph.ts";
import { OPERATORS } from "./table.ts";
import { upgradeModel } from "./upgrade.ts";

/** A node of an old version and what it gives. */
interface Row {
  readonly op: string;
  readonly since: number;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, PlainAttribute | undefined>>;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  /** Inputs that the model holds as constants. */
  readonly constants?: readonly number[];
  /** Its upgrade must know the ranks of inputs. */
  readonly needsRank?: boolean;
}

const f32 = (shape: readonly number[], ...values: number[]): Tensor => tensorFrom("f32", shape, values);
const i64 = (...values: number[]): Tensor => tensorFrom("i64", [values.length], values);
const vector = (dtype: DType, ...values: number[]): Tensor => tensorFrom(dtype, [values.length], values);
const text = (...values: string[]): Tensor => tensorFrom("string", [values.length], values);

const unary = (op: string, x: readonly number[], y: readonly number[], attributes = {}): Row => ({
  op,
  since: 1,
  attributes: { consumed_inputs: [0], ...attributes },
  inputs: [vector("f32", ...x)],
  outputs: [vector("f32", ...y)],
});

/** [1, 2] + [3, 4] and so on: operators that took two tensors or more of one shape. */
const variadic = (op: string, y: readonly number[]): Row => ({
  op,
  since: 1,
  attributes: { consumed_inputs: [0, 0] },
  inputs: [vector("f32", 1, 6), vector("f32", 3, 4)],
  outputs: [vector("f32", ...y)],
});

/** A [2, 3] of `a` with a [2] of `b` lined up with axis 0, and with a scalar. */
function broadcast(op: string, since: number, dtype: DType, out: DType, b: [number, number], y: number[]): Row[] {
  const attributes = { broadcast: 1, ...(since === 1 && NUMERIC.includes(op) ? { consumed_inputs: [0, 0] } : {}) };
  const a = tensorFrom(dtype, [2, 3], LEFT[dtype]!);
  return [
    {
      op,
      since,
      attributes: { ...attributes, axis: 0 },
      inputs: [a, tensorFrom(dtype, [2], b)],
      outputs: [tensorFrom(out, [2, 3], y)],
      needsRank: true,
    },
    {
      op,
      since,
      attributes,
      inputs: [tensorFrom(dtype, [3], LEFT[dtype]!.slice(0, 3)), tensorFrom(dtype, [], [b[0]])],
      outputs: [tensorFrom(out, [3], y.slice(0, 3))],
    },
  ];
}

const NUMERIC = ["Add", "Div", "Mul", "Sub"];
const LEFT: Partial<Record<DType, number[]>> = {
  f32: [1, 2, 3, 4, 5, 6],
  i32: [1, 2, 3, 4, 5, 6],
  bool: [0, 1, 1, 0, 1, 0],
};

/** A reduction of [[1, 2, 4], [3, 5, 1]] along axis 1, and of [3, 4] as a whole. */
function reduction(op: string, rows: [number, number], whole: number, since = op === "ReduceSum" ? 11 : 13): Row[] {
  return [
    {
      op,
      since,
      attributes: { axes: [-1], keepdims: 0 },
      inputs: [f32([2, 3], 1, 2, 4, 3, 5, 1)],
      outputs: [f32([2], ...rows)],
    },
    { op, since, inputs: [f32([2], 3, 4)], outputs: [f32([1], whole)] },
  ];
}

/** One axis taken as the last of a matrix: [2, 2, 2] at axis 1 has rows of four. */
const flattening = (op: string, row: readonly number[]): Row[] => [
  { op, since: 11, inputs: [f32([1, 2, 2], 0, 0, 0, 0)], outputs: [f32([1, 2, 2], ...row)] },
  {
    op,
    since: 11,
    attributes: { axis: -1 },
    inputs: [f32([1, 1], 7)],
    outputs: [f32([1, 1], op === "LogSoftmax" ? 0 : 1)],
  },
];

const moments = [f32([1], 2), f32([1], 1), f32([1], 1), f32([1], 4)];
const batchX = f32([2, 1, 2], 1, 2, 3, 6);
const batchY = f32([2, 1, 2], 1, 2, 3, 6);
const exact = { epsilon: 0 };
const line = f32([1, 1, 1, 4], 1, 2, 3, 4);
const twice = f32([1, 1, 1, 8], 1, 1, 2, 2, 3, 3, 4, 4);

/** A cell that all weights but the bias of its last gate leave alone. */
const recurrent = (gates: number): Tensor[] => [
  f32([1, 1, 1], 1),
  f32([1, gates, 1], ...new Array<number>(gates).fill(0)),
  f32([1, gates, 1], ...new Array<number>(gates).fill(0)),
  f32([1, 2 * gates], ...Array.from({ length: 2 * gates }, (_, i) => (i === gates - 1 ? 1 : 0))),
];
const TANH_1 = 0.7615941559557649;

const scanBody = sampleGraph(
  [
    { name: "sum", type: tensorType("f32", []) },
    { name: "x", type: tensorType("f32", []) },
  ],
  [sampleNode("Add", ["sum", "x"], ["next"]), sampleNode("Identity", ["next"], ["y"])],
  [
    { name: "next", type: tensorType("f32", []) },
    { name: "y", type: tensorType("f32", []) },
  ],
);

const ROWS: readonly Row[] = [
  unary("Abs", [-1, 2], [1, 2]),
  unary("Ceil", [-1.5, 0.5], [-1, 1]),
  unary("Elu", [0, 2], [0, 2], { alpha: 3 }),
  unary("Exp", [0], [1]),
  unary("Floor", [-1.5, 0.5], [-2, 0]),
  unary("HardSigmoid", [-4, 0, 4], [0, 0.5, 1]),
  unary("LeakyRelu", [-2, 2], [-1, 2], { alpha: 0.5 }),
  unary("Log", [1], [0]),
  unary("Neg", [-1, 2], [1, -2]),
  unary("Reciprocal", [2, 4], [0.5, 0.25]),
  unary("Relu", [-1, 2], [0, 2]),
  unary("Selu", [1, -200], [1.0506999492645264, -1.7580311]),
  unary("Selu", [1], [3], { gamma: 3 }),
  unary("Sigmoid", [0], [0.5]),
  unary("Sqrt", [4, 9], [2, 3]),
  unary("Tanh", [0], [0]),
  unary("Clip", [-Infinity, -2, 6], [-1, -1, 6], { min: -1 }),
  unary("Clip", [-Infinity, Infinity], [-Infinity, Infinity]),
  { ...unary("Clip", [-Infinity, 1, 6], [-3.4028234663852886e38, 1, 2]), since: 6, attributes: { max: 2 } },
  { ...unary("Clip", [Infinity], [3.4028234663852886e38]), since: 6, attributes: {} },
  variadic("Max", [3, 6]),
  variadic("Mean", [2, 5]),
  variadic("Min", [1, 4]),
  variadic("Sum", [4, 10]),
  ...[1, 6].flatMap((since) => [
    ...broadcast("Add", since, "f32", "f32", [1, 10], [2, 3, 4, 14, 15, 16]),
    ...broadcast("Div", since, "f32", "f32", [2, 4], [0.5, 1, 1.5, 1, 1.25, 1.5]),
    ...broadcast("Mul", since, "f32", "f32", [2, 10], [2, 4, 6, 40, 50, 60]),
    ...broadcast("Sub", since, "f32", "f32", [1, 10], [0, 1, 2, -6, -5, -4]),
  ]),
  ...broadcast("And", 1, "bool", "bool", [1, 0], [0, 1, 1, 0, 0, 0]),
  ...broadcast("Or", 1, "bool", "bool", [0, 1], [0, 1, 1, 1, 1, 1]),
  ...broadcast("Xor", 1, "bool", "bool", [1, 0], [1, 0, 0, 0, 1, 0]),
  ...broadcast("Equal", 1, "i32", "bool", [2, 5], [0, 1, 0, 0, 1, 0]),
  ...broadcast("Greater", 1, "f32", "bool", [2, 5], [0, 0, 1, 0, 0, 1]),
  ...broadcast("Less", 1, "f32", "bool", [2, 5], [1, 0, 0, 1, 0, 0]),
  ...broadcast("Pow", 1, "f32", "f32", [2, 1], [1, 4, 9, 4, 5, 6]),
  ...[1, 6].map(
    (since): Row => ({
      op: "PRelu",
      since,
      attributes: since === 1 ? { consumed_inputs: [0] } : {},
      inputs: [f32([1, 2, 2], -1, 1, -1, 1), f32([2], 2, 3)],
      outputs: [f32([1, 2, 2], -2, 1, -3, 1)],
      needsRank: true,
    }),
  ),
  ...[1, 6, 7, 9].map(
    (since): Row => ({
      op: "BatchNormalization",
      since,
      attributes: {
        ...exact,
        ...(since === 1 ? { consumed_inputs: [0, 0, 0, 1, 1] } : {}),
        ...(since < 7 ? { is_test: 1 } : {}),
      },
      inputs: [batchX, ...moments],
      outputs: [batchY],
    }),
  ),
  {
    op: "BatchNormalization",
    since: 7,
    attributes: { ...exact, spatial: 0 },
    inputs: [f32([2, 1, 2], 1, 2, 3, 6), f32([1, 2], 1, 2), f32([1, 2], 0, 1), f32([1, 2], 1, 0), f32([1, 2], 1, 4)],
    outputs: [f32([2, 1, 2], 0, 3, 2, 7)],
  },
  {
    op: "BatchNormalization",
    since: 9,
    attributes: { ...exact, momentum: 0.5 },
    inputs: [f32([2, 1], 1, 3), ...moments],
    outputs: [f32([2, 1], -1, 3), f32([1], 1.5), f32([1], 2.5)],
  },
  { op: "Cast", since: 1, attributes: { to: "INT32" }, inputs: [f32([2], 1.5, -2)], outputs: [vector("i32", 1, -2)] },
  { op: "Concat", since: 1, inputs: [f32([1, 1], 1), f32([1, 2], 2, 3)], outputs: [f32([1, 3], 1, 2, 3)] },
  {
    op: "DFT",
    since: 17,
    inputs: [f32([1, 2, 1, 1], 1, 3)],
    outputs: [f32([1, 2, 1, 2], 4, 0, -2, 0)],
  },
  {
    op: "Dropout",
    since: 1,
    attributes: { consumed_inputs: [0], is_test: 1 },
    inputs: [f32([1], 2)],
    outputs: [f32([1], 2)],
  },
  { op: "Dropout", since: 6, attributes: { is_test: 1 }, inputs: [f32([1], 2)], outputs: [f32([1], 2)] },
  { op: "Dropout", since: 7, inputs: [f32([1], 2)], outputs: [f32([1], 2), f32([1], 1)] },
  {
    op: "Dropout",
    since: 10,
    attributes: { ratio: 0.9 },
    inputs: [f32([1], 2)],
    outputs: [f32([1], 2), vector("bool", 1)],
  },
  { op: "Erf", since: 9, inputs: [vector("i32", -9, 0, 9)], outputs: [vector("i32", -1, 0, 1)] },
  {
    op: "RNN",
    since: 1,
    attributes: { output_sequence: 1 },
    inputs: recurrent(1),
    outputs: [f32([1, 1, 1, 1], TANH_1)],
  },
  {
    op: "GRU",
    since: 1,
    attributes: { output_sequence: 1 },
    inputs: recurrent(3),
    outputs: [f32([1, 1, 1, 1], TANH_1 / 2), f32([1, 1, 1], TANH_1 / 2)],
  },
  {
    op: "GRU",
    since: 3,
    attributes: { output_sequence: 1 },
    inputs: recurrent(3),
    outputs: [f32([1, 1, 1, 1], TANH_1 / 2)],
  },
  {
    op: "LSTM",
    since: 1,
    attributes: { output_sequence: 1 },
    inputs: recurrent(4),
    outputs: [f32([1, 1, 1, 1], Math.tanh(TANH_1 / 2) / 2)],
  },
  {
    op: "Gemm",
    since: 6,
    attributes: { broadcast: 1, beta: 2 },
    inputs: [f32([1, 2], 1, 2), f32([2, 1], 3, 4), f32([1], 5)],
    outputs: [f32([1, 1], 21)],
  },
  { op: "GlobalLpPool", since: 1, attributes: { p: 2 }, inputs: [f32([1, 1, 2], 3, -4)], outputs: [f32([1, 1, 1], 5)] },
  {
    op: "GlobalLpPool",
    since: 1,
    attributes: { p: 0.5 },
    inputs: [f32([1, 1, 2], 4, -9)],
    outputs: [f32([1, 1, 1], 25)],
  },
  {
    op: "LpPool",
    since: 1,
    attributes: { p: 1, kernel_shape: [2] },
    inputs: [f32([1, 1, 3], 3, -4, 1)],
    outputs: [f32([1, 1, 2], 7, 5)],
  },
  {
    op: "LpPool",
    since: 1,
    attributes: { p: 0.5, kernel_shape: [2], pads: [0, 1] },
    inputs: [f32([1, 1, 2], 4, -9)],
    outputs: [f32([1, 1, 2], 25, 9)],
  },
  {
    op: "GridSample",
    since: 16,
    attributes: { align_corners: 1 },
    inputs: [f32([1, 1, 1, 2], 1, 3), f32([1, 1, 1, 2], 0, 0)],
    outputs: [f32([1, 1, 1, 1], 2)],
  },
  {
    op: "GroupNormalization",
    since: 18,
    attributes: { num_groups: 2, epsilon: 0 },
    inputs: [f32([1, 4, 1], 1, 3, 2, 6), f32([2], 1, 2), f32([2], 0, 1)],
    outputs: [f32([1, 4, 1], -1, 1, -1, 3)],
  },
  ...flattening("Hardmax", [1, 0, 0, 0]),
  ...flattening("Softmax", [0.25, 0.25, 0.25, 0.25]),
  ...flattening("LogSoftmax", new Array<number>(4).fill(-Math.log(4))),
  {
    op: "InstanceNormalization",
    since: 1,
    attributes: { consumed_inputs: [0, 0, 0], epsilon: 0 },
    inputs: [f32([1, 1, 2], 1, 3), f32([1], 2), f32([1], 1)],
    outputs: [f32([1, 1, 2], -1, 3)],
  },
  {
    op: "OneHot",
    since: 9,
    inputs: [i64(-1, 1, 2), i64(2), f32([2], 0, 1)],
    outputs: [f32([3, 2], 0, 0, 0, 1, 0, 0)],
  },
  {
    op: "Pad",
    since: 1,
    attributes: { paddings: [1, 0], value: 9 },
    inputs: [f32([2], 1, 2)],
    outputs: [f32([3], 9, 1, 2)],
  },
  {
    op: "Pad",
    since: 2,
    attributes: { pads: [1, -1], mode: "edge" },
    inputs: [f32([2], 1, 2)],
    outputs: [f32([2], 1, 1)],
  },
  ...reduction("ReduceL1", [7, 9], 7),
  ...reduction("ReduceL2", [Math.sqrt(21), Math.sqrt(35)], 5),
  ...reduction("ReduceLogSum", [Math.log(7), Math.log(9)], Math.log(7)),
  ...reduction("ReduceLogSumExp", [4.169846, 5.142932], 4.313262),
  ...reduction("ReduceMax", [4, 5], 4),
  ...reduction("ReduceMean", [7 / 3, 3], 3.5),
  ...reduction("ReduceMin", [1, 1], 3),
  ...reduction("ReduceProd", [8, 15], 12),
  ...reduction("ReduceSum", [7, 9], 7),
  ...reduction("ReduceSumSquare", [21, 35], 25),
  { op: "ReduceLogSum", since: 18, inputs: [vector("i32", 9, 12)], outputs: [vector("i32", 3)] },
  { op: "ReduceLogSumExp", since: 18, inputs: [vector("i32", 3, 4)], outputs: [vector("i32", 4)] },
  {
    op: "Reshape",
    since: 1,
    attributes: { shape: [0, -1, 1], consumed_inputs: [0] },
    inputs: [f32([1, 2], 1, 2)],
    outputs: [f32([1, 2, 1], 1, 2)],
  },
  { op: "Resize", since: 10, inputs: [line, f32([4], 1, 1, 1, 2)], outputs: [twice] },
  { op: "Resize", since: 10, inputs: [line, f32([4], 1, 1, 1, 0.6)], outputs: [f32([1, 1, 1, 2], 1, 3)] },
  {
    op: "Resize",
    since: 10,
    inputs: [line, f32([4], 1, 1, 1, 0.6)],
    constants: [1],
    outputs: [f32([1, 1, 1, 2], 1, 3)],
  },
  {
    op: "Resize",
    since: 10,
    attributes: { mode: "linear" },
    inputs: [line, f32([4], 1, 1, 1, 2)],
    outputs: [f32([1, 1, 1, 8], 1, 1.5, 2, 2.5, 3, 3.5, 4, 4)],
  },
  {
    op: "RoiAlign",
    since: 10,
    attributes: { sampling_ratio: 1 },
    inputs: [line, f32([1, 4], 0, 0, 2, 1), i64(0)],
    outputs: [f32([1, 1, 1, 1], 2)],
  },
  {
    op: "Scan",
    since: 8,
    attributes: { body: scanBody, num_scan_inputs: 1 },
    inputs: [i64(2, 1), f32([2], 10, 20), f32([2, 2], 1, 2, 3, 4)],
    outputs: [f32([2], 13, 23), f32([2, 2], 11, 13, 23, 0)],
  },
  {
    op: "Scan",
    since: 8,
    attributes: { body: scanBody, num_scan_inputs: 1, directions: [1] },
    inputs: [undefined, f32([2], 10, 20), f32([2, 2], 1, 2, 3, 4)],
    outputs: [f32([2], 13, 27), f32([2, 2], 12, 13, 24, 27)],
  },
  { op: "Scatter", since: 9, inputs: [f32([3], 1, 2, 3), i64(1), f32([1], 9)], outputs: [f32([3], 1, 9, 3)] },
  {
    op: "Slice",
    since: 1,
    attributes: { starts: [-2], ends: [100], axes: [0] },
    inputs: [f32([3], 1, 2, 3)],
    outputs: [f32([2], 2, 3)],
  },
  {
    op: "Split",
    since: 1,
    attributes: { axis: 0 },
    inputs: [f32([3], 1, 2, 3), f32([2], 1, 2)],
    constants: [1],
    outputs: [f32([1], 1), f32([2], 2, 3)],
  },
  {
    op: "Split",
    since: 11,
    attributes: { split: [2, 1] },
    inputs: [f32([3], 1, 2, 3)],
    outputs: [f32([2], 1, 2), f32([1], 3)],
  },
  { op: "Split", since: 13, inputs: [f32([2], 1, 2)], outputs: [f32([1], 1), f32([1], 2)] },
  { op: "Squeeze", since: 11, attributes: { axes: [-1] }, inputs: [f32([1, 1], 1)], outputs: [f32([1], 1)] },
  { op: "Unsqueeze", since: 11, attributes: { axes: [-1] }, inputs: [f32([1], 1)], outputs: [f32([1, 1], 1)] },
  {
    op: "Tile",
    since: 1,
    inputs: [f32([1, 2], 1, 2), f32([], 2), f32([], 1)],
    constants: [2],
    outputs: [f32([1, 4], 1, 2, 1, 2)],
    needsRank: true,
  },
  {
    op: "Tile",
    since: 1,
    inputs: [f32([1, 2], 1, 2), f32([], 2), f32([], 0)],
    outputs: [f32([2, 2], 1, 2, 1, 2)],
    needsRank: true,
  },
  { op: "TopK", since: 1, attributes: { k: 1 }, inputs: [f32([3], 1, 3, 2)], outputs: [f32([1], 3), i64(1)] },
  { op: "Upsample", since: 1, attributes: { height_scale: 1, width_scale: 2 }, inputs: [line], outputs: [twice] },
  { op: "Upsample", since: 7, attributes: { scales: [1, 1, 1, 2] }, inputs: [line], outputs: [twice] },
  { op: "Upsample", since: 9, inputs: [line, f32([4], 1, 1, 1, 2)], outputs: [twice] },
  {
    op: "LabelEncoder",
    since: 1,
    domain: "ai.onnx.ml",
    attributes: { classes_strings: ["a", "b"], default_int64: 7 },
    inputs: [text("b", "a", "c")],
    outputs: [i64(1, 0, 7)],
  },
  {
    op: "LabelEncoder",
    since: 1,
    domain: "ai.onnx.ml",
    attributes: { classes_strings: ["a", "b"], default_string: "none" },
    inputs: [i64(1, 0, 2)],
    outputs: [text("b", "a", "none")],
  },
];

const keyOf = ({ domain = "", name }: Pick<OperatorDef, "domain" | "name">, since: number): string =>
  `${domain === "" ? "" : `${domain}.`}${name}-${since}`;

const schemaSince = (definition: OperatorDef, since: number) =>
  schemaOf(
    definition,
    definition.versions.findIndex((version) => version.since === since),
  );

interface Given {
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
  /** Nodes that come before. */
  readonly before?: readonly Node[];
  readonly constants?: readonly number[];
  readonly shapeless?: boolean;
}

function nodeOf(
  definition: OperatorDef,
  attributes: Sample["attributes"],
  defs: AttributeDefs,
  inputs: readonly (Value | undefined)[],
  outputs: readonly string[],
): Node {
  const names = inputs.map((input, i) => (input === undefined ? "" : `in${i}`));
  const made = makeAttributes(defs, (attributes ?? {}) as Record<string, PlainAttribute>);
  const { name: op, domain = "" } = definition;
  return { op, domain, name: "node", inputs: names, outputs, attributes: made, origin: [] };
}

function constantNode(name: string, value: Tensor): Node {
  const attributes: NamedAttribute[] = [{ name: "value", value: { kind: "tensor", value } }];
  return { op: "Constant", domain: "", name: `make_${name}`, inputs: [], outputs: [name], attributes, origin: [] };
}

/** Upgrades a model of one old node and runs it. */
async function run({ node, inputs, opset, before = [], constants = [], shapeless = false }: Given): Promise<Value[]> {
  const held = constants.map((i) => constantNode(`in${i}`, inputs[i] as Tensor));
  const free = inputs.flatMap((value, i) =>
    value === undefined || constants.includes(i) ? [] : [{ name: `in${i}`, value }],
  );
  const typeOf = (value: Value) =>
    shapeless && value.kind === "tensor" ? tensorType(value.dtype) : typeOfValue(value);
  const graph: Graph = {
    name: "old",
    inputs: free.map(({ name, value }) => ({ name, type: typeOf(value) })),
    outputs: node.outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined })),
    weights: [],
    nodes: [...held, ...before, node],
    values: [],
  };
  const opsets = new Map([["", node.domain === "" ? opset : 13]]).set(node.domain, opset);
  const { graph: upgraded } = upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets });
  const given = new Map(free.map(({ name, value }) => [name, value]));
  const options = { wide: false, maxBytes: 1 << 26, random: mersenneTwister(1) };
  const steps = new Evaluator(upgraded, new Map()).run(given, options);
  let step = steps.next();
  while (!step.done) step = steps.next(await step.value);
  return step.value.outputs;
}

function expectSame(found: readonly Value[], expected: readonly Value[], definition: OperatorDef): void {
  expected.forEach((value, i) => {
    const tolerance = toleranceOf(definition.accuracy, value.kind === "tensor" ? value.dtype : "f32");
    expect(compareValues(found[i], value, tolerance), `output ${i}`).toBeUndefined();
  });
}

describe("old versions", () => {
  it("have a row each when they are upgraded", () => {
    const rows = new Set(ROWS.map(({ op: name, domain, since }) => keyOf({ name, domain }, since)));
    const upgraded = OPERATORS.flatMap((definition) =>
      definition.versions.filter(({ upgrade }) => upgrade).map(({ since }) => keyOf(definition, since)),
    );
    expect(upgraded.filter((key) => !rows.has(key))).toEqual([]);
  });

  it.each(ROWS.map((row, i) => [`${row.op}-${row.since}`, i, row] as const))(
    "run as %s did (row %i)",
    async (_name, _i, row) => {
      const definition = operatorOf(row.domain ?? "", row.op)!;
      const defs = schemaSince(definition, row.since).attributes;
      const node = nodeOf(
        definition,
        row.attributes,
        defs,
        row.inputs,
        row.outputs.map((_, i) => `out${i}`),
      );
      const next = definition.versions.findLast(({ since }) => since > row.since)?.since ?? definition.deprecated!;
      for (const opset of new Set([row.since, next - 1])) {
        const given = { node, inputs: row.inputs, opset, constants: row.constants };
        expectSame(await run(given), row.outputs, definition);
        const shapeless = run({ ...given, shapeless: true });
        if (row.needsRank) await expect(shapeless).rejects.toThrow(/rank/);
        else expectSame(await shapeless, row.outputs, definition);
      }
    },
  );
});

/** A node as an old version says it, and the nodes that it needs before it. */
interface Downgraded {
  readonly node: Node;
  readonly before: readonly Node[];
}

/** The node of the newest version as version `index` says it; undefined where it cannot. */
function downgraded(definition: OperatorDef, newest: Node, sample: Sample, index: number): Downgraded | undefined {
  const before: Node[] = [];
  const made = new Map<string, Tensor>();
  const valueOf = (name: string): Value | undefined => made.get(name) ?? sample.inputs[newest.inputs.indexOf(name)];
  const rewrite: RewriteContext = {
    emit(op, inputs, attributes = []) {
      const output = `emitted${before.length}`;
      before.push({ op, domain: "", name: `make_${output}`, inputs, outputs: [output], attributes, origin: [] });
      return output;
    },
    constant(value) {
      const output = `emitted${before.length}`;
      before.push(constantNode(output, value));
      made.set(output, value);
      return output;
    },
    typeOf: (name) => (valueOf(name) === undefined ? undefined : typeOfValue(valueOf(name)!)),
    constantOf: (name) => (valueOf(name)?.kind === "tensor" ? (valueOf(name) as Tensor) : undefined),
    isRead: () => true,
    fail: (reason) => {
      throw new Error(reason);
    },
  };
  let node: Node | undefined = newest;
  for (let i = 1; i <= index && node !== undefined; i++) {
    const { downgrade } = definition.versions[i];
    node = downgrade === undefined ? node : downgrade(node, rewrite);
  }
  return node && { node, before };
}

/** Whether a helper that the downgrade to a later version emitted is there in an opset too. */
function isOf(node: Node, opset: number): boolean {
  const definition = operatorOf("", node.op)!;
  return checkNodeForm(node, schemaOf(definition, versionIndex(definition, opset))).length === 0;
}

/** Versions whose downgrade is always refused. */
const NEVER_SAID: ReadonlySet<string> = new Set(["BatchNormalization-1", "Scan-8", "Tile-1"]);

const loopBody = sampleGraph(
  [
    { name: "i", type: tensorType("i64", []) },
    { name: "go", type: tensorType("bool", []) },
    { name: "x", type: tensorType("f32", []) },
  ],
  [sampleNode("Abs", ["x"], ["y"])],
  [
    { name: "go", type: tensorType("bool", []) },
    { name: "y", type: tensorType("f32", []) },
    { name: "x", type: tensorType("f32", []) },
  ],
);

const branchOf = (name: string, ...values: number[]): Graph =>
  sampleGraph(
    [],
    [constantNode(name, tensorFrom("f32", [values.length], values))],
    [{ name, type: tensorType("f32", [values.length]) }],
  );

/** What the operators' own samples do not have: nodes that old versions can say. */
const MORE_SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  GroupNormalization: [
    { attributes: { num_groups: 2 }, inputs: [f32([1, 2, 2], 1, 3, 2, 6), f32([2], 1, 2), f32([2], 0, 1)] },
  ],
  If: [
    {
      attributes: { then_branch: branchOf("a", 1, 2), else_branch: branchOf("b", 3, 4) },
      inputs: [tensorFrom("bool", [], [false])],
      outputs: [f32([2], 3, 4)],
    },
  ],
  LabelEncoder: [
    { attributes: { keys_strings: ["a", "b"], values_int64s: [0, 1] }, inputs: [text("b", "c")] },
    { attributes: { keys_int64s: [0, 1], values_strings: ["a", "b"] }, inputs: [i64(1, 2)] },
  ],
  Loop: [
    {
      attributes: { body: loopBody },
      inputs: [tensorFrom("i64", [], [2]), tensorFrom("bool", [], [1]), f32([], -3)],
      outputs: [f32([], 3), f32([2], -3, 3)],
    },
  ],
  MaxPool: [{ attributes: { kernel_shape: [2] }, inputs: [f32([1, 1, 3], 1, 3, 2)] }],
  PRelu: [
    { inputs: [f32([1, 2, 2], -1, -1, 1, -1), f32([2, 1], 2, 3)] },
    { inputs: [f32([2, 2], -1, -1, 1, -1), f32([2], 2, 3)] },
    { inputs: [f32([2], -1, 1), f32([], 2)] },
  ],
  Resize: [
    {
      attributes: { coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      inputs: [line, undefined, f32([4], 1, 1, 1, 2)],
    },
    {
      attributes: { coordinate_transformation_mode: "asymmetric", mode: "linear" },
      inputs: [line, undefined, f32([4], 1, 1, 1, 0.5)],
    },
  ],
};

/** Samples of an operator; bodies in their own ones are written in the newest opset. */
function samplesOf(definition: OperatorDef): readonly Sample[] {
  const holdsGraph = Object.values(definition.attributes).some(({ kind }) => kind === "graph");
  return [...(holdsGraph ? [] : (definition.samples?.() ?? [])), ...(MORE_SAMPLES[definition.name] ?? [])];
}

const downgrading = OPERATORS.filter(({ versions }) => versions.some(({ downgrade }) => downgrade));

describe.each(downgrading.map((definition) => [definition.name, definition] as const))("%s", (_name, definition) => {
  it("means the same in the old versions that can say it", async () => {
    const said = new Set<string>();
    for (const sample of samplesOf(definition)) {
      const count = sample.outputs?.length ?? sample.outputCount ?? 1;
      const outputs = Array.from({ length: count }, (_, i) =>
        sample.outputs !== undefined && sample.outputs[i] === undefined ? "" : `out${i}`,
      );
      const newest = nodeOf(definition, sample.attributes, definition.attributes, sample.inputs, outputs);
      const constants = sample.inputs.flatMap((value, i) => (value?.kind === "tensor" ? [i] : []));
      const expected = await run({
        node: newest,
        inputs: sample.inputs,
        opset: definition.versions[0].since,
        constants,
      });
      for (const [index, { since }] of definition.versions.entries()) {
        const old = index === 0 ? undefined : downgraded(definition, newest, sample, index);
        if (old === undefined) continue;
        const schema = schemaOf(definition, index);
        const types = old.node.inputs.map((name) => {
          const value = sample.inputs[newest.inputs.indexOf(name)];
          return name === "" || value === undefined ? undefined : typeOfValue(value);
        });
        if (checkInputTypes(old.node, schema, types).length > 0 || !old.before.every((node) => isOf(node, since)))
          continue;
        expect(checkNodeForm(old.node, schema), keyOf(definition, since)).toEqual([]);
        const found = await run({ ...old, inputs: sample.inputs, opset: since, constants });
        expectSame(found, expected, definition);
        said.add(keyOf(definition, since));
      }
    }
    const keys = definition.versions.filter(({ downgrade }) => downgrade).map(({ since }) => keyOf(definition, since));
    expect(keys.filter((key) => !said.has(key) && !NEVER_SAID.has(key))).toEqual([]);
  });
});
