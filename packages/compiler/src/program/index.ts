export { hasGuards } from "./has-guards.ts";
export { packedCount, packElements } from "./pack-elements.ts";
export { planProgram, type PlanOptions } from "./plan-program.ts";
export { isSameProgram } from "./same-program.ts";
export { type ConstantReader, writeConstants } from "./write-constants.ts";
export { ARENA_ALIGNMENT } from "./limits.ts";
export { memoryWidth } from "./memory-width.ts";
export type {
  BufferPlace,
  Packing,
  Program,
  ProgramBuffer,
  ProgramConstant,
  ProgramOutput,
  ProgramStep,
} from "./types.ts";
