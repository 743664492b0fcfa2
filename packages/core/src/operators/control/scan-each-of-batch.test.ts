import { Evaluator } from "../../evaluate/evaluate.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import type { Graph, NamedAttribute } from "../../snapshot/types.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue } from "../../tensors/values.ts";
import { intAttribute, intsAttribute } from "../edit-node.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { upgradeModel } from "../upgrade.ts";
import { expect, it } from "vitest";

/** Running sums of a sequence. */
const sums = sampleGraph(
  [
    { name: "sum", type: tensorType("f32", []) },
    { name: "x", type: tensorType("f32", []) },
  ],
  [sampleNode("Add", ["sum", "x"], ["next"]), sampleNode("Identity", ["next"], ["seen"])],
  [
    { name: "next", type: tensorType("f32", []) },
    { name: "seen", type: tensorType("f32", []) },
  ],
);

function run(lengths: Tensor | undefined, ...extra: NamedAttribute[]): number[][] {
  const inputs = { start: tensorFrom("f32", [2], [0, 100]), x: tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]), lengths };
  const given = Object.entries(inputs).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  const graph: Graph = {
    name: "main",
    inputs: given.map(([name, value]) => ({ name, type: typeOfValue(value) })),
    outputs: [
      { name: "last", type: undefined },
      { name: "all", type: undefined },
    ],
    weights: [],
    nodes: [
      {
        op: "Scan",
        domain: "",
        name: "scan",
        inputs: [lengths === undefined ? "" : "lengths", "start", "x"],
        outputs: ["last", "all"],
        attributes: [
          { name: "body", value: { kind: "graph", value: sums } },
          intAttribute("num_scan_inputs", 1),
          ...extra,
        ],
        origin: [],
      },
    ],
    values: [],
  };
  const snapshot = upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets: new Map([["", 8]]) });
  const options = { wide: false, maxBytes: 1 << 20, random: mersenneTwister(1) };
  const steps = new Evaluator(snapshot.graph, new Map()).run(new Map(given), options);
  for (;;) {
    const step = steps.next();
    if (step.done) return (step.value.outputs as Tensor[]).map((output) => [...doubles(output)]);
  }
}

it("scans each sequence of the batch", () => {
  expect(run(undefined)).toEqual([
    [6, 115],
    [1, 3, 6, 104, 109, 115],
  ]);
});

it("scans only the stated length of each and pads with zeros", () => {
  expect(run(tensorFrom("i64", [2], [2, 0]))).toEqual([
    [3, 100],
    [1, 3, 0, 0, 0, 0],
  ]);
});

it("scans backwards from the stated length", () => {
  expect(run(tensorFrom("i64", [2], [2, 3]), intsAttribute("directions", [1]))).toEqual([
    [3, 115],
    [2, 3, 0, 106, 111, 115],
  ]);
});
