import { MAX_HANDSHAKE_BYTES } from "./limits.ts";
import { PROTOCOL_VERSION } from "./messages.ts";
import { protocolError } from "./protocol-error.ts";

const WORD = "hodu-plugin";
const NEWLINE = 10;

/** The first thing a plugin's process sends: `hodu-plugin <version of the protocol> <its SDK>/<version>` and a newline. */
export function handshakeLine(sdk: string): Uint8Array {
  return new TextEncoder().encode(`${WORD} ${PROTOCOL_VERSION} ${sdk}\n`);
}

/** Collects the handshake line from bytes that arrive in pieces. */
export class HandshakeReader {
  #line = new Uint8Array(0);

  /** The bytes that follow the line, once it is complete and speaks our version. Throws PLUGIN_PROTOCOL. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const end = chunk.indexOf(NEWLINE);
    const taken = end < 0 ? chunk : chunk.subarray(0, end);
    if (this.#line.length + taken.length >= MAX_HANDSHAKE_BYTES) {
      throw protocolError("read the handshake", `more than ${MAX_HANDSHAKE_BYTES} bytes`, "one short line");
    }
    const line = new Uint8Array(this.#line.length + taken.length);
    line.set(this.#line);
    line.set(taken, this.#line.length);
    this.#line = line;
    if (end < 0) return undefined;
    checkHandshake(new TextDecoder().decode(line));
    return chunk.subarray(end + 1);
  }
}

function checkHandshake(line: string): void {
  const match = /^hodu-plugin (\d{1,9}) \S+$/.exec(line);
  if (match === null) {
    throw protocolError(
      "read the handshake",
      JSON.stringify(line.slice(0, 80)),
      `"${WORD} ${PROTOCOL_VERSION} <sdk>/<version>"`,
    );
  }
  if (Number(match[1]) !== PROTOCOL_VERSION) {
    throw protocolError("speak to the plugin", `version ${match[1]} of the protocol`, `version ${PROTOCOL_VERSION}`);
  }
}
