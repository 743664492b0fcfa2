import type { ByteSource } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { otherKind } from "./magic.ts";

/** Enough for every signature. */
const START_BYTES = 512;

/** The bytes of a protobuf file, a view where the host maps files. Files of other formats are told by their first bytes. */
export async function readFile(source: ByteSource, expected: string, file: SourceFile): Promise<Uint8Array> {
  const { size } = source;
  if (size === 0) throw file.bad({ found: "an empty file", expected });
  const kind = otherKind(await source.read(0, Math.min(size, START_BYTES)));
  if (kind !== undefined) throw file.bad({ found: kind, expected, at: 0 });
  if (size > MAX_MESSAGE_BYTES) {
    throw file.bad({
      found: `${size} bytes`,
      expected: `at most ${MAX_MESSAGE_BYTES}: larger models keep their weights in external files`,
    });
  }
  const bytes = await source.read(0, size);
  // A Buffer of Node does not copy when it is sliced.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
