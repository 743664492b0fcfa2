import { doubles, DTYPES, type Node } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { FOLLOWED_NODES } from "../limits.ts";

/** Operators that give -infinity only where an input is (short of overflow), with the inputs that count. */
const FOLLOWED: ReadonlyMap<string, readonly number[] | "all"> = new Map<string, readonly number[] | "all">([
  ["Add", "all"],
  ["Concat", "all"],
  ["Expand", [0]],
  ["Gather", [0]],
  ["Identity", [0]],
  ["Min", "all"],
  ["Mul", "all"],
  ["Reshape", [0]],
  ["Slice", [0]],
  ["Squeeze", [0]],
  ["Sub", "all"],
  ["Transpose", [0]],
  ["Trilu", [0]],
  ["Unsqueeze", [0]],
  ["Where", [1, 2]],
]);

/** Whether a value is made of finite constants and integers by movement and arithmetic alone, so that, short of overflow, it is finite. */
export function isNeverLowest(value: string, graph: PassGraph): boolean {
  const waiting = [value];
  const seen = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    if (seen.add(next).size > FOLLOWED_NODES) return false;
    if (isFiniteLeaf(next, graph)) continue;
    const producer = graph.producerOf(next);
    const inputs = producer && followedInputs(producer);
    if (inputs === undefined) return false;
    waiting.push(...inputs);
  }
  return true;
}

function isFiniteLeaf(value: string, graph: PassGraph): boolean {
  const type = graph.typeOf(value);
  if (type?.kind === "tensor" && ["int", "uint", "bool"].includes(DTYPES[type.dtype].kind)) return true;
  const constant = graph.constantOf(value);
  if (constant !== undefined)
    return DTYPES[constant.dtype].kind === "float" && doubles(constant).every(Number.isFinite);
  const producer = graph.producerOf(value);
  // of integers: they were looked at above when they come from floats
  return producer?.op === "Cast" && producer.domain === "" && isFiniteInteger(producer.inputs[0], graph);
}

function isFiniteInteger(value: string, graph: PassGraph): boolean {
  const type = graph.typeOf(value);
  return type?.kind === "tensor" && ["int", "uint", "bool"].includes(DTYPES[type.dtype].kind);
}

function followedInputs({ op, domain, inputs }: Node): readonly string[] | undefined {
  const places = domain === "" ? FOLLOWED.get(op) : undefined;
  return places === "all" ? inputs : places?.map((place) => inputs[place]);
}
