import { GraphBuilder, HoduError, type Snapshot, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import type { OpenModel } from "@hodu/engine";
import type { CallContext, NamedValue } from "hodu-plugin-sdk";
import { runBenchmark } from "./benchmark.ts";

/** Rows and columns: large enough for a product to run at full speed, small enough to stay in the caches. */
const SIZE = 512;
const WARMUP = 3;
const RUNS = 10;

/** A product of two matrices of f32, and values for them. */
export interface Product {
  readonly snapshot: Snapshot;
  readonly inputs: readonly NamedValue[];
}

function squareProduct(): Product {
  const graph = new GraphBuilder("product");
  const type = tensorType("f32", [SIZE, SIZE]);
  const [c] = graph.node("MatMul", [graph.input("a", type), graph.input("b", type)], {}, { outputs: ["c"] });
  graph.output(c);
  const matrix = (): Tensor =>
    tensorFrom(
      "f32",
      [SIZE, SIZE],
      Array.from({ length: SIZE * SIZE }, (_, i) => (i % 7) / 7),
    );
  const inputs = ["a", "b"].map((name) => ({ name, value: matrix() }));
  return { snapshot: graph.build(), inputs };
}

/**
 * GFLOP/s of a product of square matrices, the fastest thing that a backend does: what operators are measured against. Undefined where it
 * cannot be run. Throws DEADLINE, ABORTED.
 */
export async function productRate(
  open: (product: Product) => Promise<OpenModel>,
  context: CallContext,
): Promise<number | undefined> {
  try {
    const product = squareProduct();
    const { session } = await open(product);
    try {
      const { times } = await runBenchmark({ session, inputs: product.inputs, options: {}, context }, WARMUP, RUNS);
      return (2 * SIZE ** 3) / Math.min(...times) / 1e6;
    } finally {
      await session.dispose();
    }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof HoduError)) throw error;
    return undefined;
  }
}
