import { GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType, typeIn } from "@hodu/core";
import { expect, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import { bindValues } from "./bind-values.ts";

function reshaped() {
  const graph = new GraphBuilder("reshaped");
  const shape = graph.input("shape", tensorType("i64", [2]));
  const [positive] = graph.node("Abs", [graph.input("x", tensorType("f32", [6]))]);
  const [out] = graph.node("Reshape", [positive, shape], {}, { name: "reshape" });
  graph.output(out);
  return { snapshot: graph.build(), out };
}

const scheduled = (snapshot: ReturnType<typeof reshaped>["snapshot"]) =>
  scheduleGraph(
    snapshot.graph,
    inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) }),
    testTarget(16),
  );

it("names the small inputs whose elements a schedule misses, and no data", () => {
  expect(scheduled(reshaped().snapshot).wanted).toEqual(["shape"]);
});

it("makes weights of inputs, which tell the shapes that follow from them", () => {
  const { snapshot, out } = reshaped();
  const bound = bindValues(snapshot, new Map([["shape", tensorFrom("i64", [2], [2, 3])]]));
  expect(bound.graph.inputs.map(({ name }) => name)).toEqual(["x"]);
  const facts = inferGraph(bound.graph, { constantOf: heldWeights(bound.stores) });
  expect(typeIn(facts, out)).toEqual(tensorType("f32", [2, 3]));
  const schedule = scheduled(bound);
  expect(schedule.steps.map(({ kind }) => kind)).toEqual(["kernel"]);
  expect(schedule.wanted).toEqual([]);
});
