/** Lowering, emitters and what runs their programs: for backends that compile. This tier changes between minor versions. */
export * from "@hodu/compiler";
export * from "@hodu/core/kernel-ir";
export type * from "./code-generator.ts";
export { compiledBackend } from "./compiled-backend.ts";
export { readFileWeights } from "./compile/weight-bytes.ts";
export { placeOf } from "./place-of.ts";
