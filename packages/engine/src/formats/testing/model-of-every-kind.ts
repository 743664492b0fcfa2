import {
  type Attribute,
  GraphBuilder,
  type Snapshot,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
} from "@hodu/core";

/** A tensor of so many f32, large enough to lie in the file. */
export function largeTensor(count: number, first = 0): Tensor {
  return tensorOf(
    "f32",
    [count],
    Float32Array.from({ length: count }, (_, i) => first + i),
  );
}

/** A model that is not verified: large and small weights, the same in two places, in a subgraph, a default, each kind of attribute and type. */
export function modelOfEveryKind(): Snapshot {
  const builder = new GraphBuilder("every kind");
  const x = builder.input("x", tensorType("f32", [symbolDim("n"), 2000]));
  builder.input("scale", tensorType("f32", []), tensorFrom("f32", [], [2]));
  const branch = builder.subgraph("branch");
  branch.output(branch.node("Add", [x, branch.weight("inner", largeTensor(2000, 5))])[0]);
  const [sum] = builder.node("Add", [x, builder.weight("large", largeTensor(2000))]);
  const shape = builder.weight("shape", tensorFrom("i64", [2], [-1, 100]));
  builder.weight("nothing", tensorFrom("f32", [0, 3], []));
  builder.weight(
    "packed",
    tensorFrom(
      "i4",
      [9001],
      Array.from({ length: 9001 }, (_, i) => (i % 16) - 8),
    ),
  );
  builder.output(builder.node("Reshape", [sum, shape])[0]);
  const built = builder.build();
  const [add, reshape] = built.graph.nodes;
  const attributes = attributesOfEveryKind({ kind: "graph", value: branch.graph() });
  const large = built.graph.weights.find(({ name }) => name === "large")!;
  return {
    ...built,
    graph: {
      ...built.graph,
      weights: [...built.graph.weights, { ...large, name: "tied" }],
      nodes: [add, { ...reshape, attributes: attributes.map((value, i) => ({ name: `a${i}`, value })) }],
      values: [
        { name: sum, type: { kind: "sequence", element: tensorType("string") } },
        { name: "?", type: undefined },
      ],
    },
    metadata: [
      ["author", "somebody"],
      ["__proto__", "1"],
      ["author", "twice"],
    ],
    producer: "a test 1.0",
  };
}

function attributesOfEveryKind(graph: Attribute): readonly Attribute[] {
  return [
    graph,
    { kind: "float", value: Number.NaN },
    { kind: "int", value: -(2n ** 63n) },
    { kind: "string", value: "é\u0000\u{1f600}" },
    { kind: "tensor", value: tensorOf("string", [2], ["", "ab"]) },
    { kind: "type", value: { kind: "map", key: "i64", element: tensorType("bf16") } },
    { kind: "floats", value: [-0, Number.POSITIVE_INFINITY, 1 / 3] },
    { kind: "ints", value: [1n, 2n ** 63n - 1n] },
    { kind: "strings", value: ["a", ""] },
    { kind: "tensors", value: [tensorFrom("u2", [3], [1, 2, 3]), tensorFrom("c128", [1], [1, -2])] },
  ];
}
