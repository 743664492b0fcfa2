export * from "@hodu/core";
export type * from "./contracts/backend.ts";
export type * from "./contracts/byte-source.ts";
export type * from "./contracts/call-context.ts";
export type * from "./contracts/events.ts";
export type * from "./contracts/format.ts";
export type * from "./contracts/manifest.ts";
export type * from "./contracts/plugin.ts";
export { definePlugin } from "./define-plugin.ts";
