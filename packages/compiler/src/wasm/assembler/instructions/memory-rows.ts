import type { InstructionRows } from "./row.ts";

/** Loads, stores and bulk memory. The first operand is an address in bytes. WebAssembly core specification 2.0, section 5.4.6. */
export const MEMORY_ROWS = {
  // loads and stores
  "i32.load": [0x28, "i32 -> i32", "memory4"],
  "i64.load": [0x29, "i32 -> i64", "memory8"],
  "f32.load": [0x2a, "i32 -> f32", "memory4"],
  "f64.load": [0x2b, "i32 -> f64", "memory8"],
  "i32.load8_s": [0x2c, "i32 -> i32", "memory1"],
  "i32.load8_u": [0x2d, "i32 -> i32", "memory1"],
  "i32.load16_s": [0x2e, "i32 -> i32", "memory2"],
  "i32.load16_u": [0x2f, "i32 -> i32", "memory2"],
  "i64.load8_s": [0x30, "i32 -> i64", "memory1"],
  "i64.load8_u": [0x31, "i32 -> i64", "memory1"],
  "i64.load16_s": [0x32, "i32 -> i64", "memory2"],
  "i64.load16_u": [0x33, "i32 -> i64", "memory2"],
  "i64.load32_s": [0x34, "i32 -> i64", "memory4"],
  "i64.load32_u": [0x35, "i32 -> i64", "memory4"],
  "i32.store": [0x36, "i32 i32 ->", "memory4"],
  "i64.store": [0x37, "i32 i64 ->", "memory8"],
  "f32.store": [0x38, "i32 f32 ->", "memory4"],
  "f64.store": [0x39, "i32 f64 ->", "memory8"],
  "i32.store8": [0x3a, "i32 i32 ->", "memory1"],
  "i32.store16": [0x3b, "i32 i32 ->", "memory2"],
  "i64.store8": [0x3c, "i32 i64 ->", "memory1"],
  "i64.store16": [0x3d, "i32 i64 ->", "memory2"],
  "i64.store32": [0x3e, "i32 i64 ->", "memory4"],

  // whole memory: sizes in pages of 64 KiB, other operands in bytes (to, from or value, count)
  "memory.size": [0x3f, "-> i32", "memory"],
  "memory.grow": [0x40, "i32 -> i32", "memory"],
  "memory.init": [0xfc_008, "i32 i32 i32 ->", "dataAndMemory"],
  "data.drop": [0xfc_009, "->", "data"],
  "memory.copy": [0xfc_00a, "i32 i32 i32 ->", "twoMemories"],
  "memory.fill": [0xfc_00b, "i32 i32 i32 ->", "memory"],
} as const satisfies InstructionRows;
