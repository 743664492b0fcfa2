import { expect, test } from "vitest";
import type { Node } from "../snapshot/types.ts";
import { symbolDim } from "../snapshot/dims.ts";
import { formatType } from "../snapshot/format-type.ts";
import { tensorType } from "../tensors/values.ts";
import { inferNode, newFacts, typeIn } from "./infer.ts";

const nonZero = (input: string, output: string): Node => ({
  op: "NonZero",
  domain: "",
  name: output,
  inputs: [input],
  outputs: [output],
  attributes: [],
  origin: [],
});

test("sizes that depend on data have a symbol each, node by node and in subgraphs too", () => {
  const facts = newFacts();
  facts.types.set("x", tensorType("f32", [symbolDim("n")]));
  const inner = newFacts(facts);
  inferNode(nonZero("x", "a"), facts, {});
  inferNode(nonZero("x", "b"), inner, {});
  inferNode(nonZero("x", "c"), facts, {});
  const types = ["a", "b", "c"].map((name) => formatType(typeIn(inner, name)));
  expect(types).toEqual(["i64[1, ?0]", "i64[1, ?1]", "i64[1, ?2]"]);
});
