import {
  GraphBuilder,
  HoduError,
  type NamedValue,
  numbers,
  type SequenceValue,
  type Snapshot,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorOf,
  tensorType,
  type Value,
} from "@hodu/core";
import { describe, expect, it } from "vitest";
import { quietContext } from "../../testing/contract-test.ts";
import type { CodeGenerator } from "../code-generator.ts";
import { evaluatorGenerator } from "../testing/evaluator-generator.ts";
import { openSession, runCompiled, runReference } from "../testing/run-compiled.ts";

const valuesOf = (value: Value): number[] => Array.from(numbers(value as Tensor));
const f32 = (shape: readonly number[], values: readonly number[]): Tensor => tensorFrom("f32", shape, values);
const named = (values: Readonly<Record<string, Value>>): NamedValue[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** A generator that counts the programs that it makes and holds now. */
function counting(): { generator: CodeGenerator; made: () => number; held: () => number } {
  const inner = evaluatorGenerator();
  let [made, held] = [0, 0];
  const generator: CodeGenerator = {
    ...inner,
    async generate(...all) {
      made++;
      return inner.generate(...all);
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
  return { generator, made: () => made, held: () => held };
}

/** y = relu(x) + 1 for any number of rows. */
function rows(): Snapshot {
  const graph = new GraphBuilder("rows");
  const x = graph.input("x", tensorType("f32", [symbolDim("n"), 2]));
  const one = graph.weight("one", f32([2], [1, 1]));
  const [r] = graph.node("Relu", [x]);
  const [y] = graph.node("Add", [r, one], {}, { name: "plus" });
  graph.output(y);
  return graph.build();
}

/** The same for any number of columns: each is a program of its own. */
function columns(): Snapshot {
  const graph = new GraphBuilder("columns");
  const x = graph.input("x", tensorType("f32", [2, symbolDim("n")]));
  const one = graph.weight("one", f32([2, 1], [1, 1]));
  graph.output(graph.node("Add", [graph.node("Relu", [x])[0], one])[0]);
  return graph.build();
}

/** Kernels around an If whose branches capture a value of a kernel, a Loop, and a sequence. */
function partitioned(): Snapshot {
  const graph = new GraphBuilder("partitioned");
  const x = graph.input("x", tensorType("f32", [4]));
  const flag = graph.input("flag", tensorType("bool", []));
  const [double] = graph.node("Add", [x, x]);
  const branch = (op: string) => {
    const body = graph.subgraph(op);
    const [out] = body.node(op, [double]);
    body.output(out);
    return body.graph();
  };
  const [chosen] = graph.node("If", [flag], { then_branch: branch("Neg"), else_branch: branch("Abs") });
  const [shifted] = graph.node("Sub", [chosen, x]);
  const [sequence] = graph.node("SequenceConstruct", [shifted, x]);
  const at = graph.weight("at", tensorFrom("i64", [], [0]));
  const [item] = graph.node("SequenceAt", [sequence, at]);
  const [y] = graph.node("Mul", [item, double]);
  graph.output(y);
  graph.output(sequence);
  graph.output(x);
  return graph.build();
}

/** Rows of a table by their number. */
function lookup(): Snapshot {
  const graph = new GraphBuilder("lookup");
  const table = graph.input("table", tensorType("f32", [3, 2]));
  const [y] = graph.node("Gather", [table, graph.input("at", tensorType("i64", [2]))], {}, { name: "pick" });
  graph.output(y);
  return graph.build();
}

const context = quietContext();

describe("a compiled session", () => {
  for (const reachesAllMemory of [true, false])
    it(`runs calls between kernels as the reference does, kernels ${reachesAllMemory ? "in any" : "in their own"} memory`, async () => {
      const x = f32([4], [1, -2, 3, -4]);
      for (const flag of [true, false]) {
        const inputs = named({ x, flag: tensorFrom("bool", [], [flag]) });
        const { outputs } = await runCompiled(evaluatorGenerator({ reachesAllMemory }), partitioned(), inputs);
        const expected = await runReference(partitioned(), inputs);
        expect(valuesOf(outputs[0].value)).toEqual(valuesOf(expected[0]));
        const items = (outputs[1].value as SequenceValue).items.map(valuesOf);
        expect(items).toEqual((expected[1] as SequenceValue).items.map(valuesOf));
        expect(valuesOf(outputs[2].value)).toEqual([1, -2, 3, -4]);
        expect((outputs[2].value as Tensor).data).not.toBe(x.data);
      }
    });

  it("finds weights of graphs inside of calls, be the program from an artifact or made for a run", async () => {
    for (const dims of [[2], [symbolDim("n")]]) {
      const graph = new GraphBuilder("inner");
      const x = graph.input("x", tensorType("f32", dims));
      const flag = graph.input("flag", tensorType("bool", []));
      const branch = (k: number) => {
        const body = graph.subgraph(`branch${k}`);
        const [out] = body.node("Mul", [x, body.weight(`k${k}`, f32([1], [k]))]);
        body.output(out);
        return body.graph();
      };
      const [y] = graph.node("If", [flag], { then_branch: branch(2), else_branch: branch(3) });
      graph.output(y);
      const inputs = named({ x: f32([2], [1, 2]), flag: tensorFrom("bool", [], [false]) });
      const { outputs } = await runCompiled(evaluatorGenerator(), graph.build(), inputs);
      expect(valuesOf(outputs[0].value)).toEqual([3, 6]);
    }
  });

  it("says of each node whether it was compiled, and how long it took", async () => {
    const inputs = named({ x: f32([4], [1, 2, 3, 4]), flag: tensorFrom("bool", [], [true]) });
    const { nodes } = await runCompiled(evaluatorGenerator(), partitioned(), inputs, {}, { profile: true });
    const compiled = nodes!.filter((node) => node.compiled === true).map(({ operator }) => operator);
    expect(compiled).toEqual(["Add", "Sub", "Mul"]);
    const called = nodes!.filter((node) => node.compiled === false).map(({ operator }) => operator);
    expect(called).toEqual(["If", "SequenceConstruct", "SequenceAt", "Neg"]);
    for (const { milliseconds } of nodes!) expect(milliseconds).toBeGreaterThanOrEqual(0);
  });

  it("gives the same outputs to several runs at once, each in memory of its own", async () => {
    const session = await openSession(evaluatorGenerator(), rows(), { shapes: [{ name: "x", dims: [1, 2] }] });
    const run = (k: number) => session.run(named({ x: f32([1, 2], [k, -k]) }), {}, context);
    const results = await Promise.all([1, 2, 3, 4, 5].map(run));
    expect(results.map(({ outputs }) => valuesOf(outputs[0].value))).toEqual([1, 2, 3, 4, 5].map((k) => [k + 1, 1]));
    expect(new Set(results.map(({ outputs }) => (outputs[0].value as Tensor).data)).size).toBe(5);
    await session.dispose();
  });

  it("runs one after another where there is memory for one run only, and refuses to do that at once", async () => {
    const session = await openSession(evaluatorGenerator({ reachesAllMemory: false }), lookup());
    const inputs = named({ table: f32([3, 2], [1, 2, 3, 4, 5, 6]), at: tensorFrom("i64", [2], [2, 0]) });
    const runs = [1, 2, 3].map(() => session.run(inputs, {}, context));
    expect(() => session.runSync!(inputs, {}, context)).toThrow("Cannot run the model at once");
    for (const { outputs } of await Promise.all(runs)) expect(valuesOf(outputs[0].value)).toEqual([5, 6, 1, 2]);
    expect(valuesOf(session.runSync!(inputs, {}, context).outputs[0].value)).toEqual([5, 6, 1, 2]);
    await session.dispose();
  });

  it("ends a run that waits for others when it is cancelled, and the others not", async () => {
    const session = await openSession(evaluatorGenerator({ reachesAllMemory: false }), lookup());
    const inputs = named({ table: f32([3, 2], [1, 2, 3, 4, 5, 6]), at: tensorFrom("i64", [2], [1, 1]) });
    const first = session.run(inputs, {}, context);
    const controller = new AbortController();
    const second = session.run(inputs, {}, quietContext(controller.signal));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    expect(valuesOf((await first).outputs[0].value)).toEqual([3, 4, 3, 4]);
    await session.dispose();
  });

  it("compiles once for each set of shapes, and forgets the one that was not used for longest", async () => {
    const { generator, made, held } = counting();
    const session = await openSession(generator, columns());
    const run = (n: number) => session.run(named({ x: f32([2, n], new Array<number>(2 * n).fill(n)) }), {}, context);
    expect(() => session.runSync!(named({ x: f32([2, 1], [1, 1]) }), {}, context)).toThrow("when they are first seen");
    await Promise.all([run(1), run(1), run(2), run(1)]);
    expect(made()).toBe(2);
    expect(valuesOf((await run(2)).outputs[0].value)).toEqual([3, 3, 3, 3]);
    expect(valuesOf(session.runSync!(named({ x: f32([2, 1], [5, -5]) }), {}, context).outputs[0].value)).toEqual([
      6, 1,
    ]);
    for (let n = 3; n <= 9; n++) await run(n);
    expect(held()).toBe(8);
    await run(1);
    expect(made()).toBe(9);
    await run(2);
    expect(made()).toBe(10);
    await session.dispose();
    expect(held()).toBe(0);
  });

  it("compiles for the elements of a shape that is an input, and for any when they keep changing", async () => {
    const graph = new GraphBuilder("reshaped");
    const shape = graph.input("shape", tensorType("i64", [2]));
    const [r] = graph.node("Relu", [graph.input("x", tensorType("f32", [24]))]);
    const [y] = graph.node("Reshape", [r, shape]);
    const [z] = graph.node("Softmax", [y]);
    graph.output(z);
    const { generator, made } = counting();
    const session = await openSession(generator, graph.build());
    const x = tensorOf(
      "f32",
      [24],
      Float32Array.from({ length: 24 }, (_, i) => i % 3),
    );
    const shapes = [
      [2, 12],
      [12, 2],
      [4, 6],
      [6, 4],
      [3, 8],
      [8, 3],
      [2, 12],
      [24, 1],
    ];
    for (const dims of shapes) {
      const inputs = named({ shape: tensorFrom("i64", [2], dims), x });
      const { outputs } = await session.run(inputs, {}, context);
      const [expected] = await runReference(graph.build(), inputs);
      expect((outputs[0].value as Tensor).shape).toEqual(dims);
      valuesOf(outputs[0].value).forEach((value, i) => expect(value).toBeCloseTo(valuesOf(expected)[i], 5));
    }
    expect(made()).toBe(5);
    await session.dispose();
  });

  it("takes programs that are kept instead of compiling them again, and compiles where these are damaged", async () => {
    const kept = new Map<string, Uint8Array>();
    const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const found = kept.get(key) ?? (await make());
      kept.set(key, found);
      return found;
    };
    const graph = new GraphBuilder("kept");
    const shape = graph.input("shape", tensorType("i64", [2]));
    const [r] = graph.node("Relu", [graph.input("x", tensorType("f32", [symbolDim("n")]))]);
    const [y] = graph.node("Reshape", [r, shape]);
    graph.output(y);
    const { generator, made } = counting();
    const run = async (n: number, dims: number[]): Promise<Value> => {
      const session = await openSession(generator, graph.build(), {}, 1 << 20, keep);
      const inputs = named({ x: f32([n], new Array<number>(n).fill(1)), shape: tensorFrom("i64", [2], dims) });
      const [{ value }] = (await session.run(inputs, {}, context)).outputs;
      await session.dispose();
      return value;
    };
    for (let i = 0; i < 2; i++) {
      expect((await run(4, [2, 2])) as Tensor).toMatchObject({ shape: [2, 2] });
      expect((await run(4, [4, 1])) as Tensor).toMatchObject({ shape: [4, 1] });
      expect((await run(6, [2, 3])) as Tensor).toMatchObject({ shape: [2, 3] });
      expect(made()).toBe(3);
    }
    for (const bytes of kept.values()) bytes[100] ^= 1;
    expect((await run(6, [2, 3])) as Tensor).toMatchObject({ shape: [2, 3] });
    expect(made()).toBe(4);
  });

  it("compiles ahead for shapes that are named, and refuses shapes that do not fit", async () => {
    const { generator, made } = counting();
    const session = await openSession(generator, rows(), { shapes: [{ name: "x", dims: [3, 2] }] });
    expect(session.runSync!(named({ x: f32([3, 2], [1, 2, 3, 4, 5, 6]) }), {}, context).outputs).toHaveLength(1);
    expect(made()).toBe(1);
    await session.dispose();
    for (const [name, dims] of [
      ["x", [3, 3]],
      ["x", [3]],
      ["q", [3, 2]],
    ] as const)
      await expect(openSession(generator, rows(), { shapes: [{ name, dims }] })).rejects.toMatchObject({
        code: "BAD_INPUT",
      });
  });

  it("says in the words of the reference why a guard does not hold, at once too", async () => {
    const session = await openSession(evaluatorGenerator(), lookup());
    const inputs = named({ table: f32([3, 2], [1, 2, 3, 4, 5, 6]), at: tensorFrom("i64", [2], [0, 7]) });
    const expected = await runReference(lookup(), inputs).catch((error: unknown) => error as HoduError);
    expect(expected).toBeInstanceOf(HoduError);
    const found = await session.run(inputs, {}, context).catch((error: unknown) => error as HoduError);
    expect((found as HoduError).message).toBe((expected as HoduError).message);
    expect((found as HoduError).where).toEqual((expected as HoduError).where);
    expect(() => session.runSync!(inputs, {}, context)).toThrow((expected as HoduError).message);
    const right = named({ table: f32([3, 2], [1, 2, 3, 4, 5, 6]), at: tensorFrom("i64", [2], [0, 1]) });
    expect(valuesOf((await session.run(right, {}, context)).outputs[0].value)).toEqual([1, 2, 3, 4]);
    await session.dispose();
  });

  it("puts outputs into memory that is given, once the run has ended well", async () => {
    const session = await openSession(evaluatorGenerator(), lookup());
    const table = f32([3, 2], [1, 2, 3, 4, 5, 6]);
    const data = new Float32Array(4);
    const into = [{ name: "pick_out", data }];
    const bad = named({ table, at: tensorFrom("i64", [2], [0, 9]) });
    await expect(session.run(bad, { into }, context)).rejects.toThrow("index 9");
    expect([...data]).toEqual([0, 0, 0, 0]);
    for (const at of [
      [1, 2],
      [2, 1],
    ]) {
      const { outputs } = await session.run(named({ table, at: tensorFrom("i64", [2], at) }), { into }, context);
      expect((outputs[0].value as Tensor).data).toBe(data);
      expect([...data]).toEqual(at.flatMap((row) => [2 * row + 1, 2 * row + 2]));
    }
    const free = session.runSync!(named({ table, at: tensorFrom("i64", [2], [0, 0]) }), {}, context);
    expect(valuesOf(free.outputs[0].value)).toEqual([1, 2, 1, 2]);
    expect([...data]).toEqual([5, 6, 3, 4]);
    await session.dispose();
  });

  it("reads inputs anew when their elements were changed, and inputs with gaps", async () => {
    const session = await openSession(evaluatorGenerator(), rows(), { shapes: [{ name: "x", dims: [2, 2] }] });
    const x = f32([2, 2], [1, 2, 3, 4]);
    const run = (value: Tensor): number[] =>
      valuesOf(session.runSync!(named({ x: value }), {}, context).outputs[0].value);
    expect(run(x)).toEqual([2, 3, 4, 5]);
    (x.data as Float32Array)[0] = 10;
    expect(run(x)).toEqual([11, 3, 4, 5]);
    expect(run({ ...x, strides: [1, 2] })).toEqual([11, 4, 3, 5]);
    expect(run({ ...x, strides: [0, 1], offset: 2 })).toEqual([4, 5, 4, 5]);
    expect(run(tensorOf("f32", [2, 2], Float64Array.of(0.5, 1, 2, 3)))).toEqual([1.5, 2, 3, 4]);
    expect(run(x)).toEqual([11, 3, 4, 5]);
    await session.dispose();
  });

  it("refuses a plan that is larger than its memory before it takes any, with the figure", async () => {
    const graph = new GraphBuilder("large");
    const [a] = graph.node("Softmax", [graph.input("x", tensorType("f32", [1024, 1024]))]);
    const [y] = graph.node("Softmax", [a]);
    graph.output(y);
    const opening = openSession(evaluatorGenerator(), graph.build(), {}, 6 << 20);
    await expect(opening).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
    await expect(opening).rejects.toThrow(/its plan needs \d+\.\d MB for .*, expected at most 6\.0 MB/);
  });

  it("frees programs for other shapes before it refuses one for lack of memory", async () => {
    const { generator, made, held } = counting();
    const session = await openSession(generator, columns(), {}, 40_000);
    const run = (n: number) => session.run(named({ x: f32([2, n], new Array<number>(2 * n).fill(1)) }), {}, context);
    for (const n of [2000, 2001, 2002]) expect((await run(n)).outputs).toHaveLength(1);
    expect([made(), held()]).toEqual([3, 2]);
    await expect(run(6000)).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
    expect(valuesOf((await run(1)).outputs[0].value)).toEqual([2, 2]);
    await session.dispose();
  });

  it("refuses nodes without a kernel when none may run by its reference kernel", async () => {
    const opening = openSession(evaluatorGenerator(), partitioned(), { fallback: false });
    await expect(opening).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(opening).rejects.toThrow(/found \d nodes without a kernel[^]* \(If\): /);
  });
});
