/** Bytes of the JSON text: that of a model of 100,000 nodes has some 50 MB. */
export const MAX_HEADER_BYTES = 1 << 28;

/** Parts beside the text, each a tensor, a store, code or constants: the largest models have some thousands. */
export const MAX_PARTS = 1 << 20;

/** Buffers, steps and buffers of a step: models of 100,000 nodes stay below it. */
export const MAX_ENTRIES = 1 << 20;
