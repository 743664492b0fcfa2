import { HoduError, quote } from "@hodu/core";
import type { ByteSink } from "./contracts/byte-sink.ts";

/** A ByteSink that keeps what is written. */
export interface BytesSink extends ByteSink {
  /** What was written so far. */
  bytes(): Uint8Array;
  /** The siblings so far, by name. */
  readonly siblings: ReadonlyMap<string, BytesSink>;
}

/**
 * A file in memory: `await format.saveModel(model, sink, {}, context)`, then `sink.bytes()`.
 *
 * @example
 * ```js
 * import { bytesSink } from "hodu-plugin-sdk";
 *
 * const sink = bytesSink("model.bin");
 * await sink.write(Uint8Array.of(1, 2));
 * await (await sink.sibling("model.weights")).write(Uint8Array.of(3));
 * console.log(sink.bytes(), [...sink.siblings.keys()]);
 * ```
 * ```text
 * Uint8Array(2) [ 1, 2 ] [ 'model.weights' ]
 * ```
 */
export function bytesSink(name: string): BytesSink {
  const pieces: Uint8Array[] = [];
  const siblings = new Map<string, BytesSink>();
  return {
    name,
    siblings,
    async write(bytes) {
      pieces.push(new Uint8Array(bytes));
    },
    async sibling(wanted) {
      checkSiblingName(name, wanted);
      const found = siblings.get(wanted) ?? bytesSink(wanted);
      siblings.set(wanted, found);
      return found;
    },
    bytes() {
      const out = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
      let at = 0;
      for (const piece of pieces) {
        out.set(piece, at);
        at += piece.length;
      }
      return out;
    },
  };
}

/**
 * Refuses (POLICY) a name for a file beside `owner` that is not a plain file name other than its own.
 *
 * @example
 * ```js
 * import { checkSiblingName } from "hodu-plugin-sdk";
 *
 * checkSiblingName("model.onnx", "model.onnx.data");
 * try {
 *   checkSiblingName("model.onnx", "../other.data");
 * } catch ({ code }) {
 *   console.log(code);
 * }
 * ```
 * ```text
 * POLICY
 * ```
 */
export function checkSiblingName(owner: string, name: string): void {
  const plain = /^[^/\\\0:]+$/.test(name) && name !== "." && name !== "..";
  if (plain && name !== owner.replace(/^.*[/\\]/, "")) return;
  throw new HoduError(
    "POLICY",
    `Cannot write ${quote(name)} beside ${quote(owner)}: expected a plain file name other than its own`,
    { where: { file: owner } },
  );
}
