import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import type { Program } from "hodu-plugin-sdk/compiler";
import { type LoadedProgram, loadProgram, programOf } from "../testing/program-of.ts";
import { endless, guarded, squares, trapping } from "../testing/test-kernels.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const ROWS = 5000;
const LONG = 1_000_000_000;
const opened: LoadedProgram[] = [];

async function open(program: Program, threads: number): Promise<LoadedProgram> {
  const loaded = await loadProgram(program, threads);
  opened.push(loaded);
  return loaded;
}

afterEach(async () => {
  for (const { engine } of opened.splice(0)) await engine.dispose();
});

const never = new AbortController().signal;

/** (x^2 + 1)^2 + 1 by two steps; `flops` as if it took long, so that threads take part. */
function twice(flops: number): Program {
  const kernel = squares(ROWS);
  return programOf(
    [ROWS * 64, ROWS * 64, ROWS * 64],
    [
      { kernel, buffers: [0, 1], flops },
      { kernel, buffers: [1, 2], flops },
    ],
  );
}

function fill({ floats }: LoadedProgram): Float32Array {
  floats[0].forEach((_, i) => {
    floats[0][i] = (i % 97) - 48;
  });
  return floats[0].map((x) => {
    const y = Math.fround(Math.fround(x * x) + 1);
    return Math.fround(Math.fround(y * y) + 1);
  });
}

describe("an engine", () => {
  it.each([1, 2, 3])("gives the same with %i threads, in workers and on the caller's thread", async (threads) => {
    const loaded = await open(twice(LONG), threads);
    const expected = fill(loaded);
    const { engine, memory, floats } = loaded;
    for (let turn = 0; turn < 20; turn++) {
      floats[2].fill(0);
      const ending =
        turn % 2 === 0 ? await engine.run(0, 2, memory, undefined, never) : engine.runSync(0, 2, memory, undefined);
      expect(ending).toEqual({ status: 0, step: 2 });
      expect(Buffer.compare(Buffer.from(floats[2].slice().buffer), Buffer.from(expected.buffer))).toBe(0);
    }
  });

  it("runs part of the steps, and tells how long each took", async () => {
    const loaded = await open(twice(LONG), 2);
    fill(loaded);
    const times = new Float64Array(2);
    await loaded.engine.run(0, 1, loaded.memory, times, never);
    expect([times[0] > 0, times[1], loaded.floats[2][0]]).toEqual([true, 0, 0]);
    await loaded.engine.run(1, 2, loaded.memory, times, never);
    expect([times[1] > 0, loaded.floats[2][48]]).toEqual([true, 2]);
  });

  it.each([1, 2])("ends with the status of the first turn that a guard refuses, with %i threads", async (threads) => {
    const count = 100_000;
    const program = programOf([count, count], [{ kernel: guarded(count), buffers: [0, 1], flops: LONG }]);
    const { engine, memory, floats } = await open(program, threads);
    floats[0][99_000] = -1;
    expect(await engine.run(0, 1, memory, undefined, never)).toEqual({ status: 7, step: 0 });
    expect(engine.runSync(0, 1, memory, undefined)).toEqual({ status: 7, step: 0 });
    floats[0][99_000] = 1;
    expect(await engine.run(0, 1, memory, undefined, never)).toEqual({ status: 0, step: 1 });
  });

  it("ends a kernel that does not end when the run is given up, and can run again", async () => {
    const program = programOf(
      [1, 1],
      [
        { kernel: endless(), buffers: [0, 1], flops: LONG },
        { kernel: squares(0), buffers: [0, 1] },
      ],
    );
    const { engine, memory } = await open(program, 2);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    const start = performance.now();
    await expect(engine.run(0, 1, memory, undefined, controller.signal)).rejects.toMatchObject({ code: "ABORTED" });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(await engine.run(1, 2, memory, undefined, never)).toEqual({ status: 0, step: 2 });
  });

  it("does not begin a run that was given up before", async () => {
    const { engine, memory } = await open(twice(LONG), 2);
    await expect(engine.run(0, 2, memory, undefined, AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
  });

  it.each([1, 2])("says so when a kernel leaves its memory, and stays usable, with %i threads", async (threads) => {
    const program = programOf(
      [1, 4000, 64, 64],
      [
        { kernel: trapping(4000), buffers: [0, 1], flops: LONG },
        { kernel: squares(1), buffers: [2, 3] },
      ],
    );
    const { engine, memory, floats } = await open(program, threads);
    await expect(engine.run(0, 1, memory, undefined, never)).rejects.toMatchObject({ code: "PLUGIN_CRASH" });
    expect(() => engine.runSync(0, 1, memory, undefined)).toThrow(/out of bounds/);
    await engine.run(1, 2, memory, undefined, never);
    expect(floats[3][0]).toBe(1);
  });

  it("runs beside another one, each in its own memory", async () => {
    const both = await Promise.all([open(twice(LONG), 2), open(twice(LONG), 2)]);
    const expected = both.map(fill);
    both[1].floats[0].fill(3);
    await Promise.all(both.map(({ engine, memory }) => engine.run(0, 2, memory, undefined, never)));
    expect(both[0].floats[2]).toEqual(expected[0]);
    expect(new Set(both[1].floats[2])).toEqual(new Set([101]));
  });

  it.runIf(process.platform === "linux")("ends the threads that know it when it is disposed of", async () => {
    const threads = (): number => readdirSync("/proc/self/task").length;
    // those of Node itself, which start when they are first needed
    await Promise.all(Array.from({ length: 16 }, () => readFile("/proc/self/stat")));
    await open(twice(LONG), 2);
    const before = threads();
    const { engine, memory } = await loadProgram(twice(LONG), 2);
    await engine.run(0, 2, memory, undefined, never);
    expect(threads()).toBeGreaterThan(before);
    await engine.dispose();
    await expect.poll(threads).toBeLessThanOrEqual(before);
  });

  it("frees its memory when nobody refers to it any more, though another engine stays", async () => {
    await open(twice(LONG), 2);
    const before = process.memoryUsage().rss;
    const rows = 200_000;
    for (let turn = 0; turn < 8; turn++) {
      const program = programOf([rows * 64, rows * 64], [{ kernel: squares(rows), buffers: [0, 1], flops: LONG }]);
      const { engine, memory } = await loadProgram(program, 2);
      await engine.run(0, 1, memory, undefined, never);
    }
    collectGarbage();
    // each wrote 51 MB
    await expect.poll(() => process.memoryUsage().rss - before, { timeout: 10_000 }).toBeLessThan(200_000_000);
  });

  it("gives zeros at multiples of 64, more of them than the program needs, and refuses more than addresses reach", async () => {
    const { engine, memory } = await open(twice(0), 2);
    const more = engine.allocate(memory[0].length + 100_001);
    more[100_000] = 1;
    expect([
      more.byteOffset % 64,
      more.length,
      memory[0][0],
      more.some((byte, i) => byte !== 0 && i !== 100_000),
    ]).toEqual([0, memory[0].length + 100_001, 0, false]);
    expect(() => engine.allocate(2 ** 32)).toThrow(/expected at most 4294967296/);
  });
});
