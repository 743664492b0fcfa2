import { addDims, type Dim, GraphBuilder, symbolDim, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import { isOpenInBatch } from "./is-open-in-batch.ts";

const batch = symbolDim("batch");

it.each<[boolean, string, (Dim[] | undefined)[]]>([
  [true, "the batch of one input", [[batch, 3]]],
  [true, "one batch of several inputs, beside others and single numbers", [[batch, 3], [batch], [4, 5], []]],
  [false, "nothing", [[1, 3]]],
  [false, "a length too", [[batch, symbolDim("length")]]],
  [
    false,
    "the batch in another dim too",
    [
      [batch, 3],
      [2, batch],
    ],
  ],
  [
    false,
    "two symbols",
    [
      [batch, 3],
      [symbolDim("n"), 3],
    ],
  ],
  [false, "more than the batch in a first dim", [[batch, 3], [addDims(batch, 1)]]],
  [false, "the rank of an input", [[batch, 3], undefined]],
])("%s where inputs leave open %s", (expected, _, shapes) => {
  const graph = new GraphBuilder("open");
  shapes.forEach((shape, i) =>
    graph.output(graph.input(`x${i}`, shape ? tensorType("f32", shape) : { kind: "tensor", dtype: "f32" })),
  );
  expect(isOpenInBatch(graph.build().graph)).toBe(expected);
});
