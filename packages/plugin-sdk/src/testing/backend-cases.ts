import {
  GraphBuilder,
  type NamedValue,
  type SequenceValue,
  type Snapshot,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
  type Value,
} from "@hodu/core";

/** A small graph, what to give it, and what must come out. */
export interface BackendCase {
  /** Completes "runs". */
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly inputs: readonly NamedValue[];
  readonly expected: readonly Value[];
  /** Not a bit may change: -0 stays -0. */
  readonly isMove: boolean;
}

type Build = (graph: GraphBuilder) => void;

function snapshotOf(name: string, build: Build): Snapshot {
  const graph = new GraphBuilder(name);
  build(graph);
  return graph.build();
}

function named(values: Readonly<Record<string, Value>>): readonly NamedValue[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** One node over inputs of the types of these values. */
function oneNode(op: string, inputs: Readonly<Record<string, Tensor>>, expected: Tensor): BackendCase {
  return {
    name: `${op} on ${expected.dtype}[${expected.shape.join(", ")}]`,
    snapshot: snapshotOf(op, (graph) => {
      const names = Object.entries(inputs).map(([name, { dtype, shape }]) =>
        graph.input(name, tensorType(dtype, shape)),
      );
      for (const output of graph.node(op, names)) graph.output(output);
    }),
    inputs: named(inputs),
    expected: [expected],
    isMove: false,
  };
}

function identity(value: Tensor): BackendCase {
  return { ...oneNode("Identity", { x: value }, value), isMove: true };
}

const f32 = (shape: readonly number[], values: readonly number[]): Tensor => tensorFrom("f32", shape, values);

/** x + y + z, where z has the default [10, 20]. */
export function sumGraph(): Snapshot {
  return snapshotOf("sum", (graph) => {
    const x = graph.input("x", tensorType("f32", [symbolDim("n"), 2]));
    const y = graph.input("y", tensorType("f32", [symbolDim("n"), 2]));
    const z = graph.input("z", tensorType("f32", [2]), f32([2], [10, 20]));
    const [xy] = graph.node("Add", [x, y]);
    const [xyz] = graph.node("Add", [xy, z]);
    graph.output(xy);
    graph.output(xyz);
  });
}

/** x times a weight of 2 by 3. */
export function productGraph(): Snapshot {
  return snapshotOf("product", (graph) => {
    const x = graph.input("x", tensorType("f32", [symbolDim("n"), 2]));
    const [y] = graph.node("MatMul", [x, graph.weight("w", f32([2, 3], [1, 2, 3, 4, 5, 6]))]);
    graph.output(y);
  });
}

/** The input, the weight, the weight again, and the input turned: what a backend may have nothing to compute for. */
export function viewsGraph(): Snapshot {
  return snapshotOf("views", (graph) => {
    const x = graph.input("x", tensorType("f32", [2, 2]));
    const w = graph.weight("w", f32([2], [5, 6]));
    for (const name of [x, w, w]) graph.output(graph.node("Identity", [name])[0]);
    graph.output(graph.node("Transpose", [x])[0]);
  });
}

export const productInputs = named({ x: f32([2, 2], [1, 0, 1, -1]) });
export const productResult = f32([2, 3], [1, 2, 3, -3, -3, -3]);

/** A Loop of 2^62 trips, each of which adds a value to itself. */
export function endlessGraph(): Snapshot {
  return snapshotOf("endless", (graph) => {
    const trips = graph.weight("trips", tensorFrom("i64", [], [2n ** 62n]));
    const body = graph.subgraph("body");
    body.input("i", tensorType("i64", []));
    const [kept] = body.node("Identity", [body.input("condition", tensorType("bool", []))]);
    const value = body.input("value", tensorType("f32", [1]));
    const [next] = body.node("Add", [value, value]);
    body.output(kept);
    body.output(next);
    const x = graph.input("x", tensorType("f32", [1]));
    const [last] = graph.node("Loop", [trips, "", x], { body: body.graph() });
    graph.output(last);
  });
}

export const endlessInputs = named({ x: f32([1], [0]) });

/** Random numbers without a seed of their own. */
export function randomGraph(): Snapshot {
  return snapshotOf("random", (graph) => {
    const [y] = graph.node("RandomUniform", [], { shape: [4n] });
    graph.output(y);
  });
}

function branches(): Snapshot {
  return snapshotOf("branches", (graph) => {
    const condition = graph.input("condition", tensorType("bool", []));
    const x = graph.input("x", tensorType("f32", [2]));
    const yes = graph.subgraph("yes");
    const [doubled] = yes.node("Add", [x, x]);
    yes.output(doubled);
    const no = graph.subgraph("no");
    const [negated] = no.node("Neg", [x]);
    no.output(negated);
    const [y] = graph.node("If", [condition], { then_branch: yes.graph(), else_branch: no.graph() });
    graph.output(y);
  });
}

function sequences(): Snapshot {
  return snapshotOf("sequences", (graph) => {
    const x = graph.input("x", tensorType("f32", [2]));
    const y = graph.input("y", tensorType("f32", [2]));
    const [both] = graph.node("SequenceConstruct", [x, y]);
    graph.output(both);
  });
}

const hugeInts = [9_007_199_254_740_993n, -(2n ** 63n), 2n ** 63n - 1n];

/** Graphs that try what a process between caller and backend could break: every kind of element, value and structure. */
export function backendCases(): readonly BackendCase[] {
  const sequence: SequenceValue = {
    kind: "sequence",
    element: tensorType("f32", [2]),
    items: [f32([2], [1, 2]), f32([2], [3, 4])],
  };
  const x = f32([2], [1, -2]);
  return [
    {
      name: "a sum with a default input and two outputs",
      snapshot: sumGraph(),
      inputs: named({ x: f32([1, 2], [1, 2]), y: f32([1, 2], [3, 4]) }),
      expected: [f32([1, 2], [4, 6]), f32([1, 2], [14, 26])],
      isMove: false,
    },
    {
      name: "a product with a weight",
      snapshot: productGraph(),
      inputs: productInputs,
      expected: [productResult],
      isMove: false,
    },
    oneNode("Add", { x: f32([2, 1], [1, 2]), y: f32([2], [10, 20]) }, f32([2, 2], [11, 21, 12, 22])),
    oneNode(
      "Add",
      { x: tensorFrom("i64", [1], [2n ** 53n]), y: tensorFrom("i64", [1], [1n]) },
      tensorFrom("i64", [1], [2n ** 53n + 1n]),
    ),
    identity(f32([5], [-0, Number.NaN, Infinity, -Infinity, 1e-45])),
    identity(tensorFrom("f64", [4], [-0, Number.NaN, Infinity, 5e-324])),
    identity(tensorOf("f16", [3], Uint16Array.of(0x8000, 0x7c00, 0x0001))),
    identity(tensorOf("bf16", [3], Uint16Array.of(0x8000, 0x7f80, 0x0001))),
    identity(tensorFrom("i64", [3], hugeInts)),
    identity(tensorFrom("u64", [2], [0n, 2n ** 64n - 1n])),
    identity(tensorFrom("i4", [3], [-8, 7, 0])),
    identity(tensorFrom("u8", [2, 2], [0, 1, 254, 255])),
    identity(tensorFrom("bool", [3], [true, false, true])),
    identity(tensorFrom("c64", [1], [1.5, -0])),
    identity(tensorFrom("string", [4], ["", "a\0b", "한국어", "🙂\n"])),
    identity(f32([], [7])),
    identity(f32([0, 3], [])),
    identity(
      tensorOf(
        "f32",
        [1000],
        Float32Array.from({ length: 1000 }, (_, i) => i / 7),
      ),
    ),
    {
      name: "the first branch of an If, which sees the values around it",
      snapshot: branches(),
      inputs: named({ condition: tensorFrom("bool", [], [true]), x }),
      expected: [f32([2], [2, -4])],
      isMove: false,
    },
    {
      name: "the other branch of an If",
      snapshot: branches(),
      inputs: named({ condition: tensorFrom("bool", [], [false]), x }),
      expected: [f32([2], [-1, 2])],
      isMove: false,
    },
    {
      name: "a graph that gives a sequence",
      snapshot: sequences(),
      inputs: named({ x: sequence.items[0], y: sequence.items[1] }),
      expected: [sequence],
      isMove: false,
    },
  ];
}
