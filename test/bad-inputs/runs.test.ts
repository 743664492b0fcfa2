/** Rows 70 to 76 and 80 of the list of inputs that must be refused: models that show only when they run, through the command. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  type AttributeInit,
  type GraphInit,
  graphAttribute,
  int64s,
  intAttribute,
  intsAttribute,
  node,
  type NodeInit,
  oneNode,
  value,
} from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { f32, full, i32, i64, type NodeRun, shaped, u64, Workshop } from "./command.ts";

const workshop = new Workshop();

const text = (name: string, s: string): AttributeInit => ({ name, type: 3, s: new TextEncoder().encode(s) });
const on = { name: "on", dims: [], dataType: 9, rawData: Uint8Array.of(1) };

describe("row 70: graphs inside graphs", () => {
  /** The graph of a level, which holds the next one in a node. */
  type Level = (depth: number, inner: GraphInit | undefined) => GraphInit;

  const ifs: Level = (depth, inner) => {
    const branch = (name: string): GraphInit => ({
      name,
      output: [value(`${name}${depth}`)],
      node: [node("Neg", ["x"], [`${name}${depth}`])],
    });
    const branches = [graphAttribute("then_branch", inner ?? branch("t")), graphAttribute("else_branch", branch("e"))];
    return { name: `l${depth}`, output: [value(`z${depth}`)], node: [node("If", ["on"], [`z${depth}`], branches)] };
  };
  const loops: Level = (depth, inner) => {
    const [result, nodes]: [string, NodeInit[]] =
      inner === undefined
        ? [`r${depth}`, [node("Neg", [`s${depth}`], [`r${depth}`])]]
        : [inner.output![0].name!, [...inner.node!] as NodeInit[]];
    const body: GraphInit = {
      name: `b${depth}`,
      input: [value(`i${depth}`, [], 7), value(`go${depth}`, [], 9), value(`s${depth}`)],
      output: [value(`more${depth}`, [], 9), value(result)],
      node: [node("Identity", [`go${depth}`], [`more${depth}`]), ...nodes],
    };
    return {
      name: `l${depth}`,
      output: [value(`z${depth}`)],
      node: [node("Loop", ["one", "on", "x"], [`z${depth}`], [graphAttribute("body", body)])],
    };
  };
  const scans: Level = (depth, inner) => {
    const [result, nodes]: [string, NodeInit[]] =
      inner === undefined
        ? [`r${depth}`, [node("Neg", [`s${depth}`], [`r${depth}`])]]
        : [inner.output![0].name!, [...inner.node!] as NodeInit[]];
    const body: GraphInit = {
      name: `b${depth}`,
      input: [value(`s${depth}`), value(`e${depth}`, [])],
      output: [value(result)],
      node: nodes,
    };
    const attributes = [graphAttribute("body", body), intAttribute("num_scan_inputs", 1)];
    return {
      name: `l${depth}`,
      output: [value(`z${depth}`)],
      node: [node("Scan", ["x", "x"], [`z${depth}`], attributes)],
    };
  };

  const nested = (level: Level, depth: number): string => {
    let graph: GraphInit | undefined;
    for (let i = depth; i > 0; i--) graph = level(i, graph);
    return workshop.model({ ...graph!, input: [value("x", [1])], initializer: [on, int64s("one", [], [1])] });
  };

  test.each([
    ["If", ifs],
    ["Loop", loops],
    ["Scan", scans],
  ] as const)("20 levels of %s run, 40 and 400 are refused", async (_, level) => {
    const { status, stdout } = await workshop.within(["run", nested(level, 20), "-i", "x=-"], { input: "[3]" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("[-3]") });
    for (const depth of [40, 400]) await workshop.expectRejectedModel(nested(level, depth), "nested");
  });
});

describe("row 72: results that no machine can hold are refused before memory is taken", () => {
  const huge = 2 ** 50;
  const size = (value: number) => i64(value);
  const cases: Readonly<Record<string, NodeRun>> = {
    "ConstantOfShape of 2^50": { op: "ConstantOfShape", inputs: { x: size(huge) } },
    "ConstantOfShape of 2^62 x 2^62": { op: "ConstantOfShape", inputs: { x: i64(2 ** 62, 2 ** 62) } },
    "ConstantOfShape of 0 x 2^62": { op: "ConstantOfShape", inputs: { x: i64(0, 2 ** 62) } },
    "Pad by 2^61": { op: "Pad", inputs: { x: f32(1), p: i64(0, 2 ** 61) } },
    "Pad by 2^61 at both ends": { op: "Pad", inputs: { x: f32(1), p: i64(2 ** 61, 2 ** 61) } },
    "Resize by 1e9": { op: "Resize", inputs: { x: full([1, 1, 4, 4]), r: f32(), s: f32(1, 1, 1e9, 1e9) } },
    "Resize by 1e30": { op: "Resize", inputs: { x: f32(1), r: f32(), s: f32(1e30) } },
    "Tile of 2^50": { op: "Tile", inputs: { x: f32(1), r: size(huge) } },
    "Expand to 2^50": { op: "Expand", inputs: { x: f32(1), s: size(huge) } },
    "Range of 2^50": {
      op: "Range",
      inputs: { a: shaped([], i64(0)), b: shaped([], size(huge)), c: shaped([], i64(1)) },
      outputs: [7],
    },
    "Range with steps of 1e-300": {
      op: "Range",
      inputs: { a: shaped([], f32(0)), b: shaped([], f32(1)), c: shaped([], f32(1e-38)) },
    },
    "OneHot of 2^50": { op: "OneHot", inputs: { i: i64(1), d: shaped([], size(huge)), v: f32(0, 1) } },
    "RandomNormal of 2^50": {
      op: "RandomNormal",
      inputs: {},
      attributes: [intsAttribute("shape", [2 ** 25, 2 ** 25])],
    },
    "HannWindow of 2^50": { op: "HannWindow", inputs: { s: shaped([], size(huge)) } },
    "MelWeightMatrix of 2^50": {
      op: "MelWeightMatrix",
      inputs: {
        a: shaped([], size(huge)),
        b: shaped([], i64(8)),
        c: shaped([], i64(8000)),
        d: shaped([], f32(0)),
        e: shaped([], f32(4000)),
      },
    },
    "DFT of 2^50": { op: "DFT", inputs: { x: full([1, 4, 1]), n: shaped([], size(huge)) } },
    "Multinomial of 2^50": {
      op: "Multinomial",
      inputs: { x: full([1, 3]) },
      attributes: [intAttribute("sample_size", huge)],
      outputs: [6],
    },
    "Col2Im to 2^50": { op: "Col2Im", inputs: { x: full([1, 1, 1]), s: i64(2 ** 25, 2 ** 25), k: i64(1, 1) } },
    "MaxUnpool to 2^50": {
      op: "MaxUnpool",
      inputs: { x: full([1, 1, 1, 1]), i: full([1, 1, 1, 1], 0, "i64"), s: i64(1, 1, 2 ** 25, 2 ** 25) },
      attributes: [intsAttribute("kernel_shape", [1, 1])],
    },
    "AffineGrid of 2^50": { op: "AffineGrid", inputs: { t: full([1, 2, 3]), s: i64(1, 1, 2 ** 25, 2 ** 25) } },
    "CenterCropPad to 2^50": { op: "CenterCropPad", inputs: { x: f32(1), s: size(huge) } },
    "ConvTranspose with strides of 2^40": {
      op: "ConvTranspose",
      inputs: { x: full([1, 1, 4, 4]), w: full([1, 1, 2, 2]) },
      attributes: [intsAttribute("strides", [2 ** 40, 2 ** 40])],
    },
    "RoiAlign to 2^25 x 2^25": {
      op: "RoiAlign",
      inputs: { x: full([1, 1, 2, 2]), r: full([1, 4]), b: i64(0) },
      attributes: [intAttribute("output_height", 2 ** 25), intAttribute("output_width", 2 ** 25)],
    },
    "an outer product of 2^30 in Einsum": {
      op: "Einsum",
      inputs: { a: full([1024]), b: full([1024]), c: full([1024]), d: full([1024]) },
      attributes: [text("equation", "a,b,c,d->abcd")],
    },
  };

  test.each(Object.entries(cases))("%s", async (_, tested) => {
    await workshop.expectRejectedRun(tested, /MEMORY_LIMIT|more than 2\^53|it needs [\d.]+ [\w ]+ more|expected|must/);
  });

  test("a text that doubles in every round of a Loop ends at the limit", async () => {
    const body: GraphInit = {
      name: "body",
      input: [value("i", [], 7), value("go", [], 9), value("s")],
      output: [value("more", [], 9), value("t", ["m"])],
      node: [node("Identity", ["go"], ["more"]), node("Concat", ["s", "s"], ["t"], [intAttribute("axis", 0)])],
    };
    const path = workshop.model({
      name: "g",
      input: [value("x")],
      output: [value("y", ["m"])],
      initializer: [on, int64s("trips", [], [2 ** 62])],
      node: [node("Loop", ["trips", "on", "x"], ["y"], [graphAttribute("body", body)])],
    });
    const options = { input: "[1, 2]", env: { HODU_MAX_MEMORY: "32" } };
    await workshop.expectRefused(65, /Concat.*expected at most 32/, ["run", path, "-i", "x=-"], options);
  });

  test("HODU_MAX_MEMORY is kept to", async () => {
    const { path } = workshop.nodeModel({ op: "Tile", inputs: { x: f32(1), r: i64(1) } });
    const input = '{"tensors":{"x":{"dtype":"f32","data":[1]},"r":{"dtype":"i64","data":[1000000]}}}';
    const run = ["run", path, "-q", "-i", "-"];
    await workshop.expectRefused(65, "expected at most", run, { input, env: { HODU_MAX_MEMORY: "1" } });
    await workshop.expectRefused(65, "expected at most", run, { input, env: { HODU_MAX_MEMORY: "0.001" } });
    expect((await workshop.within(run, { input, env: { HODU_MAX_MEMORY: "16" } })).status).toBe(0);
  });
});

describe("row 73: indices out of range read nothing", () => {
  const nd = shaped([1, 1], i64(2));
  const cases: Readonly<Record<string, NodeRun>> = {
    "Gather, too large": { op: "Gather", inputs: { x: f32(1, 2), i: i64(2) } },
    "Gather, too small": { op: "Gather", inputs: { x: f32(1, 2), i: i64(-3) } },
    "Gather, 2^62": { op: "Gather", inputs: { x: f32(1, 2), i: i64(2 ** 62) } },
    "Gather from nothing": { op: "Gather", inputs: { x: f32(), i: i64(0) } },
    GatherElements: { op: "GatherElements", inputs: { x: f32(1, 2), i: i64(2) } },
    GatherND: { op: "GatherND", inputs: { x: f32(1, 2), i: nd } },
    ScatterElements: { op: "ScatterElements", inputs: { x: f32(1, 2), i: i64(2), u: f32(9) } },
    "ScatterElements, too small": { op: "ScatterElements", inputs: { x: f32(1, 2), i: i64(-3), u: f32(9) } },
    ScatterND: { op: "ScatterND", inputs: { x: f32(1, 2), i: nd, u: f32(9) } },
    ArrayFeatureExtractor: { op: "ArrayFeatureExtractor", domain: "ai.onnx.ml", inputs: { x: f32(1, 2), i: i64(2) } },
    "TopK of more than there are": { op: "TopK", inputs: { x: f32(1, 2), k: i64(3) }, outputs: [1, 7] },
    "Split into more than there is": { op: "Split", inputs: { x: f32(1, 2), s: i64(1, 5) }, outputs: [1, 1] },
    MaxUnpool: {
      op: "MaxUnpool",
      inputs: { x: full([1, 1, 1, 1]), i: full([1, 1, 1, 1], 99, "i64") },
      attributes: [intsAttribute("kernel_shape", [2, 2])],
    },
    "RoiAlign, a batch that is not there": {
      op: "RoiAlign",
      inputs: { x: full([1, 1, 2, 2]), r: full([1, 4]), b: i64(7) },
    },
    NegativeLogLikelihoodLoss: {
      op: "NegativeLogLikelihoodLoss",
      inputs: { x: full([1, 2]), t: i64(5) },
      attributes: [text("reduction", "mean")],
    },
    ReverseSequence: { op: "ReverseSequence", inputs: { x: full([2, 2]), l: i64(1, 9) } },
    Reshape: { op: "Reshape", inputs: { x: f32(1, 2), s: i64(3) } },
  };
  test.each(Object.entries(cases))("%s", async (_, tested) => {
    await workshop.expectRejectedRun(tested, new RegExp(tested.op));
  });
});

describe("row 74: integer division without an answer", () => {
  test.each([
    ["Div of i32 by 0", { op: "Div", inputs: { x: i32(1), d: i32(0) }, outputs: [6] }],
    ["Div of i64 by 0", { op: "Div", inputs: { x: i64(1), d: i64(0) }, outputs: [7] }],
    ["Mod of i32 by 0", { op: "Mod", inputs: { x: i32(1), d: i32(0) }, outputs: [6] }],
    ["Mod of i64 by 0", { op: "Mod", inputs: { x: i64(1), d: i64(0) }, outputs: [7] }],
  ] as const)("%s is refused", async (_, tested) => {
    await workshop.expectRejectedRun(tested, /an integer is divided by 0/);
  });

  test("the least integer by -1 has no quotient, and leaves nothing", async () => {
    const least = { i32: i32(-(2 ** 31)), i64: i64(-(2n ** 63n)) };
    const [one32, one64] = [i32(-1), i64(-1)];
    await workshop.expectRejectedRun({ op: "Div", inputs: { x: least.i32, d: one32 }, outputs: [6] }, "is not in i32");
    await workshop.expectRejectedRun({ op: "Div", inputs: { x: least.i64, d: one64 }, outputs: [7] }, "is not in i64");
    expect(await workshop.outputOf({ op: "Mod", inputs: { x: least.i32, d: one32 }, outputs: [6] })).toEqual([0]);
    expect(await workshop.outputOf({ op: "Mod", inputs: { x: least.i64, d: one64 }, outputs: [7] })).toEqual([0]);
  });
});

describe("row 75: attributes that cannot be", () => {
  const image = full([1, 1, 4, 4]);
  const kernel = full([1, 1, 2, 2]);
  const shape = intsAttribute("kernel_shape", [2, 2]);
  const cases: [string, NodeRun][] = [];
  for (const op of ["MaxPool", "AveragePool", "LpPool"]) {
    const pool = (...attributes: AttributeInit[]): NodeRun => ({ op, inputs: { x: image }, attributes });
    cases.push([`stride 0 of ${op}`, pool(shape, intsAttribute("strides", [0, 1]))]);
    cases.push([`stride -1 of ${op}`, pool(shape, intsAttribute("strides", [1, -1]))]);
    cases.push([`kernel -1 of ${op}`, pool(intsAttribute("kernel_shape", [-1, 2]))]);
    cases.push([`kernel 0 of ${op}`, pool(intsAttribute("kernel_shape", [0, 2]))]);
    cases.push([`dilation 0 of ${op}`, pool(shape, intsAttribute("dilations", [0, 1]))]);
    cases.push([`pads of -9 of ${op}`, pool(shape, intsAttribute("pads", [-9, 0, 0, 0]))]);
  }
  for (const op of ["Conv", "ConvTranspose"]) {
    const convolution = (...attributes: AttributeInit[]): NodeRun => ({
      op,
      inputs: { x: image, w: kernel },
      attributes,
    });
    cases.push([`group 0 of ${op}`, convolution(intAttribute("group", 0))]);
    cases.push([`group -1 of ${op}`, convolution(intAttribute("group", -1))]);
    cases.push([`stride 0 of ${op}`, convolution(intsAttribute("strides", [0, 1]))]);
    cases.push([`dilation 0 of ${op}`, convolution(intsAttribute("dilations", [0, 1]))]);
    cases.push([`kernel -1 of ${op}`, convolution(intsAttribute("kernel_shape", [-1, 2]))]);
  }
  const axis = (name: string, number: number): AttributeInit => intAttribute(name, number);
  const two = full([2, 2]);
  for (const number of [99, -99]) {
    for (const op of ["Softmax", "LogSoftmax", "Hardmax", "Flatten", "ArgMax", "LpNormalization", "SplitToSequence"]) {
      const outputs = op === "ArgMax" ? [7] : [1];
      cases.push([`axis ${number} of ${op}`, { op, inputs: { x: two }, attributes: [axis("axis", number)], outputs }]);
    }
    cases.push([
      `axis ${number} of Concat`,
      { op: "Concat", inputs: { x: two, z: two }, attributes: [axis("axis", number)] },
    ]);
    cases.push([
      `axis ${number} of Gather`,
      { op: "Gather", inputs: { x: two, i: i64(0) }, attributes: [axis("axis", number)] },
    ]);
    cases.push([
      `axis ${number} of Split`,
      { op: "Split", inputs: { x: two }, attributes: [axis("axis", number), axis("num_outputs", 2)], outputs: [1, 1] },
    ]);
    cases.push([
      `axis ${number} of TopK`,
      { op: "TopK", inputs: { x: two, k: i64(1) }, attributes: [axis("axis", number)], outputs: [1, 7] },
    ]);
    cases.push([
      `axis ${number} of LayerNormalization`,
      { op: "LayerNormalization", inputs: { x: two, s: full([2]) }, attributes: [axis("axis", number)] },
    ]);
    cases.push([`axis ${number} of CumSum`, { op: "CumSum", inputs: { x: two, a: shaped([], i64(number)) } }]);
    cases.push([`axis ${number} of ReduceSum`, { op: "ReduceSum", inputs: { x: two, a: i64(number) } }]);
    cases.push([`axis ${number} of Squeeze`, { op: "Squeeze", inputs: { x: two, a: i64(number) } }]);
    cases.push([`axis ${number} of Unsqueeze`, { op: "Unsqueeze", inputs: { x: two, a: i64(number) } }]);
    cases.push([`axis ${number} of Slice`, { op: "Slice", inputs: { x: two, s: i64(0), e: i64(1), a: i64(number) } }]);
  }
  cases.push(["a step of 0 of Slice", { op: "Slice", inputs: { x: two, s: i64(0), e: i64(1), a: i64(0), t: i64(0) } }]);
  cases.push([
    "a step of 0 of Range",
    { op: "Range", inputs: { a: shaped([], f32(0)), b: shaped([], f32(1)), c: shaped([], f32(0)) } },
  ]);
  cases.push([
    "an axis twice in Transpose",
    { op: "Transpose", inputs: { x: two }, attributes: [intsAttribute("perm", [0, 0])] },
  ]);
  cases.push([
    "a block size of 0 of DepthToSpace",
    { op: "DepthToSpace", inputs: { x: image }, attributes: [axis("blocksize", 0)] },
  ]);
  cases.push(["a size of 0 of LRN", { op: "LRN", inputs: { x: image }, attributes: [axis("size", 0)] }]);
  cases.push([
    "no groups in GroupNormalization",
    { op: "GroupNormalization", inputs: { x: image, s: f32(1), b: f32(0) }, attributes: [axis("num_groups", 0)] },
  ]);

  test.each(cases)("%s", async (_, tested) => {
    await workshop.expectRejectedRun(tested, new RegExp(tested.op));
  });
});

describe("row 76: endless loops end at their deadline", () => {
  const loop = (trips: boolean): GraphInit => {
    const body: GraphInit = {
      name: "body",
      input: [value("i", [], 7), value("go", [], 9), value("s")],
      output: [value("more", [], 9), value("t")],
      node: [node("Identity", ["go"], ["more"]), node("Neg", ["s"], ["t"])],
    };
    return {
      name: "g",
      input: [value("x")],
      output: [value("y")],
      initializer: [on, int64s("trips", [], [2 ** 62])],
      node: [node("Loop", [trips ? "trips" : "", "on", "x"], ["y"], [graphAttribute("body", body)])],
    };
  };

  test.each([
    ["2^62 rounds", loop(true)],
    ["rounds without a limit", loop(false)],
  ])("%s", async (_, graph) => {
    const run = ["run", workshop.model(graph), "-i", "x=-"];
    const message = /Cannot finish within 300 ms/;
    const { stderr } = await workshop.expectRefused(70, message, [...run, "--timeout", "300ms"], { input: "[1]" });
    expect(stderr).toContain("hodu explain DEADLINE");
    await workshop.expectRefused(70, message, run, { input: "[1]", env: { HODU_TIMEOUT: "300ms" } });
  });

  test("2^62 rounds of a Loop in a Loop, in a branch", async () => {
    const inner = loop(true).node![0] as NodeInit;
    const branch: GraphInit = { name: "then", output: [value("y")], node: [inner] };
    const other: GraphInit = { name: "else", output: [value("z")], node: [node("Neg", ["x"], ["z"])] };
    const branches = [graphAttribute("then_branch", branch), graphAttribute("else_branch", other)];
    const path = workshop.model({ ...loop(true), output: [value("w")], node: [node("If", ["on"], ["w"], branches)] });
    await workshop.expectRefused(70, "DEADLINE", ["run", path, "-i", "x=-", "--timeout", "300ms"], { input: "[1]" });
  });

  test("one long kernel", async () => {
    const size = 512;
    const path = workshop.model(
      oneNode(
        { opType: "Conv", input: ["x", "w"] },
        {
          input: [value("x", [1, 8, size, size]), value("w", [64, 8, 31, 31])],
          output: [value("y", [1, 64, size - 30, size - 30])],
        },
      ),
    );
    // Its inputs alone take more memory than a refusal may.
    const { status, stderr } = await workshop.hodu(["run", path, "--random-inputs", "--timeout", "1s"]);
    expect({ status, stderr }).toEqual({ status: 70, stderr: expect.stringContaining("Cannot finish within 1 s") });
  });
});

const hasCompiler = ["clang", "gcc"].some((name) => spawnSync(name, ["--version"]).error === undefined);
const backends = ["interp", "wasm", ...(hasCompiler ? ["cpu"] : [])];

describe.each(backends)("row 80: casts of what does not fit, and shifts by the width, on %s", (backend) => {
  const outputOf = (tested: NodeRun): Promise<unknown> => workshop.outputOf(tested, backend);
  const cast = (to: number, ...elements: readonly (number | string)[]): NodeRun => ({
    op: "Cast",
    inputs: { x: f32(...elements) },
    attributes: [intAttribute("to", to)],
    outputs: [to],
  });

  test("low bits are kept, NaN and infinities are 0", async () => {
    const odd = ["NaN", "Infinity", "-Infinity", 1e30, -1e30, 300.7, -1.5] as const;
    expect(await outputOf(cast(6, ...odd))).toEqual([0, 0, 0, 0, 0, 300, -1]);
    expect(await outputOf(cast(7, ...odd))).toEqual([0, 0, 0, 0, 0, 300, -1]);
    expect(await outputOf(cast(2, ...odd))).toEqual([0, 0, 0, 0, 0, 44, 255]);
    expect(await outputOf(cast(9, ...odd))).toEqual([true, true, true, true, true, true, true]);
  });

  test("shifts by 64 and more leave nothing", async () => {
    const shift = (direction: string): NodeRun => ({
      op: "BitShift",
      inputs: { x: u64(1, 2n ** 63n, 5), s: u64(64, 64, 2n ** 63n) },
      attributes: [text("direction", direction)],
      outputs: [13],
    });
    expect(await outputOf(shift("LEFT"))).toEqual([0, 0, 0]);
    expect(await outputOf(shift("RIGHT"))).toEqual([0, 0, 0]);
  });
});
