export { writeFileSafely, type WriteFileOptions } from "./file-sink.ts";
export { openFile, type OpenFileOptions } from "./file-source.ts";
export { memoryLimit } from "./memory-limit.ts";
export { shellWord } from "./shell-word.ts";
