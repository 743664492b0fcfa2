import {
  bindInputs,
  denseData,
  GraphBuilder,
  type HoduError,
  type NamedValue,
  type Snapshot,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorType,
  type Value,
} from "@hodu/core";
import { describe, expect, it } from "vitest";
import type { Session } from "../../contracts/backend.ts";
import { quietContext } from "../../testing/contract-test.ts";
import type { CodeGenerator, ProgramPlan } from "../code-generator.ts";
import { type EvaluatorOptions, evaluatorGenerator } from "../testing/evaluator-generator.ts";
import { openSession, runReference } from "../testing/run-compiled.ts";

const context = quietContext();
const f32 = (shape: readonly number[], values: readonly number[]): Tensor => tensorFrom("f32", shape, values);
const i64 = (values: readonly number[]): Tensor => tensorFrom("i64", [values.length], values);
const ramp = (shape: readonly number[], step: number): Tensor =>
  f32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * step) % 7) - 3),
  );
const elementsOf = (value: Value): number[] =>
  Array.from(denseData(value as Tensor) as ArrayLike<number | bigint>, Number);
const named = (values: Readonly<Record<string, Value>>): NamedValue[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** A generator that tells the plans it makes code of, and how many programs are loaded. */
function watched(options: EvaluatorOptions = {}) {
  const inner = evaluatorGenerator(options);
  const plans: ProgramPlan[] = [];
  let held = 0;
  const generator: CodeGenerator = {
    ...inner,
    async generate(program, ...rest) {
      plans.push(program);
      return inner.generate(program, ...rest);
    },
    async load(...all) {
      const engine = await inner.load(...all);
      held++;
      const dispose = engine.dispose.bind(engine);
      engine.dispose = async () => {
        held--;
        return dispose();
      };
      return engine;
    },
  };
  return { generator, plans, held: () => held };
}

/** Names of the inputs that kernels of a program read. */
const inputsOf = ({ buffers }: ProgramPlan): string[] =>
  buffers.flatMap(({ place }) => (place.kind === "input" ? [place.name] : [])).sort();

/** What a session gives for inputs must be what the reference kernels give. */
async function holds(session: Session, snapshot: Snapshot, values: Readonly<Record<string, Value>>): Promise<void> {
  const expected = await runReference(snapshot, named(values));
  const { outputs } = await session.run(named(values), {}, context);
  const atOnce = session.runSync!(named(values), {}, context);
  expected.forEach((value, i) => {
    for (const found of [outputs[i].value, atOnce.outputs[i].value]) {
      expect((found as Tensor).shape).toEqual((value as Tensor).shape);
      const elements = elementsOf(found);
      elementsOf(value).forEach((element, k) => expect(elements[k]).toBeCloseTo(element, 4));
    }
  });
}

/** The error that a run of the reference ends with. */
async function interpreted(snapshot: Snapshot, values: Readonly<Record<string, Value>>): Promise<HoduError> {
  try {
    bindInputs(snapshot.graph, Object.entries(values));
    await runReference(snapshot, named(values));
  } catch (error) {
    return error as HoduError;
  }
  throw new Error("the reference ran");
}

/** y = x W^t + b, with defaults for W and b; W is also an output, and read by a node without a kernel. */
function linear(rows: number | "n"): Snapshot {
  const graph = new GraphBuilder("linear");
  const x = graph.input("x", tensorType("f32", [rows === "n" ? symbolDim("n") : rows, 6]));
  const w = graph.input("w", tensorType("f32", [5, 6]), ramp([5, 6], 3));
  const b = graph.input("b", tensorType("f32", [5]), ramp([5], 2));
  const [negative] = graph.node("Neg", [w]);
  const [y] = graph.node("Gemm", [x, negative, b], { transB: 1 });
  const [places] = graph.node("NonZero", [w]);
  graph.output(y);
  graph.output(places);
  graph.output(w);
  return graph.build();
}

describe("defaults of a compiled model", () => {
  for (const reachesAllMemory of [true, false])
    for (const rows of [2, "n"] as const)
      it(`are constants, and inputs where they are given: ${rows} rows, kernels ${reachesAllMemory ? "in any" : "in their own"} memory`, async () => {
        const { generator, plans } = watched({ reachesAllMemory });
        const snapshot = linear(rows);
        const session = await openSession(generator, snapshot);
        const x = ramp([2, 6], 1);
        const w = ramp([5, 6], 5);
        const b = ramp([5], 3);
        for (let i = 0; i < 2; i++) {
          await holds(session, snapshot, { x });
          await holds(session, snapshot, { x, w });
          await holds(session, snapshot, { b, x });
          await holds(session, snapshot, { x, w, b });
        }
        expect(plans.map(inputsOf)).toEqual([["x"], ["w", "x"], ["b", "x"], ["b", "w", "x"]]);
        expect(plans[0].steps.flatMap((step) => (step.kind === "kernel" ? step.origin : []))).not.toContain("Neg_0");
        await session.dispose();
      });

  it("may be left out or given in any order, at once too when their program is there", async () => {
    const graph = new GraphBuilder("defaults");
    const z = graph.input("z", tensorType("f32", [2]), f32([2], [10, 20]));
    const [y] = graph.node("Add", [graph.input("x", tensorType("f32", [2])), z]);
    graph.output(y);
    const session = await openSession(evaluatorGenerator(), graph.build());
    const x = f32([2], [1, 2]);
    const atOnce = (values: Readonly<Record<string, Value>>): number[] =>
      elementsOf(session.runSync!(named(values), {}, context).outputs[0].value);
    expect(atOnce({ x })).toEqual([11, 22]);
    expect(() => atOnce({ x, z: x })).toThrow("when they are first seen");
    await session.run(named({ x, z: x }), {}, context);
    expect(atOnce({ x, z: x })).toEqual([2, 4]);
    expect(atOnce({ z: x, x: f32([2], [5, 5]) })).toEqual([6, 7]);
    expect(atOnce({ x })).toEqual([11, 22]);
    await session.dispose();
  });

  it("that are shapes are known where they are left out, and where they are given", async () => {
    const graph = new GraphBuilder("reshaped");
    const shape = graph.input("shape", tensorType("i64", [2]), i64([2, 6]));
    const [y] = graph.node("Reshape", [graph.input("x", tensorType("f32", [3, 4])), shape]);
    const [z] = graph.node("Softmax", [y]);
    graph.output(z);
    const { generator, plans } = watched();
    const snapshot = graph.build();
    const session = await openSession(generator, snapshot);
    const x = ramp([3, 4], 1);
    expect(plans).toHaveLength(1);
    await holds(session, snapshot, { x });
    for (const dims of [
      [6, 2],
      [4, 3],
      [2, 6],
    ])
      await holds(session, snapshot, { x, shape: i64(dims) });
    await holds(session, snapshot, { x });
    expect(plans).toHaveLength(4);
    expect(plans.flatMap(({ steps }) => steps.filter(({ kind }) => kind === "call"))).toEqual([]);
    await session.dispose();
  });

  it("have programs for eight sets of what is given at most", async () => {
    const graph = new GraphBuilder("sum");
    const names = ["a", "b", "c", "d"];
    let sum = graph.input("x", tensorType("f32", [2]));
    names.forEach((name, i) => {
      const next = graph.input(name, tensorType("f32", [2]), f32([2], [i, 10 * i]));
      [sum] = graph.node("Add", [sum, next]);
    });
    graph.output(sum);
    const snapshot = graph.build();
    const { generator, held } = watched();
    const session = await openSession(generator, snapshot);
    for (let set = 0; set < 16; set++) {
      const given = names.filter((_, i) => ((set >> i) & 1) === 1).map((name) => [name, ramp([2], set)] as const);
      await holds(session, snapshot, { x: ramp([2], 1), ...Object.fromEntries(given) });
    }
    expect(held()).toBe(8);
    await holds(session, snapshot, { x: ramp([2], 1) });
    await session.dispose();
    expect(held()).toBe(0);
  });

  it("are kept apart from what is given where programs are kept for later sessions", async () => {
    const kept = new Map<string, Uint8Array>();
    const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const found = kept.get(key) ?? (await make());
      kept.set(key, found);
      return found;
    };
    const { generator, plans } = watched();
    const snapshot = linear("n");
    for (let i = 0; i < 2; i++) {
      const session = await openSession(generator, snapshot, {}, 1 << 20, keep);
      await holds(session, snapshot, { x: ramp([3, 6], 1) });
      await holds(session, snapshot, { x: ramp([3, 6], 1), w: ramp([5, 6], 2) });
      await session.dispose();
    }
    // one ahead for each artifact, one that is kept
    expect(plans).toHaveLength(3);
  });

  it("leave the errors of wrong inputs, and those of guards, as the reference has them", async () => {
    const graph = new GraphBuilder("lookup");
    const table = graph.input("table", tensorType("f32", [3, 2]), ramp([3, 2], 1));
    const [y] = graph.node("Gather", [table, graph.input("at", tensorType("i64", [2]))]);
    graph.output(y);
    const snapshot = graph.build();
    const session = await openSession(evaluatorGenerator(), snapshot);
    const at = i64([0, 7]);
    const wrong: readonly Readonly<Record<string, Value>>[] = [
      {},
      { table: ramp([3, 2], 2) },
      { at, table: ramp([2, 3], 2) },
      { at, other: at },
      { at },
      { at, table: ramp([3, 2], 2) },
    ];
    for (const values of wrong) {
      const found = await session.run(named(values), {}, context).catch((error: unknown) => error as HoduError);
      const expected = await interpreted(snapshot, values);
      expect((found as HoduError).message).toBe(expected.message);
      expect((found as HoduError).code).toBe(expected.code);
    }
    await holds(session, snapshot, { at: i64([2, 1]) });
    await session.dispose();
  });

  it("are nothing to compile ahead for: the program is for runs without them, whatever shapes are named", async () => {
    const { generator, plans } = watched();
    const snapshot = linear("n");
    const session = await openSession(generator, snapshot, { shapes: [{ name: "x", dims: [4, 6] }], fallback: true });
    expect(plans.map(inputsOf)).toEqual([["x"]]);
    await holds(session, snapshot, { x: ramp([4, 6], 2) });
    expect(plans).toHaveLength(1);
    await session.dispose();
  });
});
