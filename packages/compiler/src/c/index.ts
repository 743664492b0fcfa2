export { type CFile, type CSources, emitC } from "./emit-c.ts";
export { C_FLAGS, C_TARGETS, type CFeature, type CTarget } from "./target.ts";
