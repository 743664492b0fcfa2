export { type Answers, Connection, type IncomingCall, type OutgoingCall } from "./connection.ts";
export { describeCause } from "./error-codec.ts";
export * from "./limits.ts";
export type { Line } from "./line.ts";
export type * from "./messages.ts";
export { LINE_DESCRIPTOR, LINE_VARIABLE, PROTOCOL_VERSION } from "./messages.ts";
export { type DataOf, HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS } from "./methods.ts";
export { protocolError } from "./protocol-error.ts";
export { servePluginOver } from "./serve-plugin.ts";
