import {
  compareValues,
  EXACT,
  GraphBuilder,
  heldWeights,
  inferGraph,
  type Snapshot,
  tensorFrom,
  tensorType,
  type Value,
} from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { viewSnapshot } from "../../rewrite/view-snapshot.ts";
import { scheduleGraph } from "../../schedule/schedule-graph.ts";
import { expectedOf, outputsOf } from "../../schedule/testing/sample-schedule.ts";
import { testTarget } from "../../schedule/testing/test-target.ts";
import { runStages } from "../../stages/run-stages.ts";
import { runPass } from "../../testing/run-pass.ts";
import { channelsLast } from "../channels-last.ts";
import { pushTransposes } from "../push-transposes.ts";
import { presentCost } from "./demands.ts";
import { findWrapped } from "./node-form.ts";
import { ValueClasses } from "./value-class.ts";

interface Made {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Draws whole numbers below a bound. */
type Draw = (bound: number) => number;

/** A node or two over values that are there; undefined where it has no place. */
type Step = (graph: GraphBuilder, values: readonly Made[], draw: Draw) => Made | undefined;

const countOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
const wave = (shape: readonly number[], shift: number) =>
  tensorFrom(
    "f32",
    shape,
    Array.from({ length: countOf(shape) }, (_, i) => Math.sin(shift + 3 * i)),
  );

const pickFrom = <T>(items: readonly T[], draw: Draw): T => items[draw(items.length)];
const weight = (g: GraphBuilder, tensor: ReturnType<typeof tensorFrom>): string =>
  g.weight(`w${g.graph().weights.length}`, tensor);
const ints = (g: GraphBuilder, values: readonly number[]): string =>
  weight(g, tensorFrom("i64", [values.length], values));
/** Often the value that came last: chains matter more than trees. */
const pick = (values: readonly Made[], draw: Draw): Made => (draw(3) > 0 ? values.at(-1)! : pickFrom(values, draw));

const ORDERS = [
  [0, 2, 3, 1],
  [0, 3, 1, 2],
  [0, 2, 1, 3],
  [0, 1, 3, 2],
  [3, 2, 1, 0],
  [1, 0, 2, 3],
];

const transpose: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axes = shape.map((_, axis) => axis);
  const perm =
    shape.length === 4 ? pickFrom(ORDERS, draw) : draw(2) === 0 ? axes.toReversed() : [...axes.slice(1), axes[0]];
  return shape.length < 2
    ? undefined
    : { name: g.node("Transpose", [name], { perm })[0], shape: perm.map((axis) => shape[axis]) };
};

const conv: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  if (shape.length !== 4) return undefined;
  const group = draw(2) === 0 ? 1 : shape[1];
  const out = group === 1 ? 1 + draw(4) : shape[1];
  const w = weight(g, wave([out, shape[1] / group, 3, 3], draw(9)));
  const inputs = draw(2) === 0 ? [name, w] : [name, w, weight(g, wave([out], draw(9)))];
  return { name: g.node("Conv", inputs, { pads: [1, 1, 1, 1], group })[0], shape: [shape[0], out, shape[2], shape[3]] };
};

const pool: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  if (shape.length !== 4) return undefined;
  if (draw(3) === 0) return { name: g.node("GlobalAveragePool", [name])[0], shape: [shape[0], shape[1], 1, 1] };
  const op = pickFrom(["MaxPool", "AveragePool"], draw);
  return { name: g.node(op, [name], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })[0], shape };
};

const elementwise: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  return { name: g.node(pickFrom(["Relu", "Neg", "Tanh"], draw), [name])[0], shape };
};

const withConstant: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const part = shape.map((dim) => (draw(2) === 0 ? 1 : dim)).slice(draw(shape.length + 1));
  const c = weight(g, wave(part, draw(9)));
  return { name: g.node(pickFrom(["Add", "Mul"], draw), draw(2) === 0 ? [c, name] : [name, c])[0], shape };
};

const binary: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const fits = (other: readonly number[]): boolean =>
    other.length <= shape.length &&
    other.every((dim, i) => dim === 1 || dim === shape[shape.length - other.length + i]);
  const other = pickFrom(
    values.filter((value) => fits(value.shape)),
    draw,
  );
  return { name: g.node(pickFrom(["Add", "Sub", "Max"], draw), [name, other.name])[0], shape };
};

const concat: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const others = values.filter((value) => value.shape.join() === shape.join());
  const axis = draw(Math.max(1, shape.length));
  if (shape.length === 0 || countOf(shape) > 4000) return undefined;
  const parts = [name, pickFrom(others, draw).name, ...(draw(3) === 0 ? [weight(g, wave(shape, 1))] : [])];
  const joined = shape.map((dim, i) => (i === axis ? dim * parts.length : dim));
  return { name: g.node("Concat", parts, { axis })[0], shape: joined };
};

const split: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axis = shape.findIndex((dim) => dim % 2 === 0);
  if (axis < 0) return undefined;
  const [left, right] = g.node("Split", [name], { axis: axis - shape.length, num_outputs: 2 }, { outputs: 2 });
  const half = shape.map((dim, i) => (i === axis ? dim / 2 : dim));
  return { name: g.node("Sub", draw(2) === 0 ? [left, right] : [left, left])[0], shape: half };
};

const reduce: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axes = shape.map((_, axis) => axis).filter(() => draw(2) === 0);
  const keepdims = draw(2);
  const reduced = shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepdims === 1 ? [1] : []) : [dim]));
  if (axes.length === 0) return undefined;
  return {
    name: g.node(pickFrom(["ReduceMean", "ReduceMax"], draw), [name, ints(g, axes)], { keepdims })[0],
    shape: reduced,
  };
};

const soft: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  return shape.length === 0 ? undefined : { name: g.node("Softmax", [name], { axis: draw(shape.length) })[0], shape };
};

const cut: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axis = draw(Math.max(1, shape.length));
  if (shape.length === 0 || shape[axis] < 2) return undefined;
  const inputs = [name, ints(g, [1]), ints(g, [shape[axis]]), ints(g, [axis])];
  return { name: g.node("Slice", inputs)[0], shape: shape.map((dim, i) => (i === axis ? dim - 1 : dim)) };
};

const pad: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const pads = [...shape, ...shape].map(() => draw(2));
  if (shape.length === 0 || countOf(shape) > 4000) return undefined;
  return {
    name: g.node("Pad", [name, ints(g, pads)])[0],
    shape: shape.map((dim, i) => dim + pads[i] + pads[i + shape.length]),
  };
};

const resize: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  if (shape.length !== 4 || countOf(shape) > 1000) return undefined;
  const scales = weight(g, tensorFrom("f32", [4], [1, 1, 2, 2]));
  const mode = pickFrom(["nearest", "linear"], draw);
  return {
    name: g.node("Resize", [name, "", scales], { mode })[0],
    shape: [shape[0], shape[1], shape[2] * 2, shape[3] * 2],
  };
};

const reshape: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  if (shape.length < 2) return undefined;
  const at = draw(shape.length - 1);
  const merged = [...shape.slice(0, at), shape[at] * shape[at + 1], ...shape.slice(at + 2)];
  const even = shape.findIndex((dim) => dim % 2 === 0);
  const target =
    draw(2) === 0 || even < 0 ? merged : [...shape.slice(0, even), 2, shape[even] / 2, ...shape.slice(even + 1)];
  return { name: g.node("Reshape", [name, ints(g, target)])[0], shape: target };
};

const squeeze: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axis = shape.indexOf(1);
  if (axis >= 0) return { name: g.node("Squeeze", [name, ints(g, [axis])])[0], shape: shape.toSpliced(axis, 1) };
  const place = draw(shape.length + 1);
  return { name: g.node("Unsqueeze", [name, ints(g, [place])])[0], shape: shape.toSpliced(place, 0, 1) };
};

const gather: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  const axis = draw(Math.max(1, shape.length));
  if (shape.length === 0) return undefined;
  const last = shape[axis] - 1;
  const isScalar = draw(2) === 0;
  const indices = weight(g, tensorFrom("i64", isScalar ? [] : [2], isScalar ? [last] : [last, 0]));
  return {
    name: g.node("Gather", [name, indices], { axis })[0],
    shape: shape.toSpliced(axis, 1, ...(isScalar ? [] : [2])),
  };
};

const product: Step = (g, values, draw) => {
  const { name, shape } = pick(values, draw);
  if (shape.length < 2) return undefined;
  const w = weight(g, wave([shape.at(-1)!, 3], draw(9)));
  const isGemm = shape.length === 2 && draw(2) === 0;
  return { name: g.node(isGemm ? "Gemm" : "MatMul", [name, w])[0], shape: [...shape.slice(0, -1), 3] };
};

// Transposes and what is between them more often
const STEPS = [
  transpose,
  transpose,
  transpose,
  elementwise,
  withConstant,
  withConstant,
  binary,
  binary,
  conv,
  conv,
  pool,
].concat([concat, split, reduce, soft, cut, pad, resize, reshape, squeeze, gather, product]);

const plan = fc.record({
  dims: fc.tuple(fc.integer({ min: 1, max: 2 }), ...[1, 2, 3].map(() => fc.integer({ min: 1, max: 6 }))),
  steps: fc.array(
    fc.record({ step: fc.nat(STEPS.length - 1), draws: fc.array(fc.nat(1 << 20), { minLength: 12, maxLength: 12 }) }),
    {
      minLength: 2,
      maxLength: 14,
    },
  ),
  outputs: fc.array(fc.nat(), { maxLength: 2 }),
});

/** A value that is converted for one node alone while the node that makes it changes its form. */
const converted: typeof plan extends fc.Arbitrary<infer T> ? T : never = {
  dims: [1, 1, 1, 4],
  steps: [
    [0, [0]],
    [18, [0, 0, 0, 104823, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0, [0, 325095, 0, 0, 0, 160263, 66441, 0, 0, 0, 0, 0]],
    [0, [0, 848724, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0, [19678, 503737, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0, [0]],
    [11, [0, 630611, 228454, 0, 9232, 0, 0, 0, 0, 0, 0, 0]],
    [0, [761722, 200221, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [6, [484378, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0, [0]],
    [0, [0, 0, 451, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ].map(([step, draws]) => ({ step: step as number, draws: draws as number[] })),
  outputs: [],
};

function build({ dims, steps, outputs }: typeof plan extends fc.Arbitrary<infer T> ? T : never): Snapshot {
  const g = new GraphBuilder("moves");
  const values: Made[] = [{ name: g.input("x", tensorType("f32", dims)), shape: dims }];
  for (const { step, draws } of steps) {
    let at = 0;
    const made = STEPS[step](g, values, (bound) => draws[at++ % draws.length] % bound);
    if (made !== undefined) values.push(made);
  }
  const wanted = new Set([values.at(-1)!.name, ...outputs.map((i) => values[i % values.length].name)]);
  wanted.delete("x");
  if (wanted.size === 0) wanted.add(g.node("Neg", ["x"])[0]);
  for (const name of wanted) g.output(name);
  return g.build();
}

/** What is moved by Transposes that no spatial operator has for itself. */
function movedIn(snapshot: Snapshot): number {
  const [graph] = viewSnapshot(snapshot);
  const classes = new ValueClasses(graph);
  const context = { graph, classes, wrapped: findWrapped(graph) };
  return classes.transposed.reduce((sum, value) => sum + presentCost(value, context), 0);
}

function inputsOf({ graph }: Snapshot): ReadonlyMap<string, Value> {
  const type = graph.inputs[0].type!;
  const shape = type.kind === "tensor" ? (type.shape as readonly number[]) : [];
  return new Map([["x", wave(shape, 0.3)]]);
}

const resultsOf = (snapshot: Snapshot, given: Snapshot) => expectedOf({ snapshot, inputs: inputsOf(given) });

function expectSame(after: Snapshot, before: Snapshot): void {
  const expected = resultsOf(before, before);
  resultsOf(after, before).forEach((value, i) => expect(compareValues(value, expected[i], EXACT)).toBeUndefined());
}

it("moves no bit of any result, and never more elements, where Transposes are pushed through random graphs", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (drawn) => {
      const given = build(drawn);
      const pushed = await runPass(given, pushTransposes);
      expect(movedIn(pushed)).toBeLessThanOrEqual(movedIn(given));
      expectSame(pushed, given);
    }),
    { numRuns: Math.ceil(300 * inject("share")), examples: [[converted]] },
  );
});

it("comes to rest with channels last, and changes no bit", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (drawn) => {
      const given = build(drawn);
      const steps = [pushTransposes, channelsLast].map((pass) => ({ kind: "pass", pass }) as const);
      const stages = new Map([["topology_optimization" as const, steps]]);
      const { snapshot, report } = await runStages(given, { stages, warnings: [] }, { verify: true });
      expect(report.warnings).toEqual([]);
      expectSame(snapshot, given);
      expect(await runPass(snapshot, channelsLast)).toBe(snapshot);
    }),
    { numRuns: Math.ceil(300 * inject("share")) },
  );
});

it("makes kernels of random graphs with channels last that give what the reference kernels give", async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.constantFrom(8, 16, 32), async (drawn, vectorBytes) => {
      const given = build(drawn);
      const snapshot = await runPass(await runPass(given, pushTransposes), channelsLast);
      const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
      const schedule = scheduleGraph(snapshot.graph, facts, testTarget(vectorBytes));
      for (const step of schedule.steps) if (step.kind === "kernel") verifyKernel(step.kernel);
      const expected = resultsOf(given, given);
      // errors of a dozen operators add up; one that is wrong is wrong by more
      const tolerance = { relative: 1e-3, absolute: 1e-3 };
      outputsOf({ snapshot, inputs: inputsOf(given) }, schedule).forEach((value, i) =>
        expect(compareValues(value, expected[i], tolerance)).toBeUndefined(),
      );
    }),
    { numRuns: Math.ceil(80 * inject("share")) },
  );
});
