import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHUNK_BYTES } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";
import { openFile } from "./file-source.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-read-ahead-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = 3 * CHUNK_BYTES + 5;
const path = join(folder, "large");
const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7919) >> 8);
writeFileSync(path, bytes);

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const copies: Uint8Array[] = [];
  // what a caller holds must stay until it asks for the next, whatever is read meanwhile
  for await (const piece of pieces) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    copies.push(new Uint8Array(piece));
  }
  return new Uint8Array(Buffer.concat(copies));
}

describe("chunks of a large file", () => {
  it.each([
    [0, size],
    [1, size - 1],
    [3, CHUNK_BYTES],
    [size - 5, 5],
    [7, 0],
    [100, 2 * CHUNK_BYTES],
  ])("from %d on, %d bytes are those of the file", async (offset, length) => {
    const source = await openFile(path);
    expect(Buffer.compare(await joined(source.chunks(offset, length)), bytes.subarray(offset, offset + length))).toBe(
      0,
    );
  });

  it("may be left early", async () => {
    const source = await openFile(path);
    for await (const piece of source.chunks(0, size)) {
      expect(piece.length).toBe(CHUNK_BYTES);
      break;
    }
  });

  it("fail with IO when the file became shorter", async () => {
    const short = join(folder, "short");
    writeFileSync(short, bytes);
    const source = await openFile(short);
    truncateSync(short, CHUNK_BYTES + 10);
    await expect(joined(source.chunks(0, size))).rejects.toMatchObject({ code: "IO", where: { file: short } });
  });
});
