import { HoduError, quote } from "@hodu/core";
import { chunksByReading } from "./chunks.ts";
import type { ByteSource } from "./contracts/byte-source.ts";

/**
 * Bytes in memory as a ByteSource: `loadModel(bytesSource("model.onnx", bytes), context)` reads a model from bytes.
 * Without `siblings`, a file that refers to others is refused with MISSING_INPUT.
 *
 * @example
 * ```js
 * import { bytesSource } from "hodu-plugin-sdk";
 *
 * const source = bytesSource("tensor.bin", Uint8Array.of(1, 2, 3, 4));
 * console.log(source.size, await source.read(1, 2));
 * ```
 * ```text
 * 4 Uint8Array(2) [ 2, 3 ]
 * ```
 */
export function bytesSource(
  name: string,
  bytes: Uint8Array,
  siblings: ReadonlyMap<string, Uint8Array> = new Map(),
): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.byteLength,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.byteLength)) {
        throw new HoduError(
          "BAD_MODEL",
          `Cannot read bytes ${offset}..${offset + length} of ${quote(name)}: it has ${bytes.byteLength}`,
        );
      }
      return bytes.subarray(offset, offset + length);
    },
    chunks: (offset, length) => chunksByReading(source, offset, length),
    async sibling(wanted) {
      const found = siblings.get(wanted);
      if (found !== undefined) return bytesSource(wanted, found, siblings);
      throw new HoduError(
        "MISSING_INPUT",
        `Cannot open ${quote(wanted)}, which ${quote(name)} refers to: the model was given as bytes alone`,
      );
    },
  };
  return source;
}
