import { expect, it } from "vitest";
import { inferGraph } from "../../inference/infer.ts";
import { addDims, type Dim, formatShape, scaleDim, symbolDim } from "../../snapshot/dims.ts";
import type { NamedAttribute, Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { tensorType } from "../../tensors/values.ts";
import { intAttribute } from "../edit-node.ts";
import { vector } from "./samples.ts";

function nodeOf(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly NamedAttribute[] = [],
): Node {
  return { op, domain: "", name: output, inputs, outputs: [output], attributes, origin: [] };
}

function constant(output: string, ...values: number[]): Node {
  return nodeOf("Constant", [], output, [
    { name: "value", value: { kind: "tensor", value: vector("i64", ...values) } },
  ]);
}

/** The elements that inference finds for the last of the nodes, which may use `shape`, the shape of an input. */
function elementsOf(shape: readonly Dim[], nodes: readonly Node[]): string {
  const facts = inferGraph({
    name: "test",
    inputs: [{ name: "x", type: tensorType("f32", shape) }],
    outputs: [],
    weights: [],
    nodes: [nodeOf("Shape", ["x"], "shape"), ...nodes],
    values: [],
  });
  return formatShape(facts.elements.get(nodes.at(-1)!.outputs[0]));
}

const n = symbolDim("n");
const odd = addDims(scaleDim(n, 2), 1);

it.each([
  ["Add", [3, -1], "[n + 3, 2*n]"],
  ["Sub", [3], "[n - 3, 2*n - 2]"],
  ["Mul", [3, 2], "[3*n, 4*n + 2]"],
  ["Div", [1, 2], "[n, n]"],
  ["Div", [2, 3], "[?0, ?1]"],
  ["Max", [0, 5], "[?0, ?1]"],
] as const)("%s of a shape and %j is %s", (op, values, expected) => {
  expect(elementsOf([n, odd], [constant("c", ...values), nodeOf(op, ["shape", "c"], "out")])).toBe(expected);
});

it("follows Neg and casts to integers that hold sizes", () => {
  expect(elementsOf([n, 4], [nodeOf("Neg", ["shape"], "out")])).toBe("[-1*n, -4]");
  const narrow = nodeOf("Cast", ["shape"], "narrow", [intAttribute("to", 6)]);
  expect(elementsOf([n, 4], [narrow, nodeOf("CastLike", ["narrow", "shape"], "out")])).toBe("[n, 4]");
  expect(elementsOf([n, 4], [nodeOf("Cast", ["shape"], "out", [intAttribute("to", 2)])])).toBe("[...]");
});

it("chooses by a constant condition", () => {
  const value = tensorFrom("bool", [2], [true, false]);
  const condition = nodeOf("Constant", [], "condition", [{ name: "value", value: { kind: "tensor", value } }]);
  const nodes = [condition, constant("c", 7), nodeOf("Where", ["condition", "shape", "c"], "out")];
  expect(elementsOf([n, odd], nodes)).toBe("[n, 7]");
});
