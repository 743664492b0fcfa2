/** Largest IR version that is read (ONNX 1.23). */
export const MAX_IR_VERSION = 14;

/** A protobuf message ends below 2 GiB; weights beyond that live in external files. */
export const MAX_MESSAGE_BYTES = 2 ** 31 - 1;

/** Messages inside messages: what every protobuf reader allows, so that a deeper file could be read by nobody. About 32 levels of If. */
export const MAX_MESSAGE_DEPTH = 100;

/** Graphs inside graphs after functions are inlined; the limit of the file alone is about 32. */
export const MAX_GRAPH_DEPTH = 64;

/**
 * Bytes that decoded messages may take, as a multiple of the file: an empty message of two bytes becomes an object of hundreds.
 * Real models stay below 30. Files so small that it does not matter have DECODE_FLOOR to themselves.
 */
export const MAX_DECODE_GROWTH = 48;
export const DECODE_FLOOR = 32 * 2 ** 20;

/** Dims of a tensor. NumPy, which writes most tensors, has 64. */
export const MAX_RANK = 64;

/** Characters of a name (of a value, a node, an operator). Scoped names of exporters reach a few hundred. */
export const MAX_NAME_LENGTH = 65_536;

/**
 * Nodes of the model once its functions are inlined, by bytes of the file: functions that call each other twice double it at every
 * level. A layer of 200 nodes that is called a hundred times makes one for every two bytes. Up to INLINED_FLOOR are made in any case.
 */
export const MAX_INLINED_NODES_PER_BYTE = 1;
export const INLINED_FLOOR = 100_000;

/** Characters of all names that inlining makes: a name may be long, and every call makes it anew. */
export const MAX_INLINED_CHARACTERS = 64 * 2 ** 20;

/** Functions that call functions. */
export const MAX_CALL_DEPTH = 64;

/** External files of a model: exporters write one per tensor at most, and every one costs an open file. */
export const MAX_EXTERNAL_FILES = 10_000;

/**
 * Bytes that all sparse tensors of a file may take once they are dense, as a multiple of the file: one element in a few hundred
 * is about as sparse as weights are pruned. Files so small that it does not matter have DENSE_FLOOR to themselves.
 */
export const MAX_DENSE_GROWTH = 256;
export const DENSE_FLOOR = 16 * 2 ** 20;

/** Weights of at most this many bytes are held in memory, where inference sees the shapes and axes that most of them are. */
export const SMALL_WEIGHT_BYTES = 4096;

/** Constants above this many bytes become weights, so that they are not copied. */
export const LARGE_CONSTANT_BYTES = 4096;

/** Weights of more than this many bytes together are saved in a file of their own: some way before the end of a message. */
export const EXTERNAL_ABOVE_BYTES = 1_500_000_000;

/** Weights below this many bytes stay in the model: readers look at shapes and axes before they open other files. */
export const INTERNAL_WEIGHT_BYTES = 1024;

/** External weights begin at a multiple of it, the size of a page, so that they can be mapped. ONNX, ExternalData.md. */
export const EXTERNAL_ALIGNMENT = 4096;

/** Bytes that are gathered before they are written: a call for every field of a large graph would cost more than the copy. */
export const WRITE_BUFFER_BYTES = 2 ** 18;
