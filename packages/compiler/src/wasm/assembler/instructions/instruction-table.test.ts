import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { encodeModule } from "../encode-module.ts";
import type { FunctionBuilder } from "../function-builder.ts";
import { type DataHandle, ModuleBuilder } from "../module-builder.ts";
import type { ValueType } from "../types.ts";
import { ATOMIC_ROWS } from "./atomic-rows.ts";
import { INSTRUCTION_ROWS } from "./instruction-table.ts";
import { MEMORY_ROWS } from "./memory-rows.ts";
import { NUMERIC_ROWS } from "./numeric-rows.ts";
import { RELAXED_SIMD_ROWS } from "./relaxed-simd-rows.ts";
import type { ImmediateArguments, ImmediateKind, InstructionRow, InstructionRows } from "./row.ts";
import { SIMD_ROWS } from "./simd-rows.ts";

const LANES = Array.from({ length: 16 }, (_, lane) => lane);

/** Immediates as far from the default as their kind allows. */
function samples(data: DataHandle): { readonly [K in ImmediateKind]: ImmediateArguments[K] } {
  return {
    none: [],
    i32: [-(2 ** 31)],
    i64: [2n ** 64n - 1n],
    f32: [0.1],
    f64: [Number.NaN],
    v128: ["i8x16", LANES],
    lane2: [1],
    lane4: [3],
    lane8: [7],
    lane16: [15],
    shuffle: [LANES.map((lane) => 31 - lane)],
    memory1: [2 ** 32 - 1, 1],
    memory2: [300, 1],
    memory4: [300, 2],
    memory8: [300, 4],
    memory16: [300, 8],
    memory1lane16: [15, 70_000],
    memory2lane8: [7, 70_000, 1],
    memory4lane4: [3, 70_000, 2],
    memory8lane2: [1, 70_000, 4],
    atomic1: [300],
    atomic2: [300],
    atomic4: [300],
    atomic8: [300],
    memory: [],
    twoMemories: [],
    fence: [],
    data: [data],
    dataAndMemory: [data],
  };
}

/** A module with one function for each row: it takes the operands of the instruction and gives its results. */
function moduleOf(rows: InstructionRows, limits = { min: 1, max: 2, shared: true }): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder("rows");
  module.addMemory(limits);
  const immediates = samples(module.addData(new Uint8Array(4), { name: "bytes" }));
  for (const [name, row] of Object.entries(rows)) {
    const [takes = "", gives = ""] = row[1].split("->");
    const type = { params: typesOf(takes), results: typesOf(gives) };
    module.define(module.addFunction(name, type), (code, ...params) => {
      for (const param of params) code.local.get(param);
      call(code, name, immediates[row[2] ?? "none"]);
    });
  }
  return encodeModule(module.build());
}

function typesOf(text: string): ValueType[] {
  return text.split(" ").filter((type) => type !== "") as ValueType[];
}

/** Calls the method of an instruction by its name. */
function call(code: FunctionBuilder, name: string, immediates: readonly unknown[]): void {
  const [space = "", ...rest] = name.split(".");
  const methods = Reflect.get(code, space) as object;
  const method = Reflect.get(methods, rest.join("_")) as (...values: readonly unknown[]) => void;
  Reflect.apply(method, methods, immediates);
}

describe("the table of instructions", () => {
  it.each([
    ["numeric", NUMERIC_ROWS],
    ["memory", MEMORY_ROWS],
    ["vector", SIMD_ROWS],
    ["atomic", ATOMIC_ROWS],
  ])("has %s instructions that the engine accepts with the types of their rows", (_, rows) => {
    for (const [name, row] of Object.entries(rows))
      expect(WebAssembly.validate(moduleOf({ [name]: row as InstructionRow })), name).toBe(true);
  });

  it("has relaxed vector instructions that an engine which knows them accepts", () => {
    const bytes = moduleOf(RELAXED_SIMD_ROWS);
    expect(WebAssembly.validate(bytes) || validatesWithFlag(bytes)).toBe(true);
  });

  it("has every opcode once", () => {
    const opcodes = Object.values(INSTRUCTION_ROWS).map(([opcode]) => opcode);
    expect(new Set(opcodes).size).toBe(opcodes.length);
  });

  it("has as many instructions as the specification counts", () => {
    const counts = [NUMERIC_ROWS, MEMORY_ROWS, SIMD_ROWS, RELAXED_SIMD_ROWS, ATOMIC_ROWS].map(
      (rows) => Object.keys(rows).length,
    );
    expect(counts).toEqual([140, 29, 236, 20, 67]);
  });

  it("lets a wrong type in a row be found: the engine refuses the module", () => {
    const wrong: InstructionRows = { "f32x4.add": [0xfd_0e4, "v128 v128 -> i32"] };
    expect(() => moduleOf(wrong)).toThrow("expected [i32]");
  });
});

/** Node 20 has relaxed vector instructions behind a flag only. */
function validatesWithFlag(bytes: Uint8Array): boolean {
  const script = "process.exit(WebAssembly.validate(require('fs').readFileSync(0)) ? 0 : 1)";
  const { status } = spawnSync(process.execPath, ["--experimental-wasm-relaxed-simd", "-e", script], { input: bytes });
  return status === 0;
}
