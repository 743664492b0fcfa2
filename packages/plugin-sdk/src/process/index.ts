export { makeMemoryFolder, MemoryFiles } from "./memory-files.ts";
export { servePlugin } from "./serve.ts";
export { type OnRead, socketLine } from "./socket-line.ts";
