import { buildKernel, type Kernel } from "@hodu/core/kernel-ir";
import { expect, test } from "vitest";
import type { ProgramStep } from "../program/types.ts";
import { type CProgram, emitProgram } from "./emit-program.ts";
import { MAX_BUFFERS, MAX_SINGLE_UNIT } from "./limits.ts";
import { C_TARGETS } from "./target.ts";

const target = C_TARGETS.base;

/** Stores a number at `count` places. */
const storing = (value: number, count = 1): Kernel =>
  buildKernel("k", [], (k) => {
    const y = k.output("y", "i32", count);
    for (let i = 0; i < count; i++) k.store(y, i, value + i);
  });

const kernelStep = (kernel: number, buffers: readonly number[]): ProgramStep => ({
  kind: "kernel",
  kernel,
  buffers,
  origin: [],
  operator: "Add",
  flops: 0,
});
const callStep: ProgramStep = {
  kind: "call",
  node: { op: "Unique", domain: "", name: "u", inputs: [], outputs: [], attributes: [], origin: [] },
  reason: "",
};

const textOf = ({ files }: CProgram, name: string): string => files.find((file) => file.name === name)!.text;

test("the table has each step's kernel and buffers, and nothing for a call", () => {
  const steps = [kernelStep(1, [4, 2]), callStep, kernelStep(0, [7]), kernelStep(1, [0, 1])];
  const text = textOf(emitProgram({ kernels: [storing(1), storing(2)], steps }, target), "program.c");
  expect(text).toContain("{hodu_kernel_1, 0, 2},\n  {0, 0, 0},\n  {hodu_kernel_0, 2, 1},\n  {hodu_kernel_1, 3, 2},");
  expect(text).toContain("hodu_numbers[] = {4, 2, 7, 0, 1, 0};");
});

test("a program without kernels is one", () => {
  const { units, files } = emitProgram({ kernels: [], steps: [callStep] }, target);
  expect(units).toEqual(["program.c"]);
  expect(files.map(({ name }) => name)).toEqual([
    "hodu.h",
    "hodu-float.h",
    "program.c",
    "pool.h",
    "run.h",
    "pool.c",
    "run.c",
  ]);
});

test("a small program is one unit, a large one several that can be compiled side by side", () => {
  expect(emitProgram({ kernels: [storing(1)], steps: [] }, target).units).toEqual(["program.c"]);
  const large = [storing(1, MAX_SINGLE_UNIT / 10), storing(2, MAX_SINGLE_UNIT / 10), storing(3, MAX_SINGLE_UNIT / 10)];
  const program = emitProgram({ kernels: large, steps: [] }, target);
  expect(program.units).toEqual(["kernels_0.c", "kernels_1.c", "program.c"]);
  expect(textOf(program, "program.c")).not.toContain("kernels_");
});

test("a kernel of more buffers than the runtime gathers is refused", () => {
  const many = Array.from({ length: MAX_BUFFERS + 1 }, (_, i) => i);
  const emit = (): unknown => emitProgram({ kernels: [storing(1)], steps: [kernelStep(0, many)] }, target);
  expect(emit).toThrow(`it has more than ${MAX_BUFFERS} buffers`);
});
