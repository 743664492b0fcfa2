import { GraphBuilder, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import { bytesSource } from "../../bytes-source.ts";
import { quietContext } from "../../testing/contract-test.ts";
import { compiledBackend } from "../compiled-backend.ts";
import { evaluatorGenerator } from "../testing/evaluator-generator.ts";

/** x + w, with w in the model's file. */
function sum() {
  const graph = new GraphBuilder("sum");
  const x = graph.input("x", tensorType("f32", [1024]));
  const [y] = graph.node("Add", [x, graph.weight("w", tensorFrom("f32", [1024], new Array<number>(1024).fill(2)))]);
  graph.output(y);
  const snapshot = graph.build();
  const [store] = snapshot.stores;
  if (store.kind !== "bytes") throw new Error("the builder holds no bytes");
  const file = { ...snapshot, stores: [{ kind: "file", location: "" } as const] };
  const whole = new Uint8Array(store.bytes.length + 64);
  whole.set(store.bytes);
  return { snapshot: file, source: bytesSource("sum.bin", whole) };
}

it.each([true, false])(
  "reads no weight of a plan that does not fit (kernels in all memory: %s)",
  async (reachesAllMemory) => {
    const { snapshot, source } = sum();
    const backend = compiledBackend(evaluatorGenerator({ reachesAllMemory }));
    const artifact = await backend.compile(
      { snapshot, source },
      { device: "cpu", precision: "native" },
      quietContext(),
    );
    let reads = 0;
    const counting = {
      ...source,
      read: async (...range: Parameters<typeof source.read>) => (reads++, source.read(...range)),
    };
    const load = (maxMemory: number) => backend.load(artifact, counting, { threads: 1, maxMemory }, quietContext());
    const tooLittle = reachesAllMemory ? 4000 : 3 * 4000;
    await expect(load(tooLittle)).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
    expect(reads).toBe(0);
    await (await load(1 << 20)).dispose();
    expect(reads).toBeGreaterThan(0);
  },
);

it("counts weights that were read for themselves as memory of the session", async () => {
  const { snapshot, source } = sum();
  const backend = compiledBackend(evaluatorGenerator());
  const artifact = await backend.compile({ snapshot, source }, { device: "cpu", precision: "native" }, quietContext());
  const copying = {
    ...source,
    read: async (...range: Parameters<typeof source.read>) => (await source.read(...range)).slice(),
  };
  const load = (from: typeof source) => backend.load(artifact, from, { threads: 1, maxMemory: 6000 }, quietContext());
  await (await load(source)).dispose();
  await expect(load(copying)).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
});

it.each([
  ["once for all shapes where they are views of one file", true],
  ["for each shape where every read is memory of its own", false],
])("reads the weights of a file to compile %s", async (_, isView) => {
  const graph = new GraphBuilder("columns");
  const x = graph.input("x", tensorType("f32", [4, symbolDim("n")]));
  graph.output(
    graph.node("MatMul", [graph.weight("w", tensorFrom("f32", [4, 4], new Array<number>(16).fill(2))), x])[0],
  );
  const snapshot = graph.build();
  const [store] = snapshot.stores;
  if (store.kind !== "bytes") throw new Error("the builder holds no bytes");
  const whole = new Uint8Array(store.bytes.length + 64);
  whole.set(store.bytes);
  const source = bytesSource("columns.bin", whole);
  let reads = 0;
  const counting = {
    ...source,
    async read(...range: Parameters<typeof source.read>) {
      reads++;
      const bytes = await source.read(...range);
      return isView ? bytes : bytes.slice();
    },
  };
  const model = { snapshot: { ...snapshot, stores: [{ kind: "file", location: "" } as const] }, source: counting };
  const backend = compiledBackend(evaluatorGenerator());
  const artifact = await backend.compile(model, { device: "cpu", precision: "native" }, quietContext());
  const session = await backend.load(artifact, counting, { threads: 1, maxMemory: 1 << 20 }, quietContext());
  reads = 0;
  const run = async (n: number): Promise<number> => {
    const before = reads;
    const value = tensorFrom("f32", [4, n], new Array<number>(4 * n).fill(1));
    await session.run([{ name: "x", value }], {}, quietContext());
    return reads - before;
  };
  const [first, second] = [await run(3), await run(5)];
  expect(first - second).toBe(isView ? 1 : 0);
  await session.dispose();
});
