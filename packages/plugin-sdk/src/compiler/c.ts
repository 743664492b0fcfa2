/** The C emitter, for backends that compile with a C compiler. */
export * from "@hodu/compiler/c";
