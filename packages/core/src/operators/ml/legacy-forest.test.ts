import { describe, expect, test } from "vitest";
import { attributeOf, type NamedAttribute, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { legacyForest, tensorsToFloats } from "./legacy-forest.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};
/** Trees 4 and 9; node ids begin anew in each. */
const NODES = {
  nodes_treeids: [4, 4, 4, 9],
  nodes_nodeids: [0, 1, 2, 0],
  nodes_modes: ["BRANCH_GT", "LEAF", "LEAF", "LEAF"],
  nodes_featureids: [1, -7, 0, 0],
  nodes_values: [0.5, 0, 0, 0],
  nodes_values_as_tensor: undefined,
  nodes_truenodeids: [2, 0, 0, 0],
  nodes_falsenodeids: [1, 0, 0, 0],
  nodes_missing_value_tracks_true: undefined,
};
const VOTES = { treeIds: [9, 4, 4, 4], nodeIds: [0, 2, 0, 2], ids: [0, 1, 1, 0], weights: [1, 2, 99, 3] };

describe("legacyForest", () => {
  test("resolves ids within their tree", () => {
    const forest = legacyForest(NODES, VOTES, context);
    expect(Array.from(forest.roots)).toEqual([0, ~2]);
    expect([forest.onTrue[0], forest.onFalse[0], forest.mode[0]]).toEqual([~1, ~0, 3]);
  });

  test("sorts votes by leaf and passes over those of inner nodes", () => {
    const { votes } = legacyForest(NODES, VOTES, context);
    expect(Array.from(votes.starts)).toEqual([0, 0, 2, 3]);
    expect(Array.from(votes.targets)).toEqual([1, 0, 0]);
    expect(Array.from(votes.weights)).toEqual([2, 3, 1]);
  });

  test("refuses children and votes of nodes that are not there", () => {
    expect(() => legacyForest({ ...NODES, nodes_truenodeids: [5, 0, 0, 0] }, VOTES, context)).toThrow(/names node 5/);
    expect(() => legacyForest(NODES, { ...VOTES, treeIds: [9, 4, 4, 5] }, context)).toThrow(/tree 5 does not have/);
    expect(() => legacyForest({ ...NODES, nodes_nodeids: [0, 1, 1, 0] }, VOTES, context)).toThrow(/found two/);
  });
});

describe("tensorsToFloats", () => {
  const node = (...values: number[]): Node => {
    const attribute: NamedAttribute = {
      name: "nodes_values_as_tensor",
      value: { kind: "tensor", value: tensorFrom("f64", [values.length], values) },
    };
    return { op: "T", domain: "ai.onnx.ml", name: "t", inputs: [], outputs: [], attributes: [attribute], origin: [] };
  };

  test("turns tensors of f32 values into floats", () => {
    const plain = tensorsToFloats(node(0.5, -2), ["nodes_values"])!;
    expect(attributeOf(plain, "nodes_values")).toEqual({ kind: "floats", value: [0.5, -2] });
    expect(attributeOf(plain, "nodes_values_as_tensor")).toBeUndefined();
  });

  test("gives up on values that only a double holds", () => {
    expect(tensorsToFloats(node(0.1), ["nodes_values"])).toBeUndefined();
  });
});
