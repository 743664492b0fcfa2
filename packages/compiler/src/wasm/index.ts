/** @packageDocumentation Kernels as WebAssembly, and the assembler that they are written with: modules as bytes and as text. */
export { encodeModule } from "./assembler/encode-module.ts";
export { type BlockType, type Label } from "./assembler/control-builder.ts";
export { FunctionBuilder } from "./assembler/function-builder.ts";
export { INSTRUCTION_ROWS, type InstructionName } from "./assembler/instructions/instruction-table.ts";
export type { LaneShape } from "./assembler/instructions/row.ts";
export { WASM_LIMITS } from "./assembler/limits.ts";
export type { Local } from "./assembler/local-pool.ts";
export { type DataHandle, type DataOptions, ModuleBuilder, type ParameterLocals } from "./assembler/module-builder.ts";
export { type PrintOptions, printModule } from "./assembler/print-module.ts";
export type { FunctionType, MemoryLimits, ScalarType, ValueType } from "./assembler/types.ts";
export type {
  FunctionHandle,
  GlobalHandle,
  MemoryHandle,
  Producer,
  TableHandle,
  WasmExport,
  WasmModule,
} from "./assembler/wasm-module.ts";
export { turnsOf } from "./emit/call-time-extent.ts";
export { emitWasm, type WasmKernel, type WasmKernels, type WasmPhase } from "./emit/emit-wasm.ts";
export { FIRST_BUFFER_ADDRESS } from "./emit/limits.ts";
export { WASM_TARGETS, type WasmFeature, type WasmTarget } from "./emit/target.ts";
