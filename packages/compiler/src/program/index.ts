export type {
  BufferPlace,
  Packing,
  Program,
  ProgramBuffer,
  ProgramConstant,
  ProgramStep,
} from "./types.ts";
