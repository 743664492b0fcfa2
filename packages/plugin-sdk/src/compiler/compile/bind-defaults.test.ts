import { type GraphInput, type Snapshot, tensorType, type Weight } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { bindDefaults } from "./bind-defaults.ts";

const type = tensorType("f32", [2]);
const weight = (name: string, offset: number): Weight => ({
  name,
  dtype: "f32",
  shape: [2],
  store: 0,
  offset,
  length: 8,
});

function snapshotOf(inputs: readonly GraphInput[], weights: readonly Weight[]): Snapshot {
  const graph = { name: "g", inputs, outputs: [], weights, nodes: [], values: [] };
  return { graph, stores: [{ kind: "bytes", bytes: new Uint8Array(16) }], metadata: [], producer: "" };
}

const placesOf = ({ graph }: Snapshot) => Object.fromEntries(graph.weights.map(({ name, offset }) => [name, offset]));

describe("bindDefaults", () => {
  it("gives weights the names of the inputs that are left out, be they of the same name or shared", () => {
    const inputs = [
      { name: "x", type },
      { name: "a", type, default: "a" },
      { name: "b", type, default: "a" },
      { name: "c", type, default: "w" },
    ];
    const snapshot = snapshotOf(inputs, [weight("a", 0), weight("w", 8)]);
    const none = bindDefaults(snapshot, new Set());
    expect(none.graph.inputs).toEqual([{ name: "x", type }]);
    expect(placesOf(none)).toEqual({ w: 8, a: 0, b: 0, c: 8 });
    const some = bindDefaults(snapshot, new Set(["a", "x"]));
    expect(some.graph.inputs).toEqual([
      { name: "x", type },
      { name: "a", type },
    ]);
    expect(placesOf(some)).toEqual({ w: 8, b: 0, c: 8 });
  });

  it("leaves a model without defaults as it is", () => {
    const snapshot = snapshotOf([{ name: "x", type }], [weight("w", 0)]);
    expect(bindDefaults(snapshot, new Set())).toBe(snapshot);
  });

  it("refuses a default that is no weight", () => {
    const snapshot = snapshotOf([{ name: "x", type, default: "w" }], []);
    expect(() => bindDefaults(snapshot, new Set())).toThrow('found no weight for the default of input "x"');
  });
});
