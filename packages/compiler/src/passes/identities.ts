import {
  attributeOf,
  bigints,
  type Dim,
  dimsEqual,
  type DType,
  DTYPES,
  elementCount,
  indices,
  isBig,
  type Node,
  numbers,
  type Tensor,
} from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";

/** The input that a node gives as its first output, bit by bit and in every run; undefined when it does something else. */
type IdentityRule = (node: Node, graph: PassGraph) => string | undefined;

const first: IdentityRule = ({ inputs }) => inputs[0];

/** Of several inputs there is but one. */
const onlyOne: IdentityRule = ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined);

/** The output has the very shape of the input; for operators that then move nothing. */
const sameShape: IdentityRule = ({ inputs, outputs }, graph) =>
  haveSameShape(inputs[0], outputs[0], graph) ? inputs[0] : undefined;

const cast: IdentityRule = ({ inputs, outputs }, graph) => {
  const [from, to] = [dtypeOf(inputs[0], graph), dtypeOf(outputs[0], graph)];
  // a cast of a float of 8 bits may saturate what was an infinity
  return from !== undefined && from === to && !isTiny(from) ? inputs[0] : undefined;
};

const transpose: IdentityRule = (node, graph) => {
  const permutation = attributeOf(node, "perm");
  if (permutation?.kind === "ints")
    return permutation.value.every((axis, i) => axis === BigInt(i)) ? node.inputs[0] : undefined;
  return (graph.shapeOf(node.inputs[0])?.length ?? 2) < 2 ? node.inputs[0] : undefined;
};

const dropout: IdentityRule = ({ inputs }, graph) => {
  const [data, , training = ""] = inputs;
  const isTraining = training === "" ? undefined : graph.constantOf(training);
  return training === "" || (isTraining !== undefined && isAll(isTraining, 0)) ? data : undefined;
};

const pad: IdentityRule = ({ inputs }, graph) => {
  const amounts = graph.constantOf(inputs[1] ?? "");
  return amounts !== undefined && isAll(amounts, 0) ? inputs[0] : undefined;
};

const tile: IdentityRule = ({ inputs }, graph) => {
  const repeats = graph.constantOf(inputs[1] ?? "");
  return repeats !== undefined && isAll(repeats, 1) ? inputs[0] : undefined;
};

/** By steps of 1 and as long as the input on every axis, or from 0 to past any end. */
const slice: IdentityRule = ({ inputs, outputs }, graph) => {
  const [data, starts, ends, , steps = ""] = inputs;
  const by = graph.constantOf(steps);
  if (steps !== "" && (by === undefined || !isAll(by, 1))) return undefined;
  if (haveSameShape(data, outputs[0], graph)) return data;
  const [from, to] = [graph.constantOf(starts), graph.constantOf(ends)];
  const isWhole = from !== undefined && isAll(from, 0) && to !== undefined && indices(to).every(isPastAnyEnd);
  return isWhole ? data : undefined;
};

/** Exporters write INT32_MAX and INT64_MAX for the end of an axis. */
const isPastAnyEnd = (end: number): boolean => end >= 2 ** 31 - 1;

/** x * 1, 1 * x. */
const mul: IdentityRule = (node, graph) => neutralOperand(node, graph, [0, 1], () => 1);

/** x / 1. */
const div: IdentityRule = (node, graph) => neutralOperand(node, graph, [1], () => 1);

/** x + 0 and 0 + x: for floats that is -0, because -0 + 0 is 0. */
const add: IdentityRule = (node, graph) => neutralOperand(node, graph, [0, 1], (isFloat) => (isFloat ? -0 : 0));

/** x - 0: -0 - 0 is -0. */
const sub: IdentityRule = (node, graph) => neutralOperand(node, graph, [1], () => 0);

/** Operators that may be identities, with what shows that a node is one. */
export const IDENTITIES: ReadonlyMap<string, IdentityRule> = new Map<string, IdentityRule>([
  ["Add", add],
  ["Cast", cast],
  ["CastLike", cast],
  ["Concat", onlyOne],
  ["Div", div],
  ["Dropout", dropout],
  ["Expand", sameShape],
  ["Flatten", sameShape],
  ["Identity", first],
  ["Max", onlyOne],
  ["Min", onlyOne],
  ["Mul", mul],
  ["Pad", pad],
  ["Reshape", sameShape],
  ["Slice", slice],
  ["Squeeze", sameShape],
  ["Sub", sub],
  ["Sum", onlyOne],
  ["Tile", tile],
  ["Transpose", transpose],
  ["Unsqueeze", sameShape],
]);

/** The other operand of one that is a constant of `neutral` only, when it does not widen the other's shape. */
function neutralOperand(
  { inputs, outputs }: Node,
  graph: PassGraph,
  places: readonly number[],
  neutral: (isFloat: boolean) => number,
): string | undefined {
  for (const place of places) {
    const value = graph.constantOf(inputs[place]);
    const other = inputs[1 - place];
    if (value === undefined || DTYPES[value.dtype].kind === "complex") continue;
    const wanted = neutral(DTYPES[value.dtype].kind === "float");
    const keepsShape = value.shape.length === 0 || haveSameShape(other, outputs[0], graph);
    if (elementCount(value.shape) > 0 && isAll(value, wanted) && keepsShape) return other;
  }
  return undefined;
}

/** Whether all elements of a real tensor are a number, the sign of zero included. */
function isAll(tensor: Tensor, wanted: number): boolean {
  if (isBig(tensor.dtype)) return bigints(tensor).every((element: bigint) => element === BigInt(wanted));
  return numbers(tensor).every((element: number) => Object.is(element, wanted));
}

function haveSameShape(a: string, b: string, graph: PassGraph): boolean {
  const [from, to] = [graph.shapeOf(a), graph.shapeOf(b)];
  return from !== undefined && to !== undefined && sameDims(from, to);
}

function sameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]));
}

function dtypeOf(value: string, graph: PassGraph): DType | undefined {
  const type = graph.typeOf(value);
  return type?.kind === "tensor" ? type.dtype : undefined;
}

const isTiny = (dtype: DType): boolean => DTYPES[dtype].kind === "float" && DTYPES[dtype].bits < 16;
