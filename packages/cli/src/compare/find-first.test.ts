import { GraphBuilder, type Snapshot, type Tensor, tensorFrom, tensorOf, tensorType, type Value } from "@hodu/core";
import { inferModel, interpPlugin } from "@hodu/engine";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { backendEngine } from "./backend-engine.ts";
import type { Engine } from "./engine.ts";
import { findFirst } from "./find-first.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };

const engine = (precision: "native" | "f64"): Engine =>
  backendEngine({
    name: precision,
    backend: interpPlugin.backends!.interp,
    source: undefined,
    compile: { device: "cpu", precision },
    session: { threads: 1, maxMemory: 1 << 28 },
    context,
  });

/** y = tanh(relu(x @ w) + x), each node named after its operator. */
function model(): Snapshot {
  const graph = new GraphBuilder("m");
  const x = graph.input("x", tensorType("f32", [4, 4]));
  const w = graph.weight(
    "w",
    tensorFrom(
      "f32",
      [4, 4],
      Array.from({ length: 16 }, (_, i) => Math.sin(i)),
    ),
  );
  const [product] = graph.node("MatMul", [x, w], {}, { name: "matmul", outputs: ["product"] });
  const [relu] = graph.node("Relu", [product], {}, { name: "relu", outputs: ["relu_out"] });
  const [sum] = graph.node("Add", [relu, x], {}, { name: "add", outputs: ["sum"] });
  const [y] = graph.node("Tanh", [sum], {}, { name: "tanh", outputs: ["y"] });
  graph.output(y);
  return graph.build();
}

const inputs = [
  {
    name: "x",
    value: tensorFrom(
      "f32",
      [4, 4],
      Array.from({ length: 16 }, (_, i) => Math.cos(i) - 0.3),
    ),
  },
];

const spoil = (value: Value): Tensor => {
  const tensor = value as Tensor;
  const data = Float32Array.from(tensor.data as Float32Array);
  data[5] += 0.25;
  return tensorOf(tensor.dtype, tensor.shape, data);
};

/** The interpreter, wrong where `isWrong` says so of a model and one of its outputs; what comes after is computed from the right value. */
function wrong(isWrong: (snapshot: Snapshot, output: string) => boolean): Engine {
  const right = engine("native");
  return {
    name: "wrong",
    async run(snapshot, given) {
      const outputs = await right.run(snapshot, given);
      return new Map([...outputs].map(([name, value]) => [name, isWrong(snapshot, name) ? spoil(value) : value]));
    },
  };
}

async function find(subject: Engine) {
  return findIn(model(), inputs, subject);
}

async function findIn(snapshot: Snapshot, given: readonly NamedValue[], subject: Engine) {
  const types = inferModel(snapshot).get(snapshot.graph)!.types;
  return findFirst(subject, {
    snapshot,
    inputs: given,
    types,
    judge: engine("f64"),
    native: engine("native"),
  });
}

/** 0.35 / 0.1 is 3.5 in f32, which is rounded to 4, and less than that in double. */
function tie(): Snapshot {
  const graph = new GraphBuilder("tie");
  const x = graph.input("x", tensorType("f32", [1]));
  const [y] = graph.node("QuantizeLinear", [x, graph.weight("scale", tensorFrom("f32", [], [0.1]))]);
  graph.output(y);
  return graph.build();
}

test("whole numbers of floats are those of the model's own precision", async () => {
  const given = [{ name: "x", value: tensorFrom("f32", [1], [0.35]) }];
  expect(await findIn(tie(), given, engine("native"))).toMatchObject({ checked: 1, offender: undefined });
  const off: Engine = {
    name: "off",
    run: async ({ graph }) => new Map([[graph.outputs[0].name, tensorFrom("u8", [1], [5])]]),
  };
  expect((await findIn(tie(), given, off)).offender?.error.text).toContain("is 5, expected 4");
});

test("an engine that is right has no offender", async () => {
  expect(await find(engine("native"))).toMatchObject({ checked: 4, offender: undefined });
});

test("the first operator whose result is off is found, with what it was given", async () => {
  const { offender } = await find(wrong((_, name) => name === "relu_out"));
  expect(offender).toMatchObject({ node: { name: "relu" }, output: "relu_out", isFused: false });
  expect(offender?.error).toMatchObject({ wrong: 1, total: 16 });
  expect(offender?.inputs.map(({ name }) => name)).toEqual(["product"]);
});

test("an operator that is off only where it is computed together with its neighbours is found by cutting the model", async () => {
  // As a fused kernel of Relu and Add would be: right as soon as the value between them is kept.
  const isFused = ({ graph }: Snapshot): boolean =>
    graph.nodes.some(({ name }) => name === "add") && graph.outputs.every(({ name }) => name !== "relu_out");
  const { offender, checked } = await find(
    wrong((snapshot, name) => isFused(snapshot) && (name === "sum" || name === "y")),
  );
  expect(checked).toBe(4);
  expect(offender).toMatchObject({ node: { name: "add" }, output: "sum", isFused: true });
});
