import { GraphBuilder, tensorFrom, tensorType } from "@hodu/core";
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
  return { snapshot: file, source: bytesSource("sum.bin", store.bytes) };
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
