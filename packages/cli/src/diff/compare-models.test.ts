import {
  bytesOfTensor,
  EXACT,
  type Graph,
  GraphBuilder,
  type Snapshot,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
  type Tolerance,
} from "@hodu/core";
import type { Model } from "hodu-plugin-sdk";
import { bytesSource } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { compareModels } from "./compare-models.ts";
import { newComparison } from "./comparison.ts";
import { isSame, type ModelDiff } from "./differences.ts";

const never = new AbortController().signal;

async function compare(a: Snapshot | Model, b: Snapshot | Model, tolerance: Tolerance = EXACT): Promise<ModelDiff> {
  const modelOf = (given: Snapshot | Model): Model =>
    "snapshot" in given ? given : { snapshot: given, source: undefined };
  return compareModels(
    modelOf(a),
    modelOf(b),
    newComparison(tolerance, never, () => {}),
  );
}

/** What a network is made of: relu(x * w + b), then softmax. */
interface Parts {
  /** Put before the names of inner values, nodes and weights. */
  readonly prefix?: string;
  readonly weight?: Tensor;
  readonly axis?: bigint;
  readonly activation?: string;
  /** An operator more, in the middle. */
  readonly extra?: string;
  readonly metadata?: readonly (readonly [string, string])[];
}

const WEIGHT = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);

function network(parts: Parts = {}): Snapshot {
  const { prefix = "", weight = WEIGHT, axis, activation = "Relu", extra, metadata = [] } = parts;
  const builder = new GraphBuilder("net");
  const x = builder.input("x", tensorType("f32", [2, 2]));
  const w = builder.weight(`${prefix}w`, weight);
  const b = builder.weight(`${prefix}b`, tensorFrom("f32", [2], [0, 0]));
  const named = (op: string): { readonly name: string; readonly outputs: readonly string[] } => ({
    name: `${prefix}${op}`,
    outputs: [`${prefix}${op}_out`],
  });
  const [product] = builder.node("MatMul", [x, w], {}, named("MatMul"));
  const [sum] = builder.node("Add", [product, b], {}, named("Add"));
  const middle = extra === undefined ? sum : builder.node(extra, [sum], {}, named(extra))[0];
  const [active] = builder.node(activation, [middle], {}, named("act"));
  const [y] = builder.node("Softmax", [active], { axis }, { name: `${prefix}Softmax`, outputs: ["y"] });
  builder.output(y);
  return { ...builder.build(), metadata };
}

describe("two models", () => {
  test("that are one differ in nothing", async () => {
    const diff = await compare(network(), network());
    expect(isSame(diff)).toBe(true);
    expect(diff.renamed).toEqual([]);
  });

  test("that differ in the names of inner values, nodes and weights are the same, and the names are told", async () => {
    const diff = await compare(network(), network({ prefix: "onnx::" }));
    expect(isSame(diff)).toBe(true);
    expect(diff.renamed.filter(({ kind }) => kind === "weight")).toEqual([
      { kind: "weight", a: "w", b: "onnx::w" },
      { kind: "weight", a: "b", b: "onnx::b" },
    ]);
    expect(diff.renamed.filter(({ kind }) => kind === "node")).toHaveLength(4);
    expect(diff.renamed.filter(({ kind }) => kind === "value")).toHaveLength(3);
  });

  test("that differ in a weight differ in its elements, whatever its name", async () => {
    const other = tensorFrom("f32", [2, 2], [1, 2, 3.5, 4]);
    for (const prefix of ["", "v_"]) {
      const diff = await compare(network(), network({ prefix, weight: other }));
      expect(diff).toMatchObject({ nodes: [], inputs: [], outputs: [] });
      expect(diff.weights).toMatchObject([
        { name: "w", change: "changed", details: ["f32[2, 2]"], elements: { differing: 1, first: { index: [1, 0] } } },
      ]);
    }
  });

  test("are the same within a tolerance, and that is told", async () => {
    const other = tensorFrom("f32", [2, 2], [1, 2, 3.5, 4]);
    const diff = await compare(network(), network({ weight: other }), { relative: 0, absolute: 0.5 });
    expect(isSame(diff)).toBe(true);
    expect(diff.within_tolerance).toEqual({ values: 1, max_absolute: 0.5 });
  });

  test("that differ in a weight's type differ in that alone", async () => {
    const diff = await compare(network(), network({ weight: tensorFrom("f32", [2, 1], [1, 2]) }));
    expect(diff.weights).toEqual([{ name: "w", change: "changed", details: ["f32[2, 2] -> f32[2, 1]"] }]);
  });

  test("that differ in an attribute differ in the node; a default that is written out is no difference", async () => {
    const diff = await compare(network({ axis: 0n }), network({ axis: 1n }));
    expect(diff.nodes).toEqual([{ name: "Softmax", change: "changed", details: ["axis: 0 -> 1"] }]);
    expect(isSame(await compare(network(), network({ axis: -1n })))).toBe(true);
  });

  test("that differ in an operator differ in the node of that name", async () => {
    const diff = await compare(network(), network({ activation: "Sigmoid" }));
    expect(diff.nodes).toEqual([{ name: "act", change: "changed", details: ["operator: Relu -> Sigmoid"] }]);
    expect(diff.operations).toEqual([
      { operator: "Relu", a: 1, b: 0 },
      { operator: "Sigmoid", a: 0, b: 1 },
    ]);
  });

  test("of which one has a node more differ in that, and in who reads it", async () => {
    const diff = await compare(network(), network({ extra: "Neg" }));
    expect(diff.nodes).toEqual([
      { name: "act", change: "changed", details: ["input 0: Add_out -> Neg_out"] },
      { name: "Neg", change: "added", details: ["Neg(Add_out) -> Neg_out"] },
    ]);
    expect((await compare(network({ extra: "Neg" }), network())).nodes).toMatchObject([
      { name: "act", change: "changed" },
      { name: "Neg", change: "removed" },
    ]);
  });

  test("say other things of themselves", async () => {
    const one = { ...network({ metadata: [["author", "a"]] }), producer: "tool 1" };
    const other = { ...network({ metadata: [["license", "b"]] }), producer: "tool 2" };
    expect((await compare(one, other)).metadata).toEqual([
      { name: "(producer)", change: "changed", details: ["tool 1 -> tool 2"] },
      { name: "author", change: "removed", details: ["a"] },
      { name: "license", change: "added", details: ["b"] },
    ]);
  });

  test("differ in the types, the names and the order of inputs and outputs", async () => {
    const build = (inputs: readonly (readonly [string, "f32" | "f64"])[]): Snapshot => {
      const builder = new GraphBuilder("g");
      const values = inputs.map(([name, dtype]) => builder.input(name, tensorType(dtype, [2])));
      for (const value of values) builder.output(builder.node("Neg", [value], {}, { outputs: [`-${value}`] })[0]);
      return builder.build();
    };
    const one = build([
      ["a", "f32"],
      ["b", "f32"],
    ]);
    const typed = await compare(one, build([["a", "f64"]]));
    expect(typed.inputs).toEqual([
      { name: "a", change: "changed", details: ["f32[2] -> f64[2]"] },
      { name: "b", change: "removed", details: ["f32[2]"] },
    ]);
    const turned = await compare(
      one,
      build([
        ["b", "f32"],
        ["a", "f32"],
      ]),
    );
    expect(turned.inputs).toEqual([{ name: "(order)", change: "changed", details: ["a, b -> b, a"] }]);
    expect(turned.outputs).toEqual([{ name: "(order)", change: "changed", details: ["-a, -b -> -b, -a"] }]);
  });

  test("of which an output is made in another way differ in the output", async () => {
    const build = (swapped: boolean): Snapshot => {
      const builder = new GraphBuilder("g");
      const x = builder.input("x", tensorType("f32", [2]));
      builder.node("Neg", [x], {}, { name: "n", outputs: [swapped ? "q" : "p"] });
      builder.node("Abs", [x], {}, { name: "a", outputs: [swapped ? "p" : "q"] });
      for (const name of ["p", "q"]) builder.output(name);
      return builder.build();
    };
    expect((await compare(build(false), build(true))).outputs.map(({ name }) => name)).toEqual(["p", "q"]);
  });

  test("with graphs in their nodes are compared inside, names of the inner inputs left alone", async () => {
    const build = (op: string, inner: string): Snapshot => {
      const builder = new GraphBuilder("g");
      const x = builder.input("x", tensorType("f32", [2]));
      const on = builder.input("on", tensorType("bool", []));
      const branch = (operator: string): Graph => {
        const body = builder.subgraph(operator);
        body.output(
          body.node(operator, [x], {}, { name: `${inner}${operator}`, outputs: [`${inner}${operator}_out`] })[0],
        );
        return body.graph();
      };
      const branches = { then_branch: branch("Neg"), else_branch: branch(op) };
      builder.output(builder.node("If", [on], branches, { name: "if", outputs: ["y"] })[0]);
      return builder.build();
    };
    expect(isSame(await compare(build("Abs", "v"), build("Abs", "other")))).toBe(true);
    const diff = await compare(build("Abs", "v"), build("Exp", "v"));
    expect(diff.nodes.map(({ name, change }) => [name, change])).toEqual([
      ["vAbs", "removed"],
      ["vExp", "added"],
      ["if", "changed"],
    ]);
    expect(diff.nodes[2].details).toEqual(["else_branch: its outputs are other values"]);
  });
});

describe("weights", () => {
  /** A model that gives its weight, which is in its file. */
  function stored(weight: Tensor, digest?: string, offset = 0): Model {
    const builder = new GraphBuilder("g");
    builder.output("w");
    const bytes = bytesOfTensor(weight);
    const file = new Uint8Array(offset + bytes.length);
    file.set(bytes, offset);
    const { dtype, shape } = weight;
    const place = { name: "w", dtype, shape, store: 0, offset, length: bytes.length };
    return {
      snapshot: {
        stores: [{ kind: "file", location: "" }],
        graph: { ...builder.graph(), weights: [digest === undefined ? place : { ...place, digest }] },
        metadata: [],
        producer: "",
      },
      source: bytesSource("model", file),
    };
  }

  test.each(["u8", "f6e2m3", "f4e2m1"] as const)(
    "of %s are compared piece by piece, wherever they lie",
    { tags: ["long"] },
    async (dtype) => {
      const count = 9_000_001;
      const elements = new Uint8Array(count).map((_, i) => i & 7);
      const changed = elements.slice();
      changed[count - 1] ^= 1;
      const a = stored(tensorOf(dtype, [count], elements));
      expect(isSame(await compare(a, stored(tensorOf(dtype, [count], elements), undefined, 13)))).toBe(true);
      const diff = await compare(a, stored(tensorOf(dtype, [count], changed), undefined, 64));
      expect(diff.weights).toMatchObject([
        { elements: { elements: count, differing: 1, first: { index: [count - 1] } } },
      ]);
    },
  );

  test("of one digest are not read", async () => {
    const model = stored(tensorOf("u8", [4], Uint8Array.of(1, 2, 3, 4)), "abc");
    const unreadable: Model = {
      ...model,
      source: {
        ...model.source!,
        chunks: () => {
          throw new Error("it was read");
        },
      },
    };
    expect(isSame(await compare(model, unreadable))).toBe(true);
    await expect(compare(stored(tensorOf("u8", [4], new Uint8Array(4))), unreadable)).rejects.toThrow("it was read");
  });

  test("stop to be compared when the caller gives up", async () => {
    const model = stored(tensorOf("u8", [10_000_000], new Uint8Array(10_000_000)));
    const controller = new AbortController();
    const comparison = newComparison(EXACT, controller.signal, () => controller.abort());
    await expect(compareModels(model, model, comparison)).rejects.toMatchObject({ code: "ABORTED" });
  });
});
