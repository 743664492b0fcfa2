/** Limits of the protocol, each with its reason. A frame that passes one is PLUGIN_PROTOCOL and ends the line. */

/** A header: kind, three zero bytes, stream, length of the payload. */
export const FRAME_HEADER_BYTES = 12;

/** JSON of one message. The largest Snapshots have some 100,000 nodes of less than 1 KiB each; V8 holds no text above 512 MiB. */
export const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Payload of one data frame: larger ones would hold up a cancel for more than some milliseconds. */
export const MAX_DATA_BYTES = 4 * 1024 * 1024;

/** Payload of the data frames that this side sends: two fit into what a socket buffers without a stall between them. */
export const DATA_FRAME_BYTES = 512 * 1024;

/** Parts of one message: a model of 100,000 nodes, each with ten tensor attributes. */
export const MAX_PARTS = 1_000_000;

/** Bytes of one part: the longest typed array of Node 20. Weights do not travel, so only an input or an output can come near it. */
export const MAX_PART_BYTES = 4 * 1024 * 1024 * 1024;

/** Bytes of parts that are announced and not complete, over all messages: what a plugin can make its host allocate. */
export const MAX_OPEN_BYTES = 8 * 1024 * 1024 * 1024;

/** Messages whose parts are not complete: all open requests and answers at once. */
export const MAX_OPEN_MESSAGES = 524_288;

/** Requests of one side that the other has not answered: `supports` for all nodes of the largest models at once, some 100 MB. */
export const MAX_OPEN_REQUESTS = 262_144;

/** Parts of at least this size travel through memory, where both sides reach it: smaller ones are as fast in frames. */
export const LEAST_MEMORY_BYTES = 64 * 1024;

/** Larger parts travel in frames, between which short messages pass: a copy of this many bytes at once takes some milliseconds. */
export const MOST_MEMORY_BYTES = 16 * 1024 * 1024;

/** Files in memory of each side: parts that are on their way at once. Others travel in frames. */
export const MAX_MEMORY_FILES = 64;

/** Memory of parts that is kept for the next ones: that of a few calls at once. */
export const MAX_SPARE_BYTES = 64 * 1024 * 1024;

/** What files in memory may hold that wait for the next part. */
export const MAX_IDLE_MEMORY_BYTES = 256 * 1024 * 1024;

/** The handshake line with its newline. */
export const MAX_HANDSHAKE_BYTES = 1024;

/** Characters of a log message or a progress label that the host passes on. */
export const MAX_LOG_CHARACTERS = 16 * 1024;

/** A plugin tells its progress at most once in this time, unless it is done. */
export const PROGRESS_INTERVAL_MS = 50;

/** Levels of the data that services take and give: more than any settings or results have, fewer than would fill a stack. */
export const MAX_SERVICE_DEPTH = 100;
