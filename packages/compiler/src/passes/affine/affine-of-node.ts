import { attributeOf, doubles, DTYPES, type Node, type Tensor } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { MEAN_IN_DEVIATIONS } from "../limits.ts";
import type { Affine } from "./affine.ts";

/** A tensor of `rank` dims whose channels lie on one axis. */
export interface Channels {
  readonly rank: number;
  readonly axis: number;
  readonly count: number;
}

/** What a node does to each channel of `value`, where that is a product and a sum with constants; undefined otherwise. */
export function affineOfNode(node: Node, value: string, channels: Channels, graph: PassGraph): Affine | undefined {
  if (node.domain !== "") return undefined;
  if (node.op === "BatchNormalization") return affineOfBatchNorm(node, value, channels, graph);
  const rule = ARITHMETIC.get(node.op);
  const place = node.inputs.indexOf(value);
  const constant = graph.constantOf(node.inputs[1 - place] ?? "");
  if (rule === undefined || place < 0 || constant === undefined) return undefined;
  const operand = spreadOver(channels, constant);
  return operand && rule(operand, place === 0);
}

type Rule = (constant: Float64Array, isFirst: boolean) => Affine | undefined;

/** What an operator does with a constant of each channel, for a value that stands first, or second. */
const ARITHMETIC: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Add", (c) => ({ scale: like(c, 1), shift: c })],
  [
    "Sub",
    (c, isFirst) => (isFirst ? { scale: like(c, 1), shift: c.map((x) => -x) } : { scale: like(c, -1), shift: c }),
  ],
  ["Mul", (c) => ({ scale: c, shift: like(c, 0) })],
  ["Div", (c, isFirst) => (isFirst ? { scale: c.map((x) => 1 / x), shift: like(c, 0) } : undefined)],
]);

const like = (values: Float64Array, fill: number): Float64Array => new Float64Array(values.length).fill(fill);

/** A float constant that differs from channel to channel at most, for every channel; undefined for another. */
export function spreadOver({ rank, axis, count }: Channels, constant: Tensor): Float64Array | undefined {
  const lead = rank - constant.shape.length;
  if (lead < 0 || DTYPES[constant.dtype].kind !== "float") return undefined;
  if (!constant.shape.every((dim, i) => dim === 1 || (dim === count && i + lead === axis))) return undefined;
  const values = doubles(constant);
  return values.length === count ? values : new Float64Array(count).fill(values[0]);
}

function affineOfBatchNorm(node: Node, value: string, channels: Channels, graph: PassGraph): Affine | undefined {
  const training = attributeOf(node, "training_mode");
  const isTraining = training !== undefined && training.value !== 0n;
  if (node.inputs[0] !== value || isTraining || channels.axis !== 1) return undefined;
  if (node.outputs.slice(1).some((name) => name !== "")) return undefined;
  const constants = node.inputs.slice(1).map((name) => graph.constantOf(name));
  if (constants.some((constant) => constant?.shape.join() !== String(channels.count))) return undefined;
  const [scale, bias, mean, variance] = constants.map((constant) => doubles(constant!));
  const epsilon = attributeOf(node, "epsilon");
  const deviation = variance.map((x) => Math.sqrt(x + (epsilon?.kind === "float" ? epsilon.value : Math.fround(1e-5))));
  // x - mean first is nearer where the mean is far larger than what is left
  if (mean.some((x, i) => Math.abs(x) > MEAN_IN_DEVIATIONS * deviation[i])) return undefined;
  const factors = scale.map((x, i) => x / deviation[i]);
  return { scale: factors, shift: bias.map((x, i) => x - mean[i] * factors[i]) };
}
