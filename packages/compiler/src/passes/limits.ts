/** A folded result may take this much whatever its inputs take: shapes, masks and small tables. */
export const SMALL_BYTES = 1 << 16;

/** Memory that a kernel may take while it is folded, as a multiple of what its result may take: doubles for floats of 16 bits, and copies. */
export const KERNEL_FACTOR = 8;

/** Steps of a reference kernel, each of some million operations: a fold that takes longer than about a second is left to the run. */
export const FOLDED_STEPS = 256;

/** Constants of at most this many elements count by their values when equal nodes are looked for. */
export const COMPARED_ELEMENTS = 64;

/** Rank up to which the shapes of reshapes are followed. */
export const FOLLOWED_RANK = 64;

/** Mean of a BatchNormalization, in standard deviations, up to which it is folded: each doubling beyond 1 costs a bit of the result. */
export const MEAN_IN_DEVIATIONS = 64;

/** Values that are followed back from an attention mask: exporters make one of some dozen. */
export const FOLLOWED_NODES = 256;

/** Size of attention scores: added to a number this many times 2^24 as large, one is lost. No model has scores of it. */
export const LARGEST_SCORE = 1e30;

/** A weight that would take more as floats stays quantised: it was made so to fit. */
export const DEQUANTIZED_BYTES = 1 << 24;
