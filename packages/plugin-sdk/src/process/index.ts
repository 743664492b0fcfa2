export { MemoryFiles } from "./memory-files.ts";
export { makeMemoryFolder } from "./memory-folder.ts";
export { servePlugin } from "./serve.ts";
export { type OnRead, socketLine } from "./socket-line.ts";
