import { describe, expect, it } from "vitest";
import { Evaluator } from "../evaluate/evaluate.ts";
import type { HoduError } from "../errors/hodu-error.ts";
import { mersenneTwister } from "../random/mt19937.ts";
import { GraphBuilder } from "../snapshot/builder.ts";
import { symbolDim } from "../snapshot/dims.ts";
import { heldWeights } from "../snapshot/held-weights.ts";
import { graphsIn } from "../snapshot/graphs.ts";
import type { Graph, Snapshot } from "../snapshot/types.ts";
import { verifySnapshot } from "../snapshot/verify.ts";
import { compareValues } from "../tensors/compare.ts";
import { tensorFrom } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { toleranceOf } from "../tensors/tolerance.ts";
import { tensorType, type Value } from "../tensors/values.ts";
import { downgradeModel } from "./downgrade.ts";
import type { PlainAttribute } from "./make-attributes.ts";
import type { Sample } from "./operator.ts";
import { sampleModel } from "./sample-model.ts";
import { OPERATORS } from "./table.ts";
import { upgradeModel } from "./upgrade.ts";

const f32 = (shape: readonly number[], ...values: number[]): Tensor => tensorFrom("f32", shape, values);
const int64s = (...values: number[]): Tensor => tensorFrom("i64", [values.length], values);

function snapshotOf(build: (graph: GraphBuilder) => void): Snapshot {
  const graph = new GraphBuilder("g");
  build(graph);
  return graph.build();
}

/** y = op(x, ...constants), x of [2, 3]. */
function oneNode(
  op: string,
  constants: readonly Tensor[] = [],
  attributes: Readonly<Record<string, PlainAttribute>> = {},
  dtype: Tensor["dtype"] = "f32",
): Snapshot {
  return snapshotOf((graph) => {
    const x = graph.input("x", tensorType(dtype, [2, 3]));
    const inputs = constants.map((value, i) => graph.weight(`c${i}`, value));
    const [y] = graph.node(op, [x, ...inputs], attributes);
    graph.output(y);
  });
}

const opsetOf = (snapshot: Snapshot): number | undefined => downgradeModel(snapshot).opsets.get("");
const opsIn = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);

function refusal(call: () => unknown): HoduError {
  try {
    call();
  } catch (error) {
    return error as HoduError;
  }
  throw new Error("it was not refused");
}

describe("downgradeModel", () => {
  it("states the lowest opset that holds all nodes, and none below 7 unasked", () => {
    expect(opsetOf(oneNode("Neg"))).toBe(7);
    expect(opsetOf(oneNode("Gelu"))).toBe(20);
    expect(opsetOf(oneNode("Mish"))).toBe(18);
    const both = snapshotOf((graph) => {
      const [a] = graph.node("Gelu", [graph.input("x", tensorType("f32", [2]))]);
      const [y] = graph.node("Relu", [a]);
      graph.output(y);
    });
    expect(opsetOf(both)).toBe(20);
  });

  it("looks at the types of what a node reads and gives", () => {
    expect(opsetOf(oneNode("Neg", [], {}, "bf16"))).toBe(13);
    expect(opsetOf(oneNode("Relu", [], {}, "i32"))).toBe(14);
    expect(opsetOf(oneNode("Cast", [], { to: 16n }))).toBe(13);
    expect(opsetOf(oneNode("Cast", [], { to: 22n }))).toBe(21);
  });

  it("writes constant inputs as the attributes that they were, and drops the constants", () => {
    const model = downgradeModel(oneNode("ReduceMean", [int64s(1)], { keepdims: 0 }));
    expect(model.opsets.get("")).toBe(7);
    expect(model.graph.weights).toEqual([]);
    const [node] = model.graph.nodes;
    expect(node.inputs).toEqual(["x"]);
    expect(node.attributes).toContainEqual({ name: "axes", value: { kind: "ints", value: [1n] } });
  });

  it("drops the nodes that only made such a constant, and none that something else reads or nothing ever read", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [2, 3]));
      const [axes] = graph.node("Constant", [], { value: int64s(1) }, { outputs: ["axes"] });
      const [shared] = graph.node("Constant", [], { value: int64s(0) }, { outputs: ["shared"] });
      graph.node("Neg", [x], {}, { outputs: ["unread"] });
      graph.weight("spare", f32([1], 1));
      const [a] = graph.node("ReduceSum", [x, axes], { keepdims: 0 });
      const [b] = graph.node("ReduceSum", [a, shared]);
      graph.output(b);
      graph.output(shared);
    });
    const { graph } = downgradeModel(snapshot);
    expect(opsIn(graph)).toEqual(["Constant", "Neg", "ReduceSum", "ReduceSum"]);
    expect(graph.nodes[0].outputs).toEqual(["shared"]);
    expect(graph.weights.map(({ name }) => name)).toEqual(["spare"]);
  });

  it("asks for no opset that only the nodes want that it drops", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [2, 3]));
      const [zero, one] = [0n, 1n].map((value, i) => graph.weight(`c${i}`, tensorFrom("i64", [], [value])));
      const [rank] = graph.node("Size", [graph.node("Shape", [x])[0]]);
      const [axes] = graph.node("Range", [zero, rank, one]);
      graph.output(graph.node("ReduceMean", [x, axes])[0]);
    });
    const { graph, opsets } = downgradeModel(snapshot);
    expect([opsIn(graph), opsets.get("")]).toEqual([["ReduceMean"], 7]);
  });

  it("keeps a node in a version that takes what is no constant", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [2, 3]));
      const axes = graph.input("axes", tensorType("i64", [1]));
      const [y] = graph.node("ReduceMean", [x, axes]);
      graph.output(y);
    });
    expect(opsetOf(snapshot)).toBe(18);
  });

  it("adds the constants that an old version wants as weights", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [2, 3]));
      const [y] = graph.node("Gemm", [x, graph.weight("w", f32([3, 1], 1, 2, 3))]);
      graph.output(y);
    });
    const model = downgradeModel(snapshot);
    expect(model.opsets.get("")).toBe(7);
    const made = model.graph.weights.find(({ name }) => name !== "w")!;
    expect(model.graph.nodes[0].inputs).toEqual(["x", "w", made.name]);
    expect(heldWeights(model.stores)(made)).toEqual(f32([1], 0));
  });

  it("writes the bodies of control flow as well", () => {
    const snapshot = snapshotOf((graph) => {
      const condition = graph.input("condition", tensorType("bool", []));
      const x = graph.input("x", tensorType("f32", [2, 3]));
      const axes = graph.weight("axes", int64s(1));
      const branch = (name: string, op: string): Graph => {
        const inner = graph.subgraph(name);
        const [y] = inner.node(op, [x, axes]);
        inner.output(y, tensorType("f32", [2, 1]));
        return inner.graph();
      };
      const branches = { then_branch: branch("yes", "ReduceSum"), else_branch: branch("no", "ReduceMax") };
      const [y] = graph.node("If", [condition], branches);
      graph.output(y);
    });
    const model = downgradeModel(snapshot);
    expect(model.opsets.get("")).toBe(7);
    expect(model.graph.weights).toEqual([]);
    const inner = [...graphsIn(model.graph)].slice(1);
    expect(inner.map(({ nodes }) => nodes[0].inputs)).toEqual([["x"], ["x"]]);
  });

  it("gives outputs whose types were left open the inferred ones", () => {
    expect(downgradeModel(oneNode("Neg")).graph.outputs[0].type).toEqual(tensorType("f32", [2, 3]));
  });

  it("writes in the opset that is asked for, newer or older than the lowest", () => {
    const snapshot = oneNode("ReduceMean", [int64s(-1)]);
    const [newer, older] = [20, 6].map((opset) => downgradeModel(snapshot, { opset }));
    expect(newer.opsets.get("")).toBe(20);
    expect(newer.graph.nodes[0].inputs).toEqual(["x", "c0"]);
    expect(older.opsets.get("")).toBe(6);
    expect(older.graph.nodes[0].attributes).toContainEqual({ name: "axes", value: { kind: "ints", value: [1n] } });
  });

  it("refuses an opset that cannot say some nodes, with all of them and the opset that can", () => {
    const snapshot = snapshotOf((graph) => {
      let x = graph.input("x", tensorType("f32", [2]));
      for (const op of ["Gelu", "Mish", "Mish", "Neg"]) [x] = graph.node(op, [x]);
      graph.output(x);
    });
    const error = refusal(() => downgradeModel(snapshot, { opset: 11 }));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toBe(
      'Cannot save the model in opset 11: found nodes that it cannot say:\n  Gelu "Gelu_0", there from opset 20 on\n  Mish "Mish_1", "Mish_2", there from opset 18 on',
    );
    expect(error.hint).toContain("--opset 20");
  });

  it("turns constants into weights where no version of Constant has their dtype", () => {
    const constant = (value: Tensor): Snapshot =>
      snapshotOf((graph) => graph.output(graph.node("Constant", [], { value }, { outputs: ["c"] })[0]));
    const integers = constant(int64s(1));
    expect(opsetOf(integers)).toBe(9);
    expect(opsIn(downgradeModel(integers).graph)).toEqual(["Constant"]);
    for (const [snapshot, options] of [
      [integers, { opset: 7 }],
      [constant(tensorFrom("f6e2m3", [1], [1])), {}],
    ] as const) {
      const { opsets, graph } = downgradeModel(snapshot, options);
      expect([opsets.get(""), graph.nodes, graph.weights.map(({ name }) => name)]).toEqual([7, [], ["c"]]);
    }
  });

  it("refuses values of a dtype that their operator has in no opset", () => {
    const value = tensorFrom("f6e2m3", [1], [1]);
    const snapshot = snapshotOf((graph) => {
      graph.output(graph.node("ConstantOfShape", [graph.weight("s", int64s(2))], { value })[0]);
    });
    expect(() => downgradeModel(snapshot)).toThrow(
      'in any opset: found nodes that read or give a dtype that no version of their operators has:\n  ConstantOfShape "ConstantOfShape_0"',
    );
  });

  it.each([0, 29, 7.5])("refuses opset %d", (opset) => {
    expect(() => downgradeModel(oneNode("Neg"), { opset })).toThrow(`in opset ${opset}: expected 1 to 28`);
  });

  it("leaves out a version that is avoided, unless its opset is asked for", () => {
    const avoids = (node: { readonly op: string }, since: number) => node.op === "Neg" && since < 13;
    expect(downgradeModel(oneNode("Neg"), { avoids }).opsets.get("")).toBe(13);
    expect(downgradeModel(oneNode("Neg"), { avoids, opset: 9 }).opsets.get("")).toBe(9);
  });

  it("does not write a version that the standard took back", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [1, 2, 2]));
      const [scale, bias] = [graph.weight("scale", f32([2], 1, 1)), graph.weight("bias", f32([2], 0, 0))];
      const [y] = graph.node("GroupNormalization", [x, scale, bias], { num_groups: 2 });
      graph.output(y);
    });
    expect(opsetOf(snapshot)).toBe(21);
    expect(() => downgradeModel(snapshot, { opset: 18 })).toThrow("there from opset 21 on");
  });

  const trees = { n_targets: 1, nodes_modes: ["LEAF"], nodes_nodeids: [0], nodes_treeids: [0], nodes_featureids: [0] };
  const regressor = (graph: GraphBuilder, x: string): string => {
    const leaf = { nodes_values: [0], nodes_truenodeids: [0], nodes_falsenodeids: [0], target_ids: [0] };
    const target = { target_treeids: [0], target_nodeids: [0], target_weights: [1] };
    const attributes = { ...trees, ...leaf, ...target };
    return graph.node("TreeEnsembleRegressor", [x], attributes, { domain: "ai.onnx.ml" })[0];
  };

  it("states an opset of ai.onnx.ml in which an operator that ended is still there", () => {
    const snapshot = snapshotOf((graph) => {
      graph.output(regressor(graph, graph.input("x", tensorType("f32", [2, 3]))));
    });
    const { opsets } = downgradeModel(snapshot);
    expect([...opsets]).toEqual([
      ["", 7],
      ["ai.onnx.ml", 1],
    ]);
  });

  it("refuses operators that no single opset of their domain has", () => {
    const snapshot = snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [2, 3]));
      graph.output(regressor(graph, x));
      const ensemble = OPERATORS.find(({ name }) => name === "TreeEnsemble")!;
      const { attributes } = ensemble.samples!()[0];
      const plain = attributes as Readonly<Record<string, PlainAttribute>>;
      graph.output(graph.node("TreeEnsemble", [x], plain, { domain: "ai.onnx.ml" })[0]);
    });
    const error = refusal(() => downgradeModel(snapshot));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain('TreeEnsemble "TreeEnsemble_1", there from opset 5 on');
    expect(error.message).toContain('TreeEnsembleRegressor "TreeEnsembleRegressor_0", which ended with 5');
  });

  it("refuses operators of a domain that is not of the standard", () => {
    const snapshot = oneNode("Neg");
    const nodes = snapshot.graph.nodes.map((node) => ({ ...node, op: "Fused", domain: "hodu" }));
    const error = refusal(() => downgradeModel({ ...snapshot, graph: { ...snapshot.graph, nodes } }));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain('found operator "Fused" of domain "hodu"');
  });

  it("does not change the Snapshot that it is given", () => {
    const snapshot = oneNode("ReduceMean", [int64s(1)]);
    const before = structuredClone(snapshot);
    downgradeModel(snapshot);
    expect(snapshot).toEqual(before);
  });

  it("keeps to the highest version when the type of an input is not known", () => {
    const snapshot = oneNode("Neg");
    const graph = { ...snapshot.graph, inputs: [{ name: "x", type: undefined }] };
    expect(downgradeModel({ ...snapshot, graph }).opsets.get("")).toBe(13);
  });

  it("counts the axes of a shape of symbols", () => {
    const snapshot = snapshotOf((graph) => {
      const [y] = graph.node("Softmax", [graph.input("x", tensorType("f32", [symbolDim("n"), 4]))], { axis: 1 });
      graph.output(y);
    });
    expect(opsetOf(snapshot)).toBe(7);
  });
});

describe("a version that would say something else is not written", () => {
  const lateWindow = (pads: readonly number[]): Snapshot =>
    snapshotOf((graph) => {
      const x = graph.input("x", tensorType("f32", [1, 1, 2]));
      const [y] = graph.node("MaxPool", [x], { kernel_shape: [1], strides: [2], pads, ceil_mode: 1 });
      graph.output(y);
    });

  it("for a pool whose last window would start in the padding", () => {
    expect(opsetOf(lateWindow([0, 0]))).toBe(22);
    expect(opsetOf(lateWindow([1, 0]))).toBe(10);
  });

  it("for branches of If that give different shapes, or do not state them", () => {
    const choice = (no: readonly number[], type = tensorType("f32", [no.length])): Snapshot =>
      snapshotOf((graph) => {
        const branch = (
          name: string,
          values: readonly number[],
          stated = tensorType("f32", [values.length]),
        ): Graph => {
          const inner = graph.subgraph(name);
          inner.output(inner.weight(name, f32([values.length], ...values)), stated);
          return inner.graph();
        };
        const condition = graph.input("condition", tensorType("bool", []));
        const branches = { then_branch: branch("yes", [1, 2]), else_branch: branch("no", no, type) };
        graph.output(graph.node("If", [condition], branches)[0]);
      });
    expect(opsetOf(choice([3, 4]))).toBe(7);
    expect(opsetOf(choice([3]))).toBe(11);
    expect(opsetOf(choice([3, 4], tensorType("f32")))).toBe(11);
  });

  it("for a mask of Dropout that is read", () => {
    const dropout = (outputs: number): Snapshot =>
      snapshotOf((graph) => {
        const made = graph.node("Dropout", [graph.input("x", tensorType("f32", [2]))], {}, { outputs });
        for (const name of made) graph.output(name);
      });
    expect(opsetOf(dropout(1))).toBe(7);
    expect(opsetOf(dropout(2))).toBe(12);
  });

  it("for a BatchNormalization that trains", () => {
    const vectors = [1, 0, 0, 1].map((value) => f32([1], value));
    const normalization = (training_mode: number): Snapshot =>
      snapshotOf((graph) => {
        const inputs = vectors.map((value, i) => graph.weight(`c${i}`, value));
        const x = graph.input("x", tensorType("f32", [2, 1]));
        const [y] = graph.node(
          "BatchNormalization",
          [x, ...inputs],
          { training_mode },
          { outputs: training_mode === 1 ? 3 : 1 },
        );
        graph.output(y);
      });
    expect(opsetOf(normalization(0))).toBe(7);
    expect(opsetOf(normalization(1))).toBe(14);
  });

  it("for a bound or a padding that an attribute of 32 bits would round", () => {
    const bound = (value: number): Tensor => tensorFrom("f64", [], [value]);
    expect(opsetOf(oneNode("Clip", [bound(0.5)], {}, "f64"))).toBe(7);
    expect(opsetOf(oneNode("Clip", [bound(0.1)], {}, "f64"))).toBe(11);
    const pads = int64s(0, 0, 1, 1);
    expect(opsetOf(oneNode("Pad", [pads, bound(0.5)], {}, "f64"))).toBe(7);
    expect(opsetOf(oneNode("Pad", [pads, bound(0.1)], {}, "f64"))).toBe(11);
  });
});

const living = OPERATORS.filter(
  (definition) => definition.deprecated === undefined && definition.reference !== undefined,
);

async function run({ graph, stores }: Snapshot, sample: Sample): Promise<Value[]> {
  const tensorOf = heldWeights(stores);
  const weights = new Map<Graph, Map<string, Tensor>>();
  for (const inner of graphsIn(graph)) {
    weights.set(inner, new Map(inner.weights.map((weight) => [weight.name, tensorOf(weight)!])));
  }
  const given = new Map(graph.inputs.map(({ name }) => [name, sample.inputs[Number(name.slice(2))]!]));
  const options = { wide: false, maxBytes: 1 << 28, random: mersenneTwister(1) };
  const steps = new Evaluator(graph, weights).run(given, options);
  let step = steps.next();
  while (!step.done) step = steps.next(await step.value);
  return step.value.outputs;
}

describe.each(
  living.map((definition) => [`${definition.domain ?? ""} ${definition.name}`.trim(), definition] as const),
)("%s", (_name, definition) => {
  it("means the same in every opset that can say it, read back", async () => {
    for (const sample of definition.samples?.() ?? []) {
      for (const held of [false, true]) {
        const snapshot = sampleModel(definition, sample, held);
        if (snapshot === undefined) continue;
        const expected = await run(snapshot, sample);
        const lowest = downgradeModel(snapshot).opsets.get("")!;
        const known = definition.versions.map(({ since }) => since).filter((since) => since >= lowest);
        for (const opset of definition.domain === undefined ? new Set([lowest, ...known, 28]) : [lowest]) {
          const read = upgradeModel(downgradeModel(snapshot, { opset }));
          verifySnapshot(read);
          const found = await run(read, sample);
          expected.forEach((value, i) => {
            const tolerance = toleranceOf(definition.accuracy, value.kind === "tensor" ? value.dtype : "f32");
            expect(compareValues(found[i], value, tolerance), `opset ${opset}, output ${i}`).toBeUndefined();
          });
        }
      }
    }
  });
});
