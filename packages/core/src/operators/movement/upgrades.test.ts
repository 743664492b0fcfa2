import { Evaluator } from "../../evaluate/evaluate.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import type { Attribute, Graph, NamedAttribute, Node } from "../../snapshot/types.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue } from "../../tensors/values.ts";
import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from "../edit-node.ts";
import { operatorOf } from "../lookup.ts";
import type { RewriteContext } from "../operator.ts";
import { upgradeModel } from "../upgrade.ts";
import { describe, expect, it } from "vitest";

interface Legacy {
  readonly op: string;
  readonly opset: number;
  readonly inputs: readonly Tensor[];
  readonly attributes?: readonly NamedAttribute[];
  /** Inputs that the model holds as constants. */
  readonly constants?: readonly number[];
  readonly outputs?: number;
  /** Says nothing of the shapes of inputs. */
  readonly shapeless?: boolean;
}

function upgraded(legacy: Legacy): Graph {
  const { op, opset, inputs, attributes = [], constants = [], outputs = 1 } = legacy;
  const nodes: Node[] = constants.map((i) => ({
    op: "Constant",
    domain: "",
    name: `constant${i}`,
    inputs: [],
    outputs: [`in${i}`],
    attributes: [{ name: "value", value: { kind: "tensor", value: inputs[i] } }],
    origin: [],
  }));
  const names = Array.from({ length: outputs }, (_, i) => `out${i}`);
  nodes.push({
    op,
    domain: "",
    name: "legacy",
    inputs: inputs.map((_, i) => `in${i}`),
    outputs: names,
    attributes,
    origin: [],
  });
  const free = inputs.flatMap((input, i) => (constants.includes(i) ? [] : [{ name: `in${i}`, input }]));
  const graph: Graph = {
    name: "legacy",
    inputs: free.map(({ name, input }) => ({
      name,
      type: legacy.shapeless ? tensorType(input.dtype) : typeOfValue(input),
    })),
    outputs: names.map((name) => ({ name, type: undefined })),
    weights: [],
    nodes,
    values: [],
  };
  return upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets: new Map([["", opset]]) }).graph;
}

function run(legacy: Legacy): { shape: readonly number[]; values: number[] }[] {
  const graph = upgraded(legacy);
  const given = new Map(
    legacy.inputs.flatMap((input, i) => (legacy.constants?.includes(i) ? [] : [[`in${i}`, input] as const])),
  );
  const steps = new Evaluator(graph, new Map()).run(given, {
    wide: false,
    maxBytes: 1 << 24,
    random: mersenneTwister(1),
  });
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    return (step.value.outputs as Tensor[]).map((output) => ({ shape: output.shape, values: [...doubles(output)] }));
  }
}

const matrix = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);

describe("upgrades of data movement", () => {
  it("says Reshape-1's shape as an input", () => {
    const attributes = [intsAttribute("shape", [3, -1]), intsAttribute("consumed_inputs", [0])];
    expect(run({ op: "Reshape", opset: 1, inputs: [matrix], attributes })).toEqual([
      { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
    ]);
  });

  it("gives Concat-1 its axis", () => {
    expect(run({ op: "Concat", opset: 1, inputs: [matrix, matrix] })[0].shape).toEqual([2, 6]);
  });

  it("says Slice-1's bounds as inputs", () => {
    const attributes = [
      intsAttribute("starts", [1]),
      intsAttribute("ends", [2n ** 31n - 1n]),
      intsAttribute("axes", [1]),
    ];
    expect(run({ op: "Slice", opset: 1, inputs: [matrix], attributes })).toEqual([
      { shape: [2, 2], values: [2, 3, 5, 6] },
    ]);
  });

  it("says the axes of Squeeze-1 and Unsqueeze-1 as inputs", () => {
    const row = tensorFrom("f32", [1, 3, 1], [1, 2, 3]);
    expect(run({ op: "Squeeze", opset: 1, inputs: [row], attributes: [intsAttribute("axes", [0])] })[0].shape).toEqual([
      3, 1,
    ]);
    expect(run({ op: "Squeeze", opset: 11, inputs: [row] })[0].shape).toEqual([3]);
    expect(
      run({ op: "Unsqueeze", opset: 1, inputs: [row], attributes: [intsAttribute("axes", [0, 4])] })[0].shape,
    ).toEqual([1, 1, 3, 1, 1]);
  });

  it("renames Pad-1's paddings and gives Pad-2's value the dtype of the data", () => {
    const data = tensorFrom("f16", [2], [1, 2]);
    const attributes = [intsAttribute("paddings", [1, 1]), floatAttribute("value", 0.5)];
    expect(run({ op: "Pad", opset: 1, inputs: [data], attributes })).toEqual([
      { shape: [4], values: [0.5, 1, 2, 0.5] },
    ]);
    const edge = [intsAttribute("pads", [0, 2]), stringAttribute("mode", "edge")];
    expect(run({ op: "Pad", opset: 2, inputs: [data], attributes: edge })[0].values).toEqual([1, 2, 2, 2]);
  });

  it("splits by attribute, by input and into as many parts as there are outputs", () => {
    const data = tensorFrom("f32", [4], [1, 2, 3, 4]);
    const lengths = tensorFrom("f32", [2], [1, 3]);
    const axis = intAttribute("axis", 0);
    expect(
      run({ op: "Split", opset: 1, inputs: [data, lengths], constants: [1], attributes: [axis], outputs: 2 })[1].values,
    ).toEqual([2, 3, 4]);
    expect(
      run({ op: "Split", opset: 2, inputs: [data], attributes: [intsAttribute("split", [3, 1])], outputs: 2 })[1]
        .values,
    ).toEqual([4]);
    expect(run({ op: "Split", opset: 13, inputs: [data], outputs: 2 })[1].values).toEqual([3, 4]);
  });

  it("repeats along the one axis of Tile-1", () => {
    const inputs = [matrix, tensorFrom("f32", [], [2]), tensorFrom("f32", [], [1])];
    expect(run({ op: "Tile", opset: 1, inputs, constants: [2] })).toEqual([
      { shape: [2, 6], values: [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6] },
    ]);
    expect(() => upgraded({ op: "Tile", opset: 1, inputs, shapeless: true })).toThrow(/must be known/);
  });

  it("says TopK-1's k as an input", () => {
    const attributes = [intAttribute("k", 1), intAttribute("axis", 1)];
    expect(run({ op: "TopK", opset: 1, inputs: [matrix], attributes, outputs: 2 })).toEqual([
      { shape: [2, 1], values: [3, 6] },
      { shape: [2, 1], values: [2, 2] },
    ]);
  });

  it("takes negative indices of OneHot-9 for ones that are out of range", () => {
    const inputs = [tensorFrom("i64", [3], [-1, 0, 2]), tensorFrom("f32", [1], [2]), tensorFrom("i32", [2], [0, 1])];
    expect(run({ op: "OneHot", opset: 9, inputs })).toEqual([{ shape: [3, 2], values: [0, 0, 1, 0, 0, 0] }]);
    expect(run({ op: "OneHot", opset: 11, inputs })[0].values).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it("knows Scatter by its newer name", () => {
    const inputs = [tensorFrom("f32", [3], [1, 2, 3]), tensorFrom("i64", [1], [1]), tensorFrom("f32", [1], [9])];
    expect(upgraded({ op: "Scatter", opset: 9, inputs }).nodes[0].op).toBe("ScatterElements");
    expect(run({ op: "Scatter", opset: 9, inputs })[0].values).toEqual([1, 9, 3]);
  });
});

function shown(attribute: Attribute): string {
  if (attribute.kind === "tensor") return `${attribute.value.dtype} ${doubles(attribute.value).join(",")}`;
  if (attribute.kind === "ints" || attribute.kind === "floats") return attribute.value.join(",");
  return attribute.kind === "int" || attribute.kind === "float" ? attribute.value.toString() : attribute.kind;
}

describe("downgrades of data movement", () => {
  const types = { x: tensorType("f32", [2, 3]) };
  const known = { two: tensorFrom("i64", [2], [0, -1]), k: tensorFrom("i64", [1], [1]) };

  /** The node of `op` that its version `since` has instead of the next newer version's. */
  function downgraded(op: string, since: number, inputs: readonly string[], ...attributes: NamedAttribute[]): string {
    const version = operatorOf("", op)!.versions.find((other) => other.since === since)!;
    const node: Node = { op, domain: "", name: "n", inputs, outputs: ["y"], attributes, origin: [] };
    const rewrite: RewriteContext = {
      emit: () => "emitted",
      isRead: () => true,
      constant: () => "constant",
      typeOf: (name) => types[name as keyof typeof types],
      constantOf: (name) => known[name as keyof typeof known],
      fail: (reason) => {
        throw new Error(reason);
      },
    };
    const old = version.downgrade!(node, rewrite);
    if (old === undefined) return "cannot be said";
    const named = old.attributes.map(({ name, value }) => `${name}=${shown(value)}`);
    return [...old.inputs, ...named].join(" ");
  }

  it("says constant inputs as attributes", () => {
    expect(downgraded("Squeeze", 11, ["x", "two"])).toBe("x axes=0,-1");
    expect(downgraded("Squeeze", 11, ["x", "unknown"])).toBe("cannot be said");
    expect(downgraded("Squeeze", 11, ["x"])).toBe("x");
    expect(downgraded("Slice", 1, ["x", "two", "two", "two"])).toBe("x starts=0,-1 ends=0,-1 axes=0,-1");
    expect(downgraded("Slice", 1, ["x", "two", "two", "two", "two"])).toBe("cannot be said");
    expect(downgraded("TopK", 1, ["x", "k"])).toBe("x k=1");
    expect(downgraded("Pad", 2, ["x", "two", "k"])).toBe("x value=1 pads=0,-1");
  });

  it("counts axes from the front for versions that know no other way", () => {
    expect(downgraded("Concat", 4, ["x"], intAttribute("axis", -1))).toBe("x axis=1");
    expect(downgraded("Unsqueeze", 1, ["x"], intsAttribute("axes", [-1, 0]))).toBe("x axes=3,0");
    expect(downgraded("Flatten", 9, ["unknown"], intAttribute("axis", -1))).toBe("cannot be said");
  });

  it("leaves out what old versions do anyway, and refuses what they do not", () => {
    expect(downgraded("Reshape", 13, ["x", "k"], intAttribute("allowzero", 1))).toBe("x k");
    expect(downgraded("Reshape", 13, ["x", "two"], intAttribute("allowzero", 1))).toBe("cannot be said");
    expect(downgraded("ScatterND", 16, ["x", "two", "x"], stringAttribute("reduction", "max"))).toBe("cannot be said");
    expect(downgraded("ScatterND", 13, ["x", "two", "x"], stringAttribute("reduction", "none"))).toBe("x two x");
    expect(downgraded("GatherND", 11, ["x", "two"], intAttribute("batch_dims", 1))).toBe("cannot be said");
    expect(downgraded("Split", 13, ["x"], intAttribute("num_outputs", 2))).toBe("x");
    expect(downgraded("Split", 13, ["x"], intAttribute("num_outputs", 2), intAttribute("axis", 1))).toBe(
      "cannot be said",
    );
    expect(downgraded("Pad", 18, ["x", "two"], stringAttribute("mode", "wrap"))).toBe("cannot be said");
    expect(downgraded("TopK", 10, ["x", "k"], intAttribute("largest", 0))).toBe("cannot be said");
    expect(downgraded("OneHot", 9, ["k", "k", "x"])).toBe("k k x");
    expect(downgraded("OneHot", 9, ["two", "k", "x"])).toBe("cannot be said");
  });

  it("says plain numbers of Constant as a tensor", () => {
    const node = downgraded("Constant", 11, [], intAttribute("value_int", 7));
    expect(node).toBe("value=i64 7");
  });
});
