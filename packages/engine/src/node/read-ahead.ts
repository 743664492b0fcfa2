import { CHUNK_BYTES } from "hodu-plugin-sdk";
import { readInto, readIntoLater } from "./regular-file.ts";

/** Bytes of an open file in pieces of 4 MiB; while one is used, the next is read. Throws IO when the file ends before. */
export async function* readAhead(
  descriptor: number,
  name: string,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(Math.min(CHUNK_BYTES, length))];
  if (length <= CHUNK_BYTES) {
    readInto(descriptor, name, buffers[0], offset);
    if (length > 0) yield buffers[0];
    return;
  }
  buffers.push(new Uint8Array(CHUNK_BYTES));
  const begin = (done: number): Promise<Uint8Array> => {
    const piece = buffers[(done / CHUNK_BYTES) % 2].subarray(0, length - done);
    const reading = readIntoLater(descriptor, name, piece, offset + done);
    // whoever stops early never waits for it
    reading.catch(() => {});
    return reading;
  };
  let next = begin(0);
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const piece = await next;
    if (done + CHUNK_BYTES < length) next = begin(done + CHUNK_BYTES);
    yield piece;
  }
}
