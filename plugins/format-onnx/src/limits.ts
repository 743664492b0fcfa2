/** Largest IR version that is read (ONNX 1.23). */
export const MAX_IR_VERSION = 14;

/** A protobuf message ends below 2 GiB; weights beyond that live in external files. */
export const MAX_MODEL_BYTES = 2 ** 31 - 1;

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

/** Nodes of the model once its functions are inlined: functions that call each other twice double it at every level. */
export const MAX_INLINED_NODES = 1_000_000;

/** Characters of all names that inlining makes. */
export const MAX_INLINED_CHARACTERS = 256 * 2 ** 20;

/** Functions that call functions. */
export const MAX_CALL_DEPTH = 64;

/** External files of a model: exporters write one per tensor at most, and every one costs an open file. */
export const MAX_EXTERNAL_FILES = 10_000;

/** A sparse tensor is made dense: never more than this many times the bytes that it takes in the file (one element in a thousand). */
export const MAX_SPARSE_GROWTH = 400;
/** Dense tensors up to this size are made however sparse they are. */
export const SPARSE_FLOOR = 4 * 2 ** 20;

/** Weights of at most this many bytes are held in memory, where inference sees the shapes and axes that most of them are. */
export const SMALL_WEIGHT_BYTES = 4096;

/** Constants above this many bytes become weights, so that they are not copied. */
export const LARGE_CONSTANT_BYTES = 4096;

/** Bytes of one value of a .pb file; a message cannot be larger. */
export const MAX_TENSOR_FILE_BYTES = MAX_MODEL_BYTES;
