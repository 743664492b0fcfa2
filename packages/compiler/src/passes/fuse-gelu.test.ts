import { attributeOf, GraphBuilder, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { ops, runPass } from "../testing/run-pass.ts";
import { resultDifference } from "../testing/same-results.ts";
import { fuseGelu } from "./fuse-gelu.ts";

/** Writes a graph as a tool does: `c` makes a constant, `n` a node. */
type Writer = (x: string, c: (value: number) => string, n: (op: string, ...inputs: string[]) => string) => string;

function write(writer: Writer, shape: readonly number[] = [2, 3, 4]): Snapshot {
  const g = new GraphBuilder("g");
  const x = g.node("Identity", [g.input("x", tensorType("f32", shape))])[0];
  let count = 0;
  const constant = (value: number): string => g.weight(`c${count++}`, tensorFrom("f32", [], [value]));
  g.output(writer(x, constant, (op, ...inputs) => g.node(op, inputs)[0]));
  return g.build();
}

const SQRT2 = 1.4142135381698608;
const SLOPE = 0.7978845608028654;

const ERF_FORMS: readonly (readonly [tool: string, writer: Writer])[] = [
  [
    "PyTorch: x * (1 + erf(x / sqrt 2)) * 0.5",
    (x, c, n) => n("Mul", n("Mul", x, n("Add", n("Erf", n("Div", x, c(SQRT2))), c(1))), c(0.5)),
  ],
  [
    "BERT of Google: (0.5 * (1 + erf(x / sqrt 2))) * x",
    (x, c, n) => n("Mul", n("Mul", c(0.5), n("Add", c(1), n("Erf", n("Div", x, c(SQRT2))))), x),
  ],
  [
    "Keras: 0.5 * x * (1 + erf(x / sqrt 2))",
    (x, c, n) => n("Mul", n("Mul", c(0.5), x), n("Add", c(1), n("Erf", n("Div", x, c(SQRT2))))),
  ],
  [
    "tf2onnx: x * 0.7071 and a quotient of 2",
    (x, c, n) => n("Div", n("Mul", x, n("Add", n("Erf", n("Mul", x, c(Math.SQRT1_2))), c(1))), c(2)),
  ],
];

const TANH_FORMS: readonly (readonly [tool: string, writer: Writer])[] = [
  [
    "GPT-2: 0.5 * x * (1 + tanh(c * (x + 0.044715 * pow(x, 3))))",
    (x, c, n) => {
      const inner = n("Mul", n("Add", x, n("Mul", n("Pow", x, c(3)), c(0.044715))), c(SLOPE));
      return n("Mul", n("Mul", x, c(0.5)), n("Add", n("Tanh", inner), c(1)));
    },
  ],
  [
    "gelu_fast: 0.5 * x * (1 + tanh(x * c * (1 + 0.044715 * x * x)))",
    (x, c, n) => {
      const inner = n("Mul", n("Mul", x, c(0.79788456)), n("Add", c(1), n("Mul", n("Mul", x, c(0.044715)), x)));
      return n("Mul", n("Mul", x, c(0.5)), n("Add", c(1), n("Tanh", inner)));
    },
  ],
  [
    "TensorFlow: x * x * x",
    (x, c, n) => {
      const cube = n("Mul", c(0.044715), n("Mul", n("Mul", x, x), x));
      const factor = n("Add", c(1), n("Tanh", n("Mul", c(SLOPE), n("Add", x, cube))));
      return n("Mul", x, n("Mul", c(0.5), factor));
    },
  ],
];

describe("fuse-gelu", () => {
  it.each(ERF_FORMS)("finds the form with erf as written by %s", async (_, writer) => {
    const snapshot = write(writer);
    const fused = await runPass(snapshot, fuseGelu);
    expect(ops(fused)).toEqual(["Identity", "Gelu"]);
    expect(fused.graph.weights).toEqual([]);
    expect(resultDifference(fused, snapshot)).toBeUndefined();
  });

  it.each(TANH_FORMS)("finds the form with tanh as written by %s", async (_, writer) => {
    const snapshot = write(writer);
    const fused = await runPass(snapshot, fuseGelu);
    expect(ops(fused)).toEqual(["Identity", "Gelu"]);
    expect(attributeOf(fused.graph.nodes[1], "approximate")?.value).toBe("tanh");
    expect(resultDifference(fused, snapshot)).toBeUndefined();
  });

  it("leaves what is nearly one", async () => {
    const nearly: readonly Writer[] = [
      (x, c, n) => n("Mul", n("Mul", x, n("Add", n("Erf", n("Div", x, c(1.41))), c(1))), c(0.5)),
      (x, c, n) => n("Mul", n("Mul", x, n("Add", n("Erf", n("Div", x, c(SQRT2))), c(1))), c(0.25)),
      (x, c, n) => n("Mul", n("Mul", n("Neg", x), n("Add", n("Erf", n("Div", x, c(SQRT2))), c(1))), c(0.5)),
    ];
    for (const writer of nearly) {
      const snapshot = write(writer);
      expect(await runPass(snapshot, fuseGelu)).toBe(snapshot);
    }
  });

  it("leaves one whose inner values are read elsewhere", async () => {
    const snapshot = write((x, c, n) => {
      const erf = n("Erf", n("Div", x, c(SQRT2)));
      return n("Add", n("Mul", n("Mul", x, n("Add", erf, c(1))), c(0.5)), erf);
    });
    expect(await runPass(snapshot, fuseGelu)).toBe(snapshot);
  });

  it("leaves one that a constant gives more dims", async () => {
    const g = new GraphBuilder("g");
    const x = g.node("Identity", [g.input("x", tensorType("f32", [4]))])[0];
    const [root2, one, half] = [SQRT2, 1, 0.5].map((value, i) =>
      g.weight(`c${i}`, tensorFrom("f32", i === 2 ? [1, 1] : [], [value])),
    );
    const erf = g.node("Erf", [g.node("Div", [x, root2])[0]])[0];
    g.output(g.node("Mul", [g.node("Mul", [x, g.node("Add", [erf, one])[0]])[0], half])[0]);
    const snapshot = g.build();
    expect(await runPass(snapshot, fuseGelu)).toBe(snapshot);
  });
});
