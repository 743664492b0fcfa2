/** The WebAssembly emitter and its assembler, for backends that compile to it. */
export * from "@hodu/compiler/wasm";
