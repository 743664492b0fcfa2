/** What a symbol is taken for where moves are compared: most are batches and lengths. */
export const ASSUMED_DIM = 16;

/** Nodes that are looked at around one Transpose: what is farther away seldom decides. */
export const REGION_NODES = 512;

/** Orders that are tried for one value: few values are transposed in more ways. */
export const TRIED_ORDERS = 4;

/** Elements of a constant that may be transposed ahead of the run: the copy is kept beside the original. */
export const TRANSPOSED_CONSTANT = 1 << 20;
