export * from "./codec.ts";
export { node, snapshot, weight } from "./snapshot-codec.ts";
export type * from "./types.ts";
export { dtype, namedValue, tensor, value, valueType } from "./value-codecs.ts";
