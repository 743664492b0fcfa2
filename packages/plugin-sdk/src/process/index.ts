export { servePlugin } from "./serve.ts";
export { type OnRead, socketLine } from "./socket-line.ts";
