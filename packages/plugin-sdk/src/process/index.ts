import { siblingModule } from "./sibling-module.ts";

export { servePlugin } from "./serve.ts";
export { type OnRead, socketLine } from "./socket-line.ts";

/** The program that serves a plugin module: `node <this> <URL of the module> [<name of the export>]`. */
export const PROCESS_ENTRY: URL = siblingModule("main", import.meta.url);
