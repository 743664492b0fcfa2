export { type CFile, type CSources, emitC } from "./emit-c.ts";
export { type CProgram, emitProgram } from "./emit-program.ts";
export { C_FLAGS, C_TARGETS, type CFeature, type CTarget } from "./target.ts";
