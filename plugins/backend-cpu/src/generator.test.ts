import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { generator } from "./generator.ts";
import { chain, checking, engineOf, floatsOf, memoryOf, plain, quiet, scaling, slow } from "./testing/programs.ts";
import { unavailable } from "./unavailable.ts";

const N = 1000;
const input = Float32Array.from({ length: N }, (_, i) => i - 500);
const none = unavailable();
const { signal } = quiet;

describe.skipIf(none !== undefined)(`a compiled program${none === undefined ? "" : `: ${none}`}`, () => {
  for (const threads of [1, 2, 0])
    test(`runs its kernels in order with ${threads} threads, at once and aside`, async () => {
      const program = chain([scaling(2, N), scaling(0.25, N), scaling(8, N)], N);
      const engine = await engineOf(program, threads);
      const memory = memoryOf(program, engine, input);
      expect(engine.runSync(0, 3, memory, undefined)).toEqual({ status: 0, step: 2 });
      expect(floatsOf(memory[3])).toEqual(input.map((x) => x * 4));
      memory[3].fill(0);
      expect(await engine.run(0, 3, memory, undefined, signal)).toEqual({ status: 0, step: 2 });
      expect(floatsOf(memory[3])).toEqual(input.map((x) => x * 4));
      await engine.dispose();
    });

  test("runs a stretch of its steps, and measures each", async () => {
    const program = chain([scaling(2, N), scaling(3, N), scaling(5, N)], N);
    const engine = await engineOf(program, 1);
    const memory = memoryOf(program, engine, input);
    const times = new Float64Array(3).fill(-1);
    engine.runSync(0, 2, memory, times);
    expect([times[0] >= 0, times[1] >= 0, times[2]]).toEqual([true, true, -1]);
    expect(floatsOf(memory[2])).toEqual(input.map((x) => x * 6));
    expect(floatsOf(memory[3])).toEqual(new Float32Array(N));
    await engine.dispose();
  });

  test("ends at a guard with its status and step", async () => {
    const program = chain([scaling(1, N), checking(100, N), scaling(1, N)], N);
    const engine = await engineOf(program, 2);
    const memory = memoryOf(program, engine, input);
    expect(engine.runSync(0, 3, memory, undefined)).toEqual({ status: 7, step: 1 });
    expect(await engine.run(0, 3, memory, undefined, signal)).toEqual({ status: 7, step: 1 });
    await engine.dispose();
  });

  test("is ended by its signal soon, within a kernel, while the event loop goes on", { tags: ["long"] }, async () => {
    const program = chain([slow(100_000_000)], 64);
    for (const threads of [1, 2]) {
      const engine = await engineOf(program, threads);
      const memory = memoryOf(program, engine, new Float32Array(64));
      const running = engine.run(0, 1, memory, undefined, AbortSignal.timeout(50));
      let turns = 0;
      const timer = setInterval(() => turns++, 5);
      await expect(running).rejects.toMatchObject({ code: "DEADLINE" });
      clearInterval(timer);
      expect(turns).toBeGreaterThan(3);
      await engine.dispose();
    }
  });

  test("runs many times at once, each with memory of its own", async () => {
    const program = chain([scaling(2, N), scaling(3, N)], N);
    const engine = await engineOf(program, 2);
    const { signal: one } = new AbortController();
    const runs = Array.from({ length: 20 }, async (_, i) => {
      const memory = memoryOf(
        program,
        engine,
        input.map((x) => x + i),
      );
      await engine.run(0, 2, memory, undefined, one);
      return floatsOf(memory[2]);
    });
    expect(getEventListeners(one, "abort")).toHaveLength(1);
    for (const [i, found] of (await Promise.all(runs)).entries()) expect(found).toEqual(input.map((x) => (x + i) * 6));
    expect(getEventListeners(one, "abort")).toHaveLength(0);
    await engine.dispose();
  });

  test("gives the same code for the same kernels, whatever their names", async () => {
    const target = await generator.target(plain, quiet);
    const build = async (origin: string): Promise<Uint8Array> =>
      (await generator.generate(chain([scaling(2, N, [origin])], N), target, plain, quiet)).code;
    expect(Buffer.compare(await build("one"), await build("*/ int main(void) { return 1; } /*"))).toBe(0);
  });

  test("other programs of the process have code of their own, also after some are gone", {
    tags: ["long"],
  }, async () => {
    for (let factor = 1; factor <= 5; factor++) {
      const program = chain([scaling(factor, N)], N);
      const engine = await engineOf(program, 2);
      const memory = memoryOf(program, engine, input);
      engine.runSync(0, 1, memory, undefined);
      expect(floatsOf(memory[1])).toEqual(input.map((x) => x * factor));
      await engine.dispose();
    }
  });

  test("memory is at a multiple of 64, zeros, and refused with its size where there is none", async () => {
    const engine = await engineOf(chain([scaling(2, N)], N), 1);
    for (const bytes of [0, 1, 100, 4096]) expect(engine.allocate(bytes)).toEqual(new Uint8Array(bytes));
    expect(() => engine.allocate(2 ** 52)).toThrow(
      "Cannot run the model: there is no memory for 4503599627370496 bytes",
    );
    await engine.dispose();
  });

  test("buffers that are missing, too small or gone are refused before a kernel runs", async () => {
    const program = chain([scaling(2, N)], N);
    const engine = await engineOf(program, 1);
    const memory = memoryOf(program, engine, input);
    expect(() => engine.runSync(0, 1, [memory[0], undefined], undefined)).toThrow("buffer 1 has no bytes");
    expect(() => engine.runSync(0, 1, [memory[0], new Uint8Array(8)], undefined)).toThrow("buffer 1 has 8 bytes");
    const gone = new Uint8Array(4 * N);
    engine.runSync(0, 1, [gone, memory[1]], undefined);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(() => engine.runSync(0, 1, [gone, memory[1]], undefined)).toThrow("buffer 0 has 0 bytes");
    await engine.dispose();
    expect(() => engine.runSync(0, 1, memory, undefined)).toThrow("disposed");
  });
});

test("code of something else, of another system or of a better processor is refused", async () => {
  const load = (text: string) =>
    generator.load(new TextEncoder().encode(text), chain([], 1), { threads: 1, maxMemory: 1 }, quiet);
  await expect(load("")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  await expect(load("\x7fELF")).rejects.toThrow("its code is not of the cpu backend");
  await expect(load("hodu-cpu plan9 x64 base\n")).rejects.toThrow('it is for "plan9 x64 base"');
  await expect(load(`hodu-cpu ${process.platform} ${process.arch} avx9000\n`)).rejects.toThrow("this machine is not");
});
