/** Bytes of the JSON header. JSON takes a second for each 64 MiB and ten times its size in memory; a model of 100,000 nodes has 25 MB of it. */
export const MAX_HEADER_BYTES = 64 * 2 ** 20;

/** Brackets within each other in the header: a subgraph takes seven, so more than the verifier lets through. */
export const MAX_HEADER_DEPTH = 1000;

/** Parts of a file. A part is one tensor, and a header has room for some 700,000 of them. */
export const MAX_PARTS = 1_000_000;

/** Weights, the header and parts begin at multiples of this: a cache line, and more than any element needs. */
export const ALIGNMENT = 64;

/** Weights that a Snapshot holds itself stay in the part that is read when the model is opened, up to this size each: shapes and axes that inference needs. */
export const MAX_HELD_WEIGHT_BYTES = 4096;
