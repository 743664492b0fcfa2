import {
  buildKernel,
  type Kernel,
  type KernelEngine,
  type Program,
  type ProgramBuffer,
  type ProgramStep,
} from "hodu-plugin-sdk/compiler";
import { generator } from "../generator.ts";

/** y = x * factor over n f32, the outermost loop parallel. */
export function scaling(factor: number, n: number, origin: readonly string[] = ["scale"]): Kernel {
  return buildKernel("scale", origin, (k) => {
    const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", n)];
    k.loop("i", n, (i) => k.store(y, i, k.mul(k.load(x, i), factor)), { kind: "parallel" });
  });
}

/** Guards that every x is below the limit, and copies. */
export function checking(limit: number, n: number): Kernel {
  return buildKernel("check", ["check"], (k) => {
    const [x, y] = [k.input("x", "f32", n), k.output("y", "f32", n)];
    k.loop("i", n, (i) => {
      const value = k.let("value", k.load(x, i));
      k.guard(k.lt(value, limit), 7);
      k.store(y, i, value);
    });
  });
}

/** Sums x turns times for each of 64 elements: as slow as one wants. */
export function slow(turns: number): Kernel {
  return buildKernel("slow", ["slow"], (k) => {
    const [x, y] = [k.input("x", "f32", 64), k.output("y", "f32", 64)];
    k.loop(
      "i",
      64,
      (i) => {
        const sum = k.var("sum", k.constant("f32", 0));
        k.loop("j", turns, () => k.assign(sum, k.add(k.mul(sum, 0.5), k.load(x, i))));
        k.store(y, i, sum);
      },
      { kind: "parallel" },
    );
  });
}

/** A program in which each kernel reads what the one before wrote: buffer 0 is the input, the last the output. */
export function chain(kernels: readonly Kernel[], n: number): Program {
  const buffers = Array.from({ length: kernels.length + 1 }, (_, i): ProgramBuffer => {
    const name = `value${i}`;
    const shape = { name, memory: "f32", dims: [n], bytes: 4 * n } as const;
    if (i === 0) return { ...shape, place: { kind: "input", name } };
    if (i === kernels.length) return { ...shape, place: { kind: "output", name } };
    return { ...shape, place: { kind: "arena", offset: 4 * n * (i - 1) } };
  });
  const steps = kernels.map(
    (kernel, i): ProgramStep => ({
      kind: "kernel",
      kernel: i,
      buffers: [i, i + 1],
      origin: kernel.origin,
      operator: "Mul",
      flops: n,
    }),
  );
  return {
    kernels,
    buffers,
    steps,
    outputs: [{ name: `value${kernels.length}`, from: kernels.length }],
    arenaBytes: 4 * n * kernels.length,
    constants: [],
    constantBytes: 0,
  };
}

/** A context that nobody aborts. */
export const quiet = { signal: new AbortController().signal, log: () => {}, progress: () => {} };

/** The options of a plain compilation. */
export const plain = { device: "cpu", precision: "native" } as const;

/** Compiles and loads a program. */
export async function engineOf(program: Program, threads: number): Promise<KernelEngine> {
  const target = await generator.target(plain, quiet);
  const { code } = await generator.generate(program, target, plain, quiet);
  return generator.load(code, program, { threads, maxMemory: Number.POSITIVE_INFINITY }, quiet);
}

/** Memory for each buffer of a program, the first with values. */
export function memoryOf(program: Program, engine: KernelEngine, input: Float32Array): Uint8Array[] {
  return program.buffers.map(({ bytes }, i) =>
    i === 0 ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : engine.allocate(bytes),
  );
}

/** Bytes as f32. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
