/** A program of its own, bundled by a test: it runs kernels on threads, disposes of nothing, and has to end by itself. */
import { loadProgram, programOf, quietContext } from "./program-of.ts";
import { squares } from "./test-kernels.ts";

const LONG = 1_000_000_000;
const { engine, memory, floats } = await loadProgram(
  programOf([64_000, 64_000], [{ kernel: squares(1000), buffers: [0, 1], flops: LONG }]),
  2,
);
floats[0].fill(3);
await engine.run(0, 1, memory, undefined, quietContext().signal);
engine.runSync(0, 1, memory, undefined);
console.log(`sum ${floats[1].reduce((sum, x) => sum + x, 0)}`);
